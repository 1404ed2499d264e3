"""Money, time and providers have limits, and a whole batch keeps to all of them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from cj_assessment_service.domain.batches import BatchOverview, BatchSettings, BatchStatus, StopReason
from cj_assessment_service.domain.comparisons import (
    JudgeFailure,
    JudgeReply,
    JudgeUsage,
    RecordedComparison,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.judges import ComparisonTask, JudgeTraits, Quote
from cj_assessment_service.domain.panels import JudgeRole, Panel, PanelMember
from cj_assessment_service.protocols import JudgeProtocol
from cj_assessment_service.tests.fixtures.application import RunningApplication
from cj_assessment_service.tests.integration.workflow import text_of

QUOTED = Decimal("0.010")
CHARGED = Decimal("0.007")
SETTINGS = BatchSettings(panel=Panel.of("priced:judge"), seed=7, language="en", budget=32)
TEXTS = [text_of(number) for number in range(8)]


@dataclass(slots=True)
class PricedJudge(JudgeProtocol):
    """Prefers what sorts first, for less than it quotes; `fault` says what goes wrong with its first, second… question."""

    seconds: float = 0.0
    fault: Callable[[int], ErrorCode | None] = lambda _asked: None
    asked: list[ComparisonTask] = field(default_factory=list)

    @property
    def traits(self) -> JudgeTraits:
        return JudgeTraits(destination="api.example")

    def quote(self, task: ComparisonTask) -> Quote:
        return Quote(len(task.prompt.user), QUOTED)

    async def compare(self, task: ComparisonTask) -> JudgeReply:
        self.asked.append(task)
        code = self.fault(len(self.asked))
        await asyncio.sleep(self.seconds)
        if code is not None:
            return JudgeFailure(code, "on purpose", JudgeUsage("priced", "m", 0.0, cost=Decimal(0)))
        first = task.first_text < task.second_text
        usage = JudgeUsage("priced", "m", self.seconds, 1000, 20, CHARGED, characters_sent=4000)
        return Verdict(Winner.FIRST if first else Winner.SECOND, usage, "Better.", 4)

    async def close(self) -> None:
        """Nothing is held open."""


async def judged(
    application: RunningApplication, judge: PricedJudge, settings: BatchSettings = SETTINGS
) -> BatchOverview:
    application.judges.scripted[settings.panel.primaries[0].judge] = judge
    request = await application.request(TEXTS, settings)
    return await application.finish(await application.send(request))


async def ledger(application: RunningApplication, batch_id: BatchId) -> tuple[RecordedComparison, ...]:
    return (await (await application.reader()).result(batch_id)).comparisons


async def test_a_batch_never_spends_more_than_its_cap(application: RunningApplication) -> None:
    judge, cap = PricedJudge(seconds=0.001), Decimal("0.150")
    overview = await judged(application, judge, replace(SETTINGS, max_cost=cap))
    assert (overview.stop_reason, overview.status) == (
        StopReason.COST_CAP,
        BatchStatus.COMPLETE_MAX_COMPARISONS,
    )
    assert overview.spent == len(judge.asked) * CHARGED
    assert cap - QUOTED < overview.spent <= cap


async def test_questions_the_cap_kept_back_are_told_apart_from_failures(
    application: RunningApplication,
) -> None:
    settings = replace(SETTINGS, max_cost=Decimal("0.150"))
    overview = await judged(application, PricedJudge(), settings)
    counts = overview.progress
    assert (counts.unsent, counts.success_rate) == (counts.failed, 1.0)
    kept = [c for c in await ledger(application, overview.identity.batch_id) if c.error is not None]
    assert {one.error for one in kept} == {ErrorCode.COST_LIMIT_EXCEEDED}
    assert all(one.usage is not None and one.usage.attempts == 0 for one in kept)


async def test_a_cap_too_small_for_one_question_ends_the_batch_with_the_reason(
    application: RunningApplication,
) -> None:
    judge = PricedJudge()
    overview = await judged(application, judge, replace(SETTINGS, max_cost=Decimal("0.001")))
    assert (overview.stop_reason, judge.asked) == (StopReason.NO_JUDGEMENTS, [])
    assert "cost limit" in (overview.failure_detail or "")


async def test_a_batch_ends_at_its_time_with_what_it_has(application: RunningApplication) -> None:
    settings = replace(SETTINGS, max_seconds=1.5)
    overview = await judged(application, PricedJudge(seconds=0.4), settings)
    assert overview.stop_reason is StopReason.TIME_CAP
    assert overview.progress.completed > 0


async def test_answers_of_an_earlier_batch_are_taken_for_nothing_where_that_is_allowed(
    application: RunningApplication,
) -> None:
    judge, settings = PricedJudge(), replace(SETTINGS, reuse_answers=True)
    first = await judged(application, judge, settings)
    paid = len(judge.asked)
    second = await judged(application, judge, settings)
    assert (first.reused, second.reused, len(judge.asked)) == (0, paid, paid)
    assert (second.spent, second.prompt_tokens) == (Decimal(0), 0)
    old, new = [await ledger(application, one.identity.batch_id) for one in (first, second)]
    assert [(c.pair, c.winner, c.justification) for c in new] == [
        (c.pair, c.winner, c.justification) for c in old
    ]
    assert all(c.is_reused and c.usage is not None and c.usage.attempts == 0 for c in new)


async def test_nothing_is_taken_from_an_earlier_batch_where_it_is_not_allowed(
    application: RunningApplication,
) -> None:
    judge = PricedJudge()
    await judged(application, judge)
    paid = len(judge.asked)
    assert (await judged(application, judge)).reused == 0
    assert len(judge.asked) == 2 * paid


async def test_failures_are_never_taken_again(application: RunningApplication) -> None:
    settings = replace(SETTINGS, reuse_answers=True)
    judge = PricedJudge(fault=lambda asked: ErrorCode.VALIDATION_ERROR if asked == 3 else None)
    first = await judged(application, judge, settings)
    assert first.progress.failed == 1
    failed = next(c for c in await ledger(application, first.identity.batch_id) if c.error is not None)
    asked_before = len(judge.asked)
    second = await judged(application, judge, settings)
    assert (second.progress.failed, second.reused > 0) == (0, True)
    assert failed.pair in {task.request.pair for task in judge.asked[asked_before:]}


async def test_a_fallback_answers_for_a_judge_out_of_reach_and_its_answers_are_its_own(
    application: RunningApplication,
) -> None:
    panel = Panel((PanelMember("priced:dead"), PanelMember("priced:spare", JudgeRole.FALLBACK)))
    settings = replace(SETTINGS, panel=panel, reuse_answers=True, budget=12)
    spare = PricedJudge()
    application.judges.scripted["priced:spare"] = spare
    dead = PricedJudge(fault=lambda _asked: ErrorCode.CONNECTION_ERROR)
    overview = await judged(application, dead, settings)
    assert {c.judge for c in await ledger(application, overview.identity.batch_id)} == {"priced:spare"}
    answered = len(spare.asked)
    assert (await judged(application, dead, settings)).reused == 0
    assert len(spare.asked) == 2 * answered
