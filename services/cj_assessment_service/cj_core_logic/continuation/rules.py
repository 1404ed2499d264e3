"""The rules after a wave, in the order of their priority. The first that has an opinion decides."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cj_assessment_service.cj_core_logic.continuation.goals import order_decided as is_order_decided
from cj_assessment_service.cj_core_logic.continuation.goals import reliability_reached
from cj_assessment_service.cj_core_logic.scoring.score_interval import wilson_limits
from cj_assessment_service.domain.batches import (
    BatchSettings,
    BatchSnapshot,
    BatchStatus,
    Scoring,
    StopReason,
)
from cj_assessment_service.domain.comparisons import AskedState, PlanUse
from cj_assessment_service.domain.decisions import Decision, Fail, Finalise, RequestMore, WaitForAnswers
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.policies import ContinuationPolicy
from cj_assessment_service.domain.scores import Scoreboard

MOST_ESSAYS_OF_A_TINY_NET = 3
"""So few essays have an order to decide and no spread to estimate."""


@dataclass(frozen=True, slots=True)
class Situation:
    """All a rule may look at. `scoring` is that of the snapshot's judgements, None while there are none; `askable`
    counts the questions that could still be asked if the budget were endless (0: saturated).
    """

    snapshot: BatchSnapshot
    scoring: Scoring | None
    askable: int
    policy: ContinuationPolicy

    @property
    def board(self) -> Scoreboard | None:
        return None if self.scoring is None else self.scoring.board

    @property
    def settings(self) -> BatchSettings:
        return self.snapshot.overview.settings

    @property
    def faults(self) -> frozenset[ErrorCode]:
        """Of all questions so far."""
        codes = (question.error_code for question in self.snapshot.asked)
        return frozenset(code for code in codes if code is not None)

    @property
    def readable_often_enough(self) -> bool:
        """True before the first answer."""
        rate = self.snapshot.progress.success_rate
        return rate is None or rate >= self.policy.min_success_rate


class RuleName(StrEnum):
    ANSWERS_OUTSTANDING = "answers_outstanding"
    FINISH_REQUESTED = "finish_requested"
    HOPELESS_JUDGE = "hopeless_judge"
    JUDGES_OUT_OF_REACH = "judges_out_of_reach"
    COST_CAP = "cost_cap"
    TIME_CAP = "time_cap"
    ORDER_DECIDED = "order_decided"
    TARGET_RELIABILITY = "target_reliability"
    GRADES_SETTLED = "grades_settled"
    BUDGET_EXHAUSTED = "budget_exhausted"
    SATURATED = "saturated"
    MORE_TO_LEARN = "more_to_learn"


@dataclass(frozen=True, slots=True)
class Rule:
    """`apply` returns None where the rule has no opinion."""

    name: RuleName
    apply: Callable[[Situation], Decision | None]


def answers_outstanding(situation: Situation) -> Decision | None:
    pending = situation.snapshot.progress.pending
    return WaitForAnswers(pending) if pending else None


def finish_requested(situation: Situation) -> Decision | None:
    """Somebody wants what there is."""
    if situation.snapshot.overview.finish_requested_at is None:
        return None
    return _end(situation, StopReason.FINISHED_EARLY, BatchStatus.COMPLETE_MAX_COMPARISONS)


def hopeless_judge(situation: Situation) -> Decision | None:
    """Even with luck on its side the judge will not reach the required share of readable answers. Questions that never
    left for it say nothing about it.
    """
    progress, policy = situation.snapshot.progress, situation.policy
    if progress.tried == 0 or progress.tried < policy.min_answers_for_early_abort:
        return None
    _, best = wilson_limits(progress.completed / progress.tried, progress.tried)
    if progress.completed and best >= policy.min_success_rate:
        return None
    return Fail(
        StopReason.HOPELESS_JUDGE,
        f"{_readable_answers(situation)} At least {policy.min_success_rate:.0%} must be, and this judge cannot be expected "
        "to get there, so nothing more was asked. Check its name, key and settings, then start the batch again.",
    )


def judges_out_of_reach(situation: Situation) -> Decision | None:
    """A wave was waited for in vain: not one of its questions was answered, because no judge could be reached."""
    asked, wave = situation.snapshot.asked, situation.snapshot.overview.wave
    latest = [question for question in asked if question.wave == wave]
    if any(question.state is not AskedState.FAILED for question in latest):
        return None
    if all(question.error_code is not ErrorCode.CIRCUIT_BREAKER_OPEN for question in latest):
        return None
    return Fail(
        StopReason.HOPELESS_JUDGE,
        f"The judges ({situation.settings.panel}) could not be reached for minutes, so nothing more was asked. Check the "
        "network connection and the provider's status page, then start the batch again; with --reuse no answer that was "
        "recorded is paid for again.",
    )


def cost_cap(situation: Situation) -> Decision | None:
    """Once a question did not fit into what is left. Where all of it is spent, only once there is something to show for
    the money: a cap promises a usable partial result.
    """
    overview = situation.snapshot.overview
    if ErrorCode.COST_LIMIT_EXCEEDED in situation.faults:
        return _end(situation, StopReason.COST_CAP, BatchStatus.COMPLETE_MAX_COMPARISONS)
    if (
        situation.board is None
        or overview.settings.max_cost is None
        or overview.spent < overview.settings.max_cost
    ):
        return None
    return _end(situation, StopReason.COST_CAP, BatchStatus.COMPLETE_MAX_COMPARISONS)


def time_cap(situation: Situation) -> Decision | None:
    """Once a question would have been too late, or there is something to show for the time."""
    overview = situation.snapshot.overview
    if ErrorCode.TIME_LIMIT_EXCEEDED in situation.faults:
        return _end(situation, StopReason.TIME_CAP, BatchStatus.COMPLETE_MAX_COMPARISONS)
    elapsed = (situation.snapshot.taken_at - overview.created_at).total_seconds()
    if (
        situation.board is None
        or overview.settings.max_seconds is None
        or elapsed < overview.settings.max_seconds
    ):
        return None
    return _end(situation, StopReason.TIME_CAP, BatchStatus.COMPLETE_MAX_COMPARISONS)


def order_decided(situation: Situation) -> Decision | None:
    """Two or three essays in an order that their judgements leave no doubt about."""
    board, snapshot = situation.board, situation.snapshot
    if board is None or len(snapshot.items) > MOST_ESSAYS_OF_A_TINY_NET or not _scale_stands(situation):
        return None
    if not is_order_decided(board, snapshot.decided, situation.policy.deciding_lead):
        return None
    return Finalise(StopReason.ORDER_DECIDED, BatchStatus.COMPLETE_STABLE)


def target_reliability(situation: Situation) -> Decision | None:
    """Reliable enough; where the grades have a goal of their own, that one too."""
    if _target(situation) is None or not _reliable_enough(situation) or not _grades_steady(situation):
        return None
    return Finalise(StopReason.STABLE, BatchStatus.COMPLETE_STABLE)


def grades_settled(situation: Situation) -> Decision | None:
    """For a batch whose only goal are its grades."""
    if _target(situation) is not None or not _well_compared(situation) or not _grades_steady(situation):
        return None
    return Finalise(StopReason.GRADES_SETTLED, BatchStatus.COMPLETE_STABLE)


def budget_exhausted(situation: Situation) -> Decision | None:
    if situation.snapshot.progress.remaining:
        return None
    return _end(situation, StopReason.BUDGET_EXHAUSTED, BatchStatus.COMPLETE_MAX_COMPARISONS)


def saturated(situation: Situation) -> Decision | None:
    """Every question worth asking has been asked: more budget could buy nothing."""
    if situation.askable > 0:
        return None
    return _end(situation, StopReason.SATURATED, BatchStatus.COMPLETE_STABLE)


def more_to_learn(situation: Situation) -> Decision:
    return RequestMore(min(situation.snapshot.progress.remaining, situation.askable))


RULES: tuple[Rule, ...] = (
    Rule(RuleName.ANSWERS_OUTSTANDING, answers_outstanding),
    Rule(RuleName.FINISH_REQUESTED, finish_requested),
    Rule(RuleName.HOPELESS_JUDGE, hopeless_judge),
    Rule(RuleName.JUDGES_OUT_OF_REACH, judges_out_of_reach),
    Rule(RuleName.COST_CAP, cost_cap),
    Rule(RuleName.TIME_CAP, time_cap),
    Rule(RuleName.ORDER_DECIDED, order_decided),
    Rule(RuleName.TARGET_RELIABILITY, target_reliability),
    Rule(RuleName.GRADES_SETTLED, grades_settled),
    Rule(RuleName.BUDGET_EXHAUSTED, budget_exhausted),
    Rule(RuleName.SATURATED, saturated),
)
"""Before `more_to_learn`, which always has an opinion and therefore comes last."""


def _target(situation: Situation) -> float | None:
    """The batch's own target; the usual one for a batch without any goal; None where only the grades have a goal."""
    chosen = situation.settings
    if chosen.target_reliability is None and chosen.max_expected_grade_changes is None:
        return situation.policy.target_reliability
    return chosen.target_reliability


