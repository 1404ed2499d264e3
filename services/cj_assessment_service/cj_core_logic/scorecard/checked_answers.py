"""Answers beside the truth the known grades tell."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cj_assessment_service.domain.comparisons import (
    DecidedComparison,
    OrientedPair,
    RecordedComparison,
    Winner,
)
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judge_checks import GradedEssay

_OTHER = {Winner.FIRST: Winner.SECOND, Winner.SECOND: Winner.FIRST, Winner.TIE: Winner.TIE}


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """A readable answer: what was shown, what was said and where the essay with the higher grade stood."""

    pair: OrientedPair
    winner: Winner
    better: Winner
    distance: int
    confidence: float | None = None
    p_first: float | None = None

    @property
    def right(self) -> float:
        """1 for right, 0 for wrong, a half for a tie."""
        return credit(self.winner, self.better)

    @property
    def winning_essay(self) -> EssayId | None:
        """None for a tie."""
        return DecidedComparison(self.pair, self.winner, "").winning_essay


def credit(said: Winner, better: Winner) -> float:
    """1 for right, 0 for wrong, a half for a tie."""
    return 0.5 if said is Winner.TIE else float(said is better)


def checked_answers(
    comparisons: Iterable[RecordedComparison], essays: Iterable[GradedEssay]
) -> tuple[CheckedAnswer, ...]:
    """The readable ones about essays of different known grades, in their order."""
    ranks = {essay.essay_id: essay.rank for essay in essays}
    found = []
    for one in comparisons:
        known = one.winner is not None and {one.pair.first, one.pair.second} <= ranks.keys()
        distance = ranks[one.pair.first] - ranks[one.pair.second] if known else 0
        if one.winner is not None and distance:
            found.append(
                CheckedAnswer(
                    pair=one.pair,
                    winner=one.winner,
                    better=Winner.FIRST if distance > 0 else Winner.SECOND,
                    distance=abs(distance),
                    confidence=one.confidence,
                    p_first=one.p_first,
                )
            )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class SwappedAnswers:
    """The two answers about a pair, each to one order; `better` is where the better essay stood in the first of them."""

    one: Winner
    other: Winner
    better: Winner

    @property
    def both_right(self) -> bool:
        return self.one is self.better and self.other is _OTHER[self.better]

    @property
    def flipped(self) -> bool:
        """Another essay won. Raises nothing, and is False, where an answer is a tie."""
        return self.one is self.other and self.one is not Winner.TIE

    @property
    def decided(self) -> bool:
        return Winner.TIE not in {self.one, self.other}


def swapped_answers(answers: Iterable[CheckedAnswer]) -> tuple[SwappedAnswers, ...]:
    """The k-th answer in one order with the k-th in the other, pair by pair in the order of their first answers."""
    by_pair = _by_question(answers)
    found = []
    for pair, there in by_pair.items():
        if pair.first < pair.second and pair.swapped in by_pair:
            back = by_pair[pair.swapped]
            found += [
                SwappedAnswers(one.winner, other.winner, one.better)
                for one, other in zip(there, back, strict=False)
            ]
    return tuple(found)


def repeated_answers(answers: Iterable[CheckedAnswer]) -> tuple[tuple[Winner, Winner], ...]:
    """Each answer to a question put before, with the first answer to it."""
    return tuple(
        (same[0].winner, again.winner) for same in _by_question(answers).values() for again in same[1:]
    )


def _by_question(answers: Iterable[CheckedAnswer]) -> Mapping[OrientedPair, Sequence[CheckedAnswer]]:
    found: dict[OrientedPair, list[CheckedAnswer]] = defaultdict(list)
    for answer in answers:
        found[answer.pair].append(answer)
    return found


def clusters_of(answers: Sequence[CheckedAnswer]) -> tuple[tuple[EssayId, EssayId], ...]:
    """The pair each is about: answers about one pair are no independent cases."""
    return tuple(answer.pair.unordered for answer in answers)
