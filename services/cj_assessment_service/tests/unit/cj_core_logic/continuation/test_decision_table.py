"""One row for every way a batch may go on, with its boundaries."""

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from cj_assessment_service.cj_core_logic.continuation.decide import Ruling, decide, rule_on
from cj_assessment_service.cj_core_logic.continuation.rules import RULES, RuleName, Situation
from cj_assessment_service.domain.batches import (
    BatchSettings,
    BatchStatus,
    Progress,
    Scoring,
    StopReason,
)
from cj_assessment_service.domain.comparisons import AskedComparison, DecidedComparison, PlanUse
from cj_assessment_service.domain.decisions import Decision, Fail, Finalise, RequestMore, WaitForAnswers
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.policies import ContinuationPolicy
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.tests.unit.cj_core_logic.continuation.situations import (
    CREATED,
    PLAIN,
    answered,
    board,
    failures,
    snapshot,
    wins,
)

UNSETTLED = board(reliability=0.5)
USUAL = ContinuationPolicy()


@dataclass(frozen=True, slots=True)
class Facts:
    """A healthy batch with 20 of 100 comparisons answered, not yet stable; rows change what they are about."""

    submitted: int = 20
    completed: int = 20
    failed: int = 0
    budget: int = 100
    unsent: int = 0
    asked: tuple[AskedComparison, ...] = ()
    settings: BatchSettings = PLAIN
    spent: str = "0"
    seconds: float = 60.0
    essays: int = 4
    decided: tuple[DecidedComparison, ...] = ()
    board: Scoreboard | None = UNSETTLED
    grade_changes: float | None = None
    askable: int = 50
    policy: ContinuationPolicy = USUAL
    finish: bool = False

    def situation(self) -> Situation:
        progress = Progress(self.submitted, self.completed, self.failed, self.budget, self.unsent)
        taken = snapshot(
            progress,
            settings=self.settings,
            essays=self.essays,
            decided=self.decided,
            asked=self.asked,
            spent=self.spent,
            seconds=self.seconds,
            finish_requested_at=CREATED if self.finish else None,
        )
        scoring = None if self.board is None else Scoring(self.board, self.grade_changes)
        return Situation(taken, scoring, self.askable, self.policy)


HEALTHY = Facts()
STABLE = replace(HEALTHY, board=board(comparisons=5, reliability=0.9))
DECIDED = replace(
    HEALTHY, essays=3, board=board(essays=3, reliability=0.4), decided=wins(*[(2, 1)] * 3, *[(1, 0)] * 3)
)
GRADED = replace(
    HEALTHY,
    settings=replace(PLAIN, max_expected_grade_changes=0.2),
    board=board(reliability=0.6),
    grade_changes=0.2,
)
BOTH = replace(
    STABLE,
    settings=replace(PLAIN, target_reliability=0.9, max_expected_grade_changes=0.2),
    grade_changes=0.2,
)
SPENT = replace(HEALTHY, budget=20)
SATURATED = replace(HEALTHY, askable=0)
DOLLAR = replace(HEALTHY, settings=replace(PLAIN, max_cost=Decimal(1)))
MINUTE = replace(HEALTHY, settings=replace(PLAIN, max_seconds=60.0))
UNREADABLE = replace(HEALTHY, completed=14, failed=6)
"""70 % of 20 answers: below the required 80 %, but bad luck could explain it."""

UNPAID = replace(HEALTHY, failed=9, submitted=29, unsent=9, asked=failures(ErrorCode.COST_LIMIT_EXCEEDED))
LATE = replace(UNPAID, asked=failures(ErrorCode.TIME_LIMIT_EXCEEDED))
CLOSED = failures(ErrorCode.CONNECTION_ERROR, *[ErrorCode.CIRCUIT_BREAKER_OPEN] * 8)
UNREACHED = replace(HEALTHY, failed=9, submitted=29, unsent=8, asked=CLOSED)
EMPTY = replace(HEALTHY, submitted=0, completed=0, board=None)
MAXIMUM, COMPLETE = BatchStatus.COMPLETE_MAX_COMPARISONS, BatchStatus.COMPLETE_STABLE