def _reliable_enough(situation: Situation) -> bool:
    board, target = situation.board, _target(situation)
    if board is None or target is None or not _well_compared(situation):
        return False
    return reliability_reached(board, target, situation.policy.certainty)


def _grades_steady(situation: Situation) -> bool:
    """True where the grades have no goal; False where they cannot be projected."""
    most, scoring = situation.settings.max_expected_grade_changes, situation.scoring
    if most is None:
        return True
    changes = None if scoring is None else scoring.expected_grade_changes
    return changes is not None and changes <= most


def _scale_stands(situation: Situation) -> bool:
    """One connected scale that rests on what a readable judge said. Pairs that the requester locked are asked to the
    last, however good the scale is.
    """
    if situation.settings.plan_use is PlanUse.ONLY and situation.askable:
        return False
    board = situation.board
    return board is not None and board.components == 1 and situation.readable_often_enough


def _well_compared(situation: Situation) -> bool:
    """A scale that stands, with every essay on it often enough."""
    board = situation.board
    if board is None or not _scale_stands(situation):
        return False
    seen = {score.essay_id: score.comparisons for score in board.scores}
    least = situation.policy.min_comparisons_per_essay
    return all(seen.get(item.essay_id, 0) >= least for item in situation.snapshot.items)


def _end(situation: Situation, reason: StopReason, status: BatchStatus) -> Decision:
    """Finalise, unless the judge was too unreliable or there is nothing to finalise."""
    if not situation.readable_often_enough:
        return Fail(
            StopReason.LOW_SUCCESS_RATE,
            f"{_readable_answers(situation)} At least {situation.policy.min_success_rate:.0%} must be, or the scale "
            "would rest on chance gaps. Check the judge's settings, then start the batch again.",
        )
    if situation.board is None:
        return Fail(
            StopReason.NO_JUDGEMENTS,
            f"The batch ended ({_IN_WORDS[reason]}) before a single judgement was made. "
            "Allow it more, or give it at least two essays that the judge can compare.",
        )
    return Finalise(reason, status)


def _readable_answers(situation: Situation) -> str:
    progress, panel = situation.snapshot.progress, situation.snapshot.overview.settings.panel
    share = f"Only {progress.completed}" if progress.completed else "None"
    return f"{share} of {progress.tried} answers of {panel} could be read."


_IN_WORDS = {
    StopReason.FINISHED_EARLY: "somebody wanted it to finish",
    StopReason.COST_CAP: "its cost limit was reached",
    StopReason.TIME_CAP: "its time limit was reached",
    StopReason.BUDGET_EXHAUSTED: "its budget of comparisons is spent",
    StopReason.SATURATED: "no question was left to ask",
}
