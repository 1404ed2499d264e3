"""Whatever the judge answers, a batch is over within its budget."""

from dataclasses import dataclass, replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.continuation.decide import decide
from cj_assessment_service.cj_core_logic.continuation.rules import Situation
from cj_assessment_service.domain.batches import BatchSettings, BatchStatus, Progress, Scoring, StopReason
from cj_assessment_service.domain.decisions import Decision, Fail, Finalise, RequestMore, WaitForAnswers
from cj_assessment_service.domain.policies import ContinuationPolicy
from cj_assessment_service.tests.unit.cj_core_logic.continuation.situations import (
    PLAIN,
    board,
    snapshot,
    wins,
)

ORDERS = (wins(*[(2, 1)] * 9, *[(1, 0)] * 9), wins(*[(1, 0)] * 18), wins(*[(0, 1), (2, 0)] * 9))
"""Judgements of two or three essays, some of which decide their order."""


@dataclass(slots=True)
class Batch:
    """A batch played through by hand: how many answers were readable, and what the last scoring said."""

    essays: int
    budget: int
    cap_per_pair: int
    attempts: int
    settings: BatchSettings
    completed: int = 0
    failed: int = 0

    @property
    def askable(self) -> int:
        """Every pair up to its cap; every failure may be repeated until its attempts are used up."""
        questions = self.essays * (self.essays - 1) // 2 * self.cap_per_pair
        return max(0, questions - self.completed - self.failed // self.attempts)

    def score(self, random: Random) -> Scoring | None:
        if not self.completed:
            return None
        reliability = random.random()
        limits = (reliability * random.random(), reliability + (1.0 - reliability) * random.random())
        scale = board(
            self.essays,
            comparisons=2 * self.completed // self.essays,
            reliability=reliability,
            limits=random.choice((limits, None)),
        )
        return Scoring(scale, random.choice((random.random(), None)))

    def decide(self, random: Random, policy: ContinuationPolicy) -> Decision:
        answered = self.completed + self.failed
        progress = Progress(answered, self.completed, self.failed, self.budget)
        taken = snapshot(
            progress,
            essays=self.essays,
            settings=self.settings,
            decided=random.choice(ORDERS)[: self.completed],
        )
        return decide(Situation(taken, self.score(random), self.askable, policy))


goals = st.builds(
    replace,
    st.just(PLAIN),
    target_reliability=st.none() | st.floats(0.01, 0.99),
    max_expected_grade_changes=st.none() | st.floats(0.0, 1.0),
)


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    return Batch(
        essays=draw(st.integers(2, 12)),
        budget=draw(st.integers(0, 150)),
        cap_per_pair=draw(st.integers(1, 4)),
        attempts=draw(st.integers(1, 3)),
        settings=draw(goals),
    )


policies = st.builds(
    ContinuationPolicy,
    target_reliability=st.floats(0.0, 1.1),
    min_comparisons_per_essay=st.integers(0, 60),
    certainty=st.floats(0.5, 0.99),
    deciding_lead=st.integers(0, 5),
    min_success_rate=st.floats(0.0, 1.0),
    min_answers_for_early_abort=st.integers(0, 20),
)


@settings(deadline=None, max_examples=150)
@given(batches(), policies, st.randoms(use_true_random=False), st.floats(0.0, 1.0))
def test_every_batch_ends_within_its_budget(
    batch: Batch, policy: ContinuationPolicy, random: Random, readable: float
) -> None:
    for _ in range(batch.budget + 1):
        decision = batch.decide(random, policy)
        if not isinstance(decision, RequestMore):
            break
        assert 1 <= decision.limit <= min(batch.askable, batch.budget - batch.completed - batch.failed)
        wave = random.randint(1, decision.limit)
        good = sum(random.random() < readable for _ in range(wave))
        batch = replace(batch, completed=batch.completed + good, failed=batch.failed + wave - good)
    else:
        raise AssertionError("the batch never ended")
    assert isinstance(decision, Finalise | Fail)
    assert isinstance(decision, Fail) or decision.status.is_complete


@settings(deadline=None)
@given(
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(0, 5),
    st.integers(0, 5),
    st.integers(0, 9),
    policies,
)
def test_every_situation_has_a_next_move(
    completed: int, failed: int, pending: int, remaining: int, askable: int, policy: ContinuationPolicy
) -> None:
    submitted = completed + failed + pending
    progress = Progress(submitted, completed, failed, submitted + remaining)
    scoring = Scoring(board()) if completed else None
    decision = decide(Situation(snapshot(progress), scoring, askable, policy))
    match decision:
        case WaitForAnswers():
            assert decision.pending == pending > 0
        case RequestMore():
            assert 1 <= decision.limit <= min(remaining, askable)
        case Finalise():
            assert completed
            assert decision.status is (
                BatchStatus.COMPLETE_MAX_COMPARISONS
                if decision.reason is StopReason.BUDGET_EXHAUSTED
                else BatchStatus.COMPLETE_STABLE
            )
        case Fail():
            assert decision.detail.endswith(".")