ENDS = [
    (
        "wanted now",
        replace(HEALTHY, finish=True),
        RuleName.FINISH_REQUESTED,
        Finalise(StopReason.FINISHED_EARLY, MAXIMUM),
    ),
    (
        "wanted now before all else",
        replace(UNPAID, board=STABLE.board, askable=0, finish=True),
        RuleName.FINISH_REQUESTED,
        Finalise(StopReason.FINISHED_EARLY, MAXIMUM),
    ),
    (
        "wanted now with every question withdrawn",
        replace(HEALTHY, completed=5, failed=15, unsent=15, finish=True),
        RuleName.FINISH_REQUESTED,
        Finalise(StopReason.FINISHED_EARLY, MAXIMUM),
    ),
    ("cost", replace(DOLLAR, spent="1.00"), RuleName.COST_CAP, Finalise(StopReason.COST_CAP, MAXIMUM)),
    ("a question too dear", UNPAID, RuleName.COST_CAP, Finalise(StopReason.COST_CAP, MAXIMUM)),
    ("a question too late", LATE, RuleName.TIME_CAP, Finalise(StopReason.TIME_CAP, MAXIMUM)),
    ("time", MINUTE, RuleName.TIME_CAP, Finalise(StopReason.TIME_CAP, MAXIMUM)),
    ("order decided", DECIDED, RuleName.ORDER_DECIDED, Finalise(StopReason.ORDER_DECIDED, COMPLETE)),
    (
        "two essays decided",
        replace(DECIDED, essays=2, board=board(essays=2), decided=wins(*[(1, 0)] * 4, (0, 1))),
        RuleName.ORDER_DECIDED,
        Finalise(StopReason.ORDER_DECIDED, COMPLETE),
    ),
    ("reliable", STABLE, RuleName.TARGET_RELIABILITY, Finalise(StopReason.STABLE, COMPLETE)),
    (
        "surely reliable",
        replace(STABLE, board=board(reliability=0.92, limits=(0.87, 0.95))),
        RuleName.TARGET_RELIABILITY,
        Finalise(StopReason.STABLE, COMPLETE),
    ),
    ("both goals", BOTH, RuleName.TARGET_RELIABILITY, Finalise(StopReason.STABLE, COMPLETE)),
    ("grades settled", GRADED, RuleName.GRADES_SETTLED, Finalise(StopReason.GRADES_SETTLED, COMPLETE)),
    (
        "decided before budget",
        replace(DECIDED, budget=20),
        RuleName.ORDER_DECIDED,
        Finalise(StopReason.ORDER_DECIDED, COMPLETE),
    ),
    ("budget", SPENT, RuleName.BUDGET_EXHAUSTED, Finalise(StopReason.BUDGET_EXHAUSTED, MAXIMUM)),
    ("saturated", SATURATED, RuleName.SATURATED, Finalise(StopReason.SATURATED, COMPLETE)),
    (
        "reliable before budget",
        replace(STABLE, budget=20),
        RuleName.TARGET_RELIABILITY,
        Finalise(StopReason.STABLE, COMPLETE),
    ),
    (
        "cost before time",
        replace(DOLLAR, spent="2", settings=replace(DOLLAR.settings, max_seconds=1.0)),
        RuleName.COST_CAP,
        Finalise(StopReason.COST_CAP, MAXIMUM),
    ),
    (
        "time before reliable",
        replace(STABLE, settings=MINUTE.settings),
        RuleName.TIME_CAP,
        Finalise(StopReason.TIME_CAP, MAXIMUM),
    ),
    (
        "budget before saturated",
        replace(SPENT, askable=0),
        RuleName.BUDGET_EXHAUSTED,
        Finalise(StopReason.BUDGET_EXHAUSTED, MAXIMUM),
    ),
    (
        "a target of the batch's own",
        replace(STABLE, board=board(reliability=0.7), settings=replace(PLAIN, target_reliability=0.7)),
        RuleName.TARGET_RELIABILITY,
        Finalise(StopReason.STABLE, COMPLETE),
    ),
]

