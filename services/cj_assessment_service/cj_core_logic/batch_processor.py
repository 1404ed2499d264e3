"""Sends recorded questions to the judges, but for those whose answer is known already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from cj_assessment_service.cj_core_logic.judge_admission import JudgeAdmission
from cj_assessment_service.cj_core_logic.judging.content_key import content_key
from cj_assessment_service.cj_core_logic.judging.prompts import build_prompt
from cj_assessment_service.cj_core_logic.provider_batch_submission import ProviderBatchSubmission
from cj_assessment_service.domain.batches import BatchOverview, BatchState
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import ComparisonRequest, Outcome, SentQuestion, Verdict
from cj_assessment_service.domain.identifiers import BatchId, EssayId, RequestId
from cj_assessment_service.domain.instructions import AssessmentBrief
from cj_assessment_service.domain.judges import Allowance, ComparisonTask
from cj_assessment_service.domain.stages import Stage
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
class _Leaving:
    """What may leave now, and the answers that are known and may be used again, by content key."""

    requests: frozenset[RequestId]
    answers: Mapping[str, Verdict]


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
    clock: Clock

    async def send(self, requests: Sequence[ComparisonRequest], overview: BatchOverview) -> None:
        """Each question of this one wave goes out once, within what the batch may still spend; its answer comes back as a
        message. That and when each was sent is recorded before any of them leaves; what has its answer by then, or was sent
        by somebody else meanwhile, stays. `overview` is that of a moment at which no other question was out.
        """
        started_at = self.clock.now()
        await self.admission.admit(overview.identity.batch_id, overview.settings)
        with self.telemetry.stage(Stage.SENDING, overview.identity):
            tasks = await self._tasks(requests, overview)
            leaving = await self._record_sending(tasks, overview, started_at)
            tasks = tuple((task, key) for task, key in tasks if task.request.request_id in leaving.requests)
            await self._deliver(
                [(task, leaving.answers[key]) for task, key in tasks if key in leaving.answers]
            )
            unknown = [task for task, key in tasks if key not in leaving.answers]
            if unknown:
                await self._ask(unknown, allowance_of(overview))
            self.telemetry.wave_sent(overview.identity.batch_id, requests[0].wave, len(unknown))

    async def send_outstanding(self, batch_id: BatchId) -> int:
        """Sends again what was recorded but never answered; returns how many that were. Nothing of a batch that has ended.

        The judges may have been paid for some of it already: for those questions that were with them when the process
        died, and of whose price nothing is recorded. No more than these can a cost limit ever be exceeded by.
        """
        async with self.sessions.session() as session:
            overview = await self.batches.get_overview(session, batch_id)
            outstanding = await self.comparisons.get_outstanding(session, batch_id)
        if overview.state is not BatchState.WAITING_CALLBACKS:
            return 0
        if outstanding:
            await self.send(outstanding, overview)
        return len(outstanding)

    async def _tasks(
        self, requests: Sequence[ComparisonRequest], overview: BatchOverview
    ) -> tuple[tuple[ComparisonTask, str], ...]:
        """Each with its content key."""
        batch_id = requests[0].batch_id
        essay_ids = sorted({essay_id for r in requests for essay_id in (r.pair.first, r.pair.second)})
        async with self.sessions.session() as session:
            brief = await self.batches.get_brief(session, batch_id)
            texts = await self.essays.get_texts(session, batch_id, essay_ids)
        tasks = (_task(request, brief, texts, overview) for request in requests)
        return tuple((task, content_key(task, _nonce(task.request))) for task in tasks)

    async def _record_sending(
        self, tasks: Sequence[tuple[ComparisonTask, str]], overview: BatchOverview, at: datetime
    ) -> _Leaving:
        questions = [SentQuestion(task.request.request_id, key, task.prompt.version) for task, key in tasks]
        answers: Mapping[str, Verdict] = {}
        async with self.sessions.session() as session:
            leaving = await self.comparisons.record_sending(session, questions, at)
            if overview.settings.reuse_answers:
                answers = await self.comparisons.find_answers(
                    session, overview.identity.batch_id, [key for _, key in tasks]
                )
            await session.commit()
        return _Leaving(leaving, answers)

    async def _ask(self, tasks: Sequence[ComparisonTask], allowance: Allowance) -> None:
        in_batches = {
            judge
            for judge in {task.request.judge for task in tasks}
            if (await self.judges.get_traits(judge)).answers_in_batches
        }
        # both kinds spend the same money: what may become of the first is kept from the others
        if together := [task for task in tasks if task.request.judge in in_batches]:
            allowance = allowance.less(await self._submit(together, allowance))
        if at_once := [task for task in tasks if task.request.judge not in in_batches]:
            await self.judges.perform_comparisons(at_once, allowance)
            self.telemetry.questions_sent(len(at_once))

    async def _submit(self, tasks: Sequence[ComparisonTask], allowance: Allowance) -> Decimal:
        """What these questions may cost at most."""
        asked = {task.request.request_id: task.request for task in tasks}
        submitted = await self.provider_batches.submit(tasks, allowance)
        for outcome in submitted.failed:
            await self.answers.deliver(asked[outcome.request_id], outcome)
        return submitted.kept

    async def _deliver(self, known: Sequence[tuple[ComparisonTask, Verdict]]) -> None:
        """As if the judges had answered, for nothing."""
        for task, verdict in known:
            request_id = task.request.request_id
            outcome = Outcome(request_id, _for_nothing(verdict), self.clock.now(), is_reused=True)
            await self.answers.deliver(task.request, outcome)
        if known:
            self.telemetry.answers_reused(known[0][0].request.batch_id, len(known))


def allowance_of(overview: BatchOverview) -> Allowance:
    """What is left of the batch's limits."""
    cost, seconds = overview.settings.max_cost, overview.settings.max_seconds
    return Allowance(
        cost=None if cost is None else max(Decimal(0), cost - overview.spent),
        until=None if seconds is None else overview.created_at.timestamp() + seconds,
    )


def _task(
    request: ComparisonRequest,
    brief: AssessmentBrief,
    texts: Mapping[EssayId, str],
    overview: BatchOverview,
) -> ComparisonTask:
    settings = overview.settings
    first, second = texts[request.pair.first], texts[request.pair.second]
    return ComparisonTask(
        request=request,
        first_text=first,
        second_text=second,
        prompt=build_prompt(brief, first, second, _nonce(request), settings.answers),
        language=settings.language,
        answers=settings.answers,
        alternates=tuple(
            member.judge for member in overview.asked_panel.fallbacks if member.judge != request.judge
        ),
        outer_id=overview.identity.outer_id,
    )


def _nonce(request: ComparisonRequest) -> str:
    """The id was drawn at random when the question was recorded, so no essay can know it."""
    return request.request_id.hex[:16]


def _for_nothing(verdict: Verdict) -> Verdict:
    usage = replace(
        verdict.usage,
        seconds=0.0,
        prompt_tokens=0,
        completion_tokens=0,
        cached_tokens=0,
        cost=Decimal(0),
        attempts=0,
        characters_sent=0,
    )
    return replace(verdict, usage=usage)
