"""Who was asked what so far, and who is due."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.history import BoolArray, FloatArray, IntArray
from cj_assessment_service.cj_core_logic.pairing.situation import Seat
from cj_assessment_service.domain.comparisons import AskedComparison, AskedState, OrientedPair
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judges import EveryPair, JudgeOffer, OfferedPairs

_MOST_OWED = 4.0
"""Questions a judge may be given in a wave beyond its share, to make up for having had too few. More would leave whole waves
to a judge that could not be had for a while.
"""


def joint_offer(seats: Sequence[Seat], asked: Sequence[AskedComparison]) -> JudgeOffer:
    """What the judges can be asked together: every pair as soon as one of them can. Of recordings, what is left of each,
    and what has been asked, which pairing takes off again.
    """
    if any(isinstance(seat.offer, EveryPair) for seat in seats):
        return EveryPair()
    counts = Counter(question.pair for question in asked)
    for seat in seats:
        left = _offered(seat.offer) or Counter()
        left.subtract(question.pair for question in asked if question.judge == seat.judge)
        counts.update(+left)
    return OfferedPairs(tuple(counts.items()))


def _offered(offer: JudgeOffer) -> Counter[OrientedPair] | None:
    """None where every pair can be asked, any number of times."""
    return Counter(dict(offer.counts)) if isinstance(offer, OfferedPairs) else None


class Roster:
    """The questions of each seat, failed ones included; grows as questions are given out. Shape of results: (seats,)."""

    def __init__(
        self, seats: Sequence[Seat], essays: Sequence[EssayId], asked: Sequence[AskedComparison]
    ) -> None:
        self.seats = tuple(seats)
        self._place = {essay_id: place for place, essay_id in enumerate(essays)}
        self._share = np.array([seat.share for seat in seats], dtype=np.float64)
        self._share /= self._share.sum()
        self._total = np.zeros(len(seats))
        self._met = np.zeros((len(seats), len(essays)))
        self._asked = [Counter[OrientedPair]() for _ in seats]
        self._failed = [Counter[OrientedPair]() for _ in seats]
        self._offered = [_offered(seat.offer) for seat in seats]
        by_name = {seat.judge: number for number, seat in enumerate(seats)}
        for question in asked:
            if question.judge in by_name:
                self._note(by_name[question.judge], question)

    def quotas(self, count: int) -> IntArray:
        """How many of the next `count` questions each seat gets: its share, and a little of what it missed; rounded by the
        largest remainder (Hamilton's apportionment; Balinski & Young 1982, Fair Representation).
        """
        owed = np.clip(self._share * self._total.sum() - self._total, -_MOST_OWED, _MOST_OWED)
        target = np.maximum(self._share * count + owed, 0.0)
        target *= count / target.sum()
        quota: IntArray = np.floor(target).astype(np.intp)
        rest = np.argsort(quota - target, kind="stable")[: count - int(quota.sum())]
        quota[rest] += 1
        return quota

    def may(self, pair: OrientedPair) -> BoolArray:
        """The seats that can be asked, and among them those that were asked this very question least often or failed at it
        least often, whichever order they saw; none where nobody can.
        """
        can = np.array([self._has_room(number, pair) for number in range(len(self.seats))], dtype=np.bool_)
        if not can.any():
            return can
        vain = np.array(
            [
                asked[pair] + failed[pair.swapped]
                for asked, failed in zip(self._asked, self._failed, strict=True)
            ]
        )
        return np.asarray(can & (vain == vain[can].min()))

    def times(self, pair: OrientedPair) -> int:
        """How often all seats together were asked about the two essays, in any order."""
        return sum(asked[pair] + asked[pair.swapped] for asked in self._asked)

    def surplus(self, pairs: Sequence[OrientedPair]) -> FloatArray:
        """How far each seat already is above its share of the questions about the two essays of each pair, and how often it
        saw the pair in the other order, shape (pairs, seats). To give every pair to a seat where this is least keeps the
        sum of squared deviations from the shares, over essays and seats, as small as possible.
        """
        above = self._met - self._share[:, np.newaxis] * (self._met.sum(axis=0) + 1.0)
        first = [self._place[pair.first] for pair in pairs]
        second = [self._place[pair.second] for pair in pairs]
        seen = np.array([[asked[pair.swapped] for asked in self._asked] for pair in pairs], dtype=np.float64)
        return np.asarray((above[:, first] + above[:, second]).T + seen)

    def most_due(self, among: BoolArray) -> int:
        """The seat that is furthest below its share."""
        owed = self._share * (self._total.sum() + 1.0) - self._total
        return int(np.where(among, owed, -np.inf).argmax())

    def give(self, number: int, pair: OrientedPair) -> None:
        """Puts the question to the seat."""
        self._asked[number][pair] += 1
        self._total[number] += 1.0
        self._met[number, [self._place[pair.first], self._place[pair.second]]] += 1.0

    def _note(self, number: int, question: AskedComparison) -> None:
        pair = question.pair
        self._asked[number][pair] += 1
        self._total[number] += 1.0
        if question.state is AskedState.FAILED:
            self._failed[number][pair] += 1
            return
        for essay_id in pair.unordered:
            if essay_id in self._place:
                self._met[number, self._place[essay_id]] += 1.0

    def _has_room(self, number: int, pair: OrientedPair) -> bool:
        room = self._offered[number]
        return room is None or room[pair] > self._asked[number][pair]