GOES_ON = [
    ("healthy", HEALTHY, 50),
    ("no more than the budget", replace(HEALTHY, budget=23), 3),
    ("no more than can be asked", replace(HEALTHY, askable=1), 1),
    ("nothing asked yet", EMPTY, 50),
    ("a cent below the cost cap", replace(DOLLAR, spent="0.99"), 50),
    ("a moment before the time cap", replace(MINUTE, seconds=59.9), 50),
    ("not reliable enough", replace(STABLE, board=board(reliability=0.899)), 50),
    (
        "short of the batch's own target",
        replace(STABLE, settings=replace(PLAIN, target_reliability=0.95)),
        50,
    ),
    ("locked pairs are left", replace(STABLE, settings=replace(PLAIN, plan_use=PlanUse.ONLY)), 50),
    ("an essay seen too seldom", replace(STABLE, board=board(comparisons=4)), 50),
    ("an essay not on the scale", replace(STABLE, board=board(essays=3)), 50),
    ("perhaps reliable", replace(STABLE, board=board(reliability=0.9, limits=(0.85, 0.94))), 50),
    ("reliable, but grades unsettled", replace(BOTH, grade_changes=0.21), 50),
    ("reliable, but without grades", replace(BOTH, grade_changes=None), 50),
    ("grades settled, but not reliable", replace(BOTH, board=board(reliability=0.8)), 50),
    ("grades unsettled", replace(GRADED, grade_changes=0.21), 50),
    ("no grades to settle", replace(GRADED, grade_changes=None), 50),
    ("grades settled on too little", replace(GRADED, board=board(comparisons=4)), 50),
    ("an order not decided", replace(DECIDED, decided=DECIDED.decided[1:]), 50),
    ("an order contradicted", replace(DECIDED, decided=(*DECIDED.decided, *wins((0, 2)))), 50),
    ("four essays in order", replace(DECIDED, essays=4), 50),
    ("disconnected", replace(STABLE, board=board(components=2)), 50),
    ("reliable but often unreadable", replace(STABLE, completed=14, failed=6), 50),
    ("most failed, but never left", replace(HEALTHY, failed=60, submitted=80, unsent=60), 20),
    ("out of reach but for one question", replace(UNREACHED, asked=(*CLOSED, answered())), 50),
    (
        "out of reach in an earlier wave",
        replace(UNREACHED, asked=(*failures(ErrorCode.CIRCUIT_BREAKER_OPEN, wave=0), answered())),
        50,
    ),
    ("hopeless but too early to say", replace(EMPTY, submitted=11, failed=11), 50),
]

FAILS = [
    (
        "wanted before anything was judged",
        replace(EMPTY, finish=True),
        RuleName.FINISH_REQUESTED,
        StopReason.NO_JUDGEMENTS,
    ),
    (
        "wanted while most answers are unreadable",
        replace(UNREADABLE, finish=True),
        RuleName.FINISH_REQUESTED,
        StopReason.LOW_SUCCESS_RATE,
    ),
    (
        "all unreadable",
        replace(EMPTY, submitted=12, failed=12),
        RuleName.HOPELESS_JUDGE,
        StopReason.HOPELESS_JUDGE,
    ),
    (
        "half unreadable",
        replace(HEALTHY, completed=10, failed=10),
        RuleName.HOPELESS_JUDGE,
        StopReason.HOPELESS_JUDGE,
    ),
    (
        "all unreadable where anything goes",
        replace(EMPTY, submitted=12, failed=12, policy=ContinuationPolicy(min_success_rate=0.0)),
        RuleName.HOPELESS_JUDGE,
        StopReason.HOPELESS_JUDGE,
    ),
    (
        "unreadable at the cost cap",
        replace(UNREADABLE, settings=DOLLAR.settings, spent="1"),
        RuleName.COST_CAP,
        StopReason.LOW_SUCCESS_RATE,
    ),
    (
        "unreadable at the time cap",
        replace(UNREADABLE, settings=MINUTE.settings),
        RuleName.TIME_CAP,
        StopReason.LOW_SUCCESS_RATE,
    ),
    (
        "unreadable at the end of the budget",
        replace(UNREADABLE, budget=20),
        RuleName.BUDGET_EXHAUSTED,
        StopReason.LOW_SUCCESS_RATE,
    ),
    (
        "unreadable with nothing left to ask",
        replace(UNREADABLE, askable=0),
        RuleName.SATURATED,
        StopReason.LOW_SUCCESS_RATE,
    ),
    ("out of reach", UNREACHED, RuleName.JUDGES_OUT_OF_REACH, StopReason.HOPELESS_JUDGE),
    (
        "too dear from the first question on",
        replace(UNPAID, completed=0, submitted=9, board=None),
        RuleName.COST_CAP,
        StopReason.NO_JUDGEMENTS,
    ),
    ("no budget", replace(EMPTY, budget=0), RuleName.BUDGET_EXHAUSTED, StopReason.NO_JUDGEMENTS),
    ("nothing to ask", replace(EMPTY, askable=0), RuleName.SATURATED, StopReason.NO_JUDGEMENTS),
]


