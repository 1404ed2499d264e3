"""Sends recorded questions to the judges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.judge_admission import JudgeAdmission
from cj_assessment_service.cj_core_logic.judging.prompts import build_prompt
from cj_assessment_service.cj_core_logic.provider_batch_submission import ProviderBatchSubmission
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.comparisons import ComparisonRequest
from cj_assessment_service.domain.identifiers import BatchId, EssayId
from cj_assessment_service.domain.instructions import AssessmentBrief
from cj_assessment_service.domain.judges import UNLIMITED, Allowance, ComparisonTask
from cj_assessment_service.protocols import (
    AnswerDeliveryProtocol,
    CJBatchRepositoryProtocol,
    CJComparisonRepositoryProtocol,
    CJEssayRepositoryProtocol,
    LLMInteractionProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)


@dataclass(frozen=True, slots=True)
class BatchProcessor:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    essays: CJEssayRepositoryProtocol
    comparisons: CJComparisonRepositoryProtocol
    judges: LLMInteractionProtocol
    admission: JudgeAdmission
    provider_batches: ProviderBatchSubmission
    answers: AnswerDeliveryProtocol
    telemetry: TelemetryProtocol

    async def send(self, requests: Sequence[ComparisonRequest], settings: BatchSettings) -> None:
        """Each question of this one wave goes out once; its answer comes back as a message."""
        batch_id, wave = requests[0].batch_id, requests[0].wave
        await self.admission.admit(batch_id, settings)
        essay_ids = sorted({essay_id for r in requests for essay_id in (r.pair.first, r.pair.second)})
        async with self.sessions.session() as session:
            brief = await self.batches.get_brief(session, batch_id)
            texts = await self.essays.get_texts(session, batch_id, essay_ids)
        tasks = [_task(request, brief, texts, settings) for request in requests]
        in_batches = {
            judge
            for judge in {request.judge for request in requests}
            if (await self.judges.get_traits(judge)).answers_in_batches
        }
        if at_once := [task for task in tasks if task.request.judge not in in_batches]:
            await self.judges.perform_comparisons(at_once, UNLIMITED)
        if in_time := [task for task in tasks if task.request.judge in in_batches]:
            await self._submit(in_time, UNLIMITED)
        self.telemetry.wave_sent(batch_id, wave, len(tasks))

    async def _submit(self, tasks: Sequence[ComparisonTask], allowance: Allowance) -> None:
        asked = {task.request.request_id: task.request for task in tasks}
        for outcome in await self.provider_batches.submit(tasks, allowance):
            await self.answers.deliver(asked[outcome.request_id], outcome)

    async def send_outstanding(self, batch_id: BatchId) -> int:
        """Sends again what was recorded but never answered; returns how many that were."""
        async with self.sessions.session() as session:
            overview = await self.batches.get_overview(session, batch_id)
            outstanding = await self.comparisons.get_outstanding(session, batch_id)
        if outstanding:
            await self.send(outstanding, overview.settings)
        return len(outstanding)


def _task(
    request: ComparisonRequest,
    brief: AssessmentBrief,
    texts: Mapping[EssayId, str],
    settings: BatchSettings,
) -> ComparisonTask:
    first, second = texts[request.pair.first], texts[request.pair.second]
    return ComparisonTask(
        request=request,
        first_text=first,
        second_text=second,
        # the id was drawn at random when the question was recorded, so no essay can know it
        prompt=build_prompt(brief, first, second, request.request_id.hex[:16], settings.answers),
        language=settings.language,
        answers=settings.answers,
        alternates=tuple(one.judge for one in settings.panel.fallbacks if one.judge != request.judge),
    )
