"""Drives a check to its scorecard: one batch after another, each an ordinary one."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from cj_assessment_service.cj_core_logic.scorecard.check_plan import graded_pairs, misleading_pairs, plan_of
from cj_assessment_service.cj_core_logic.scorecard.checked_answers import checked_answers
from cj_assessment_service.cj_core_logic.scorecard.humans import judged_pairs
from cj_assessment_service.cj_core_logic.scorecard.screening import goes_on, screen
from cj_assessment_service.cli.assessment import submit
from cj_assessment_service.cli.check_notes import NotedCheck, note_check
from cj_assessment_service.cli.exits import Stopped, exit_code_of
from cj_assessment_service.cli.human_decisions import read_human
from cj_assessment_service.cli.run import follow
from cj_assessment_service.cli.services import Services
from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.cli.wording import ending_text
from cj_assessment_service.domain.batches import BatchOverview, StopReason
from cj_assessment_service.domain.comparisons import (
    DecidedComparison,
    OrientedPair,
    PlanUse,
    RecordedComparison,
)
from cj_assessment_service.domain.errors import CJError
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import BatchId, EssayId, OuterBatchId
from cj_assessment_service.domain.judge_checks import (
    CheckFrame,
    CheckPlan,
    GradedEssay,
    Screening,
    ScreeningPolicy,
    ScreeningState,
)
from cj_assessment_service.domain.judges import JudgeOffer, JudgeSpec
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.domain.scorecards import CheckEnding

_CAPS = {StopReason.COST_CAP: CheckEnding.COST_CAP, StopReason.TIME_CAP: CheckEnding.TIME_CAP}
_BROKEN = frozenset({StopReason.PREPARATION_FAILED, StopReason.PROCESSING_FAILED})


@dataclass(frozen=True, slots=True)
class CheckMaterial:
    """What a check knows of its essays and questions, read back from its first batch."""

    scale: GradeScale
    essays: tuple[GradedEssay, ...]
    texts: dict[EssayId, str]
    plan: CheckPlan
    human: tuple[DecidedComparison, ...]


@dataclass(frozen=True, slots=True)
class FinishedCheck:
    """All that was asked and answered, and why it ended."""

    batches: tuple[BatchOverview, ...]
    comparisons: tuple[RecordedComparison, ...]
    material: CheckMaterial
    screening: Screening
    ending: CheckEnding


@dataclass(slots=True)
class _Course:
    """What was asked so far. `first` is the number people know the check by; `ending` is set when nothing more may be asked."""

    first: BatchId | None = None
    batches: list[BatchOverview] = field(default_factory=list)
    comparisons: list[RecordedComparison] = field(default_factory=list)
    ending: CheckEnding | None = None


@dataclass(frozen=True, slots=True)
class CheckDriver:
    services: Services
    talk: Talk

    async def finish(self, check: NotedCheck) -> FinishedCheck:
        """Batches of the check that exist are brought to their end, the others are made. Raises Stopped where a batch broke."""
        course = _Course()
        try:
            return await self._finish(check, course)
        except (asyncio.CancelledError, CJError):
            if course.first is not None:
                self.talk.alert(
                    f"Stopped. What was answered so far is kept; go on with: cj resume {course.first}"
                )
            raise

    async def _finish(self, check: NotedCheck, course: _Course) -> FinishedCheck:
        await self._ask(check, check.request.pairs, course)
        material = await self._material(check, course)
        plan, looks = material.plan, min(1, len(material.plan.screening))
        screening = self._screened(material, course)
        while course.ending is None and goes_on(screening, looks, plan):
            await self._ask(check, plan.screening[looks], course)
            looks, screening = looks + 1, self._screened(material, course)
        if screening.state is ScreeningState.CONDEMNED and course.ending is None:
            course.ending = CheckEnding.SCREENED_OUT
        left = plan.after(looks) if plan.screening else ()
        if course.ending is None and left:
            await self._ask(check, left, course)
        return FinishedCheck(
            tuple(course.batches),
            tuple(course.comparisons),
            material,
            screening,
            course.ending or CheckEnding.COMPLETE,
        )

    def _screened(self, material: CheckMaterial, course: _Course) -> Screening:
        return screen(checked_answers(course.comparisons, material.essays), ScreeningPolicy())

    async def _ask(self, check: NotedCheck, pairs: tuple[OrientedPair, ...], course: _Course) -> None:
        """One batch, from wherever it stands to its end."""
        request = self._request(check.request, pairs, course)
        known = await self.services.reader.find(request)
        course.ending = _nothing_left(request) if known is None else None
        if course.ending is not None:
            return
        batch_id = known or await submit(self.services, request)
        course.first = course.first or batch_id
        if known is None:
            await note_check(self.services, batch_id, course.first, check)
        async with self.services.run_lock.hold(batch_id):
            if known is not None:
                # the lock says that nobody else drives this batch, so any claim on it is abandoned
                soon = self.services.clock.now() + timedelta(seconds=1)
                await self.services.recovery.resume(batch_id, soon)
            overview = await follow(self.services, batch_id, self.talk)
        self._take(overview, course)
        course.comparisons += await self.services.reader.recorded(batch_id)
        if overview.progress.completed < len(pairs):
            course.ending = _ending_of(overview)

    def _take(self, overview: BatchOverview, course: _Course) -> None:
        """Raises Stopped where it broke: that says nothing of the judge."""
        if overview.stop_reason in _BROKEN:
            self.talk.say(ending_text(overview))
            raise Stopped(exit_code_of(overview))
        course.batches.append(overview)

    def _request(
        self, first: AssessmentRequest, pairs: tuple[OrientedPair, ...], course: _Course
    ) -> AssessmentRequest:
        """The same essays and words under what is left of the caps; its id follows from its place, so that it is found again."""
        if not course.batches:
            return first
        settings, spent = first.settings, sum((one.spent for one in course.batches), Decimal(0))
        elapsed = (self.services.clock.now() - course.batches[0].created_at).total_seconds()
        return replace(
            asking(first, pairs),
            outer_id=OuterBatchId(f"{first.outer_id}/{len(course.batches) + 1}"),
            settings=replace(
                settings,
                max_cost=settings.max_cost - spent if settings.max_cost is not None else None,
                max_seconds=settings.max_seconds - elapsed if settings.max_seconds is not None else None,
            ),
        )

    async def _material(self, check: NotedCheck, course: _Course) -> CheckMaterial:
        found = await self.services.reader.material(course.batches[0].identity.batch_id)
        if found.scale is None:
            raise TypeError("a check is made on essays of known grade")
        essays = tuple(
            GradedEssay(item.essay_id, found.scale.index_of(item.known_grade))
            for item in found.items
            if item.known_grade is not None
        )
        human = read_human(check.human, [essay.essay_id for essay in essays])
        offer = await offer_of(self.services, check.request)
        seed = check.request.settings.seed
        misleading = misleading_pairs(graded_pairs(essays), found.texts)
        plan = plan_of(CheckFrame(essays, check.pairs, offer, judged_pairs(human), misleading, seed))
        return CheckMaterial(found.scale, essays, dict(found.texts), plan, human)


def asking(request: AssessmentRequest, pairs: tuple[OrientedPair, ...]) -> AssessmentRequest:
    """The request with these questions and no others."""
    return replace(request, pairs=pairs, settings=replace(request.settings, plan_use=PlanUse.ONLY))


async def offer_of(services: Services, request: AssessmentRequest) -> JudgeOffer:
    """What the judge can be asked. Raises InvalidJudge."""
    judge = services.judges.open(JudgeSpec.parse(request.settings.panel.judges[0]))
    offer = judge.traits.offer
    await judge.close()
    return offer


def _nothing_left(request: AssessmentRequest) -> CheckEnding | None:
    """The cap that allows no further question; None while both do."""
    cost, seconds = request.settings.max_cost, request.settings.max_seconds
    if cost is not None and cost <= 0:
        return CheckEnding.COST_CAP
    return CheckEnding.TIME_CAP if seconds is not None and seconds <= 0 else None


def _ending_of(overview: BatchOverview) -> CheckEnding | None:
    """Why a batch that left questions open ends the whole check; None where it merely has a few failures."""
    if not overview.status.is_complete:
        return CheckEnding.JUDGE_FAILED
    return _CAPS.get(overview.stop_reason) if overview.stop_reason is not None else None
