"""The requester's own plan: which of its questions are still to be asked."""

from collections import Counter
from collections.abc import Iterator

from cj_assessment_service.cj_core_logic.pairing.situation import PairingSituation
from cj_assessment_service.domain.comparisons import AskedState, OrientedPair, PairMode, PlannedComparison
from cj_assessment_service.domain.judges import EveryPair
from cj_assessment_service.domain.policies import PairingPolicy


def pending_questions(situation: PairingSituation, policy: PairingPolicy) -> tuple[PlannedComparison, ...]:
    """In the plan's order and exactly as oriented, each as often as it stands there and was not answered yet; none without
    a plan. Left out are questions about essays that are not there, those that failed for the last time, and what a
    recorded judge has no answer to.
    """
    return tuple(_pending(situation, policy)) if situation.plan is not None else ()


def _pending(situation: PairingSituation, policy: PairingPolicy) -> Iterator[PlannedComparison]:
    essays = {item.essay_id for item in situation.items}
    answered = Counter(q.pair for q in situation.asked if q.state is not AskedState.FAILED)
    failures, room = _failures_in_a_row(situation), _Room(situation)
    met = Counter(pair.unordered for pair in answered.elements())
    for pair in situation.plan.pairs if situation.plan is not None else ():
        if answered[pair]:
            answered[pair] -= 1
        elif {pair.first, pair.second} <= essays and failures[pair] < policy.max_attempts_per_question:
            if room.take(pair):
                yield PlannedComparison(pair, _mode(failures[pair], met[pair.unordered]), failures[pair] + 1)
            met[pair.unordered] += 1
            failures[pair] = 0  # the failures belong to the first of several equal questions


def _mode(failures: int, met: int) -> PairMode:
    if failures:
        return PairMode.RETRY
    return PairMode.RESAMPLING if met else PairMode.COVERAGE


def _failures_in_a_row(situation: PairingSituation) -> Counter[OrientedPair]:
    """Of each question since the last that did not fail; within a wave failures come first."""
    in_a_row = Counter[OrientedPair]()
    for question in sorted(
        situation.asked, key=lambda q: (q.wave, q.attempt, q.state is not AskedState.FAILED)
    ):
        if question.state is AskedState.FAILED:
            in_a_row[question.pair] += 1
        else:
            in_a_row[question.pair] = 0
    return in_a_row


class _Room:
    """How often each question can still be put to the judge."""

    def __init__(self, situation: PairingSituation) -> None:
        offer = situation.offer
        self._left = None if isinstance(offer, EveryPair) else Counter(dict(offer.counts))
        if self._left is not None:
            self._left.subtract(question.pair for question in situation.asked)

    def take(self, pair: OrientedPair) -> bool:
        """False when the judge has no answer left."""
        if self._left is None:
            return True
        self._left[pair] -= 1
        return self._left[pair] >= 0