@pytest.mark.parametrize(
    ("facts", "rule", "decision"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS]
)
def test_the_batch_is_finalised(facts: Facts, rule: RuleName, decision: Decision) -> None:
    assert rule_on(facts.situation()) == Ruling(rule, decision)


@pytest.mark.parametrize(("facts", "limit"), [row[1:] for row in GOES_ON], ids=[row[0] for row in GOES_ON])
def test_more_is_asked(facts: Facts, limit: int) -> None:
    assert rule_on(facts.situation()) == Ruling(RuleName.MORE_TO_LEARN, RequestMore(limit))


@pytest.mark.parametrize(
    ("facts", "rule", "reason"), [row[1:] for row in FAILS], ids=[row[0] for row in FAILS]
)
def test_the_batch_fails(facts: Facts, rule: RuleName, reason: StopReason) -> None:
    ruling = rule_on(facts.situation())
    assert isinstance(ruling.decision, Fail)
    assert (ruling.rule, ruling.decision.reason) == (rule, reason)


@pytest.mark.parametrize(
    "facts", [row[1] for row in (*ENDS, *FAILS)], ids=[row[0] for row in (*ENDS, *FAILS)]
)
def test_nothing_ends_while_an_answer_is_out(facts: Facts) -> None:
    waiting = replace(facts, submitted=facts.submitted + 1, budget=facts.budget + 1)
    assert rule_on(waiting.situation()) == Ruling(RuleName.ANSWERS_OUTSTANDING, WaitForAnswers(1))


def test_the_rules_stand_in_the_order_of_their_names() -> None:
    assert [*(rule.name for rule in RULES), RuleName.MORE_TO_LEARN] == list(RuleName)


def test_exactly_the_required_share_of_readable_answers_is_enough() -> None:
    facts = replace(SPENT, completed=16, failed=4)
    assert rule_on(facts.situation()).decision == Finalise(StopReason.BUDGET_EXHAUSTED, MAXIMUM)


def test_decide_returns_the_decision_of_the_ruling() -> None:
    s = HEALTHY.situation()
    assert decide(s) == rule_on(s).decision


def test_a_hopeless_judge_is_reported_with_counts_and_a_remedy() -> None:
    decision = rule_on(replace(HEALTHY, completed=9, failed=11).situation()).decision
    assert isinstance(decision, Fail)
    assert decision.detail == (
        "Only 9 of 20 answers of offline could be read. At least 80% must be, and this judge cannot be "
        "expected to get there, so nothing more was asked. Check its name, key and settings, then start the batch again."
    )


def test_a_batch_without_judgements_is_told_what_ended_it() -> None:
    decision = rule_on(replace(EMPTY, askable=0).situation()).decision
    assert isinstance(decision, Fail)
    assert "no question was left to ask" in decision.detail


@pytest.mark.parametrize(
    "settings", [replace(PLAIN, max_cost=Decimal(0)), MINUTE.settings], ids=["no money", "no time"]
)
def test_a_cap_lets_the_first_wave_happen(settings: BatchSettings) -> None:
    assert rule_on(replace(EMPTY, settings=settings).situation()).rule is RuleName.MORE_TO_LEARN
