"""The check of a judge before anybody trusts it: what it is asked, and when it is sent away early."""

from dataclasses import dataclass
from enum import StrEnum

from cj_assessment_service.domain.comparisons import OrientedPair, Winner
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judges import JudgeOffer


@dataclass(frozen=True, slots=True)
class GradedEssay:
    """`rank` is the place of its known grade on the scale: the higher, the better."""

    essay_id: EssayId
    rank: int


@dataclass(frozen=True, slots=True)
class GradedPair:
    """Two essays of different grades, `distance` grades apart (at least 1)."""

    better: EssayId
    worse: EssayId
    distance: int

    def shown(self, better_at: Winner) -> OrientedPair:
        """With the better essay at this place, first or second."""
        pair = OrientedPair(self.better, self.worse)
        return pair if better_at is Winner.FIRST else pair.swapped

    @property
    def unordered(self) -> tuple[EssayId, EssayId]:
        return OrientedPair(self.better, self.worse).unordered


@dataclass(frozen=True, slots=True)
class CheckDesign:
    """How many `pairs` a judge is checked on, evenly over all grade distances. `both_orders` is the share of them that is
    asked in both orders, `repeats` the share of which one question is put a second time in the same order. With fewer than
    `fewest_pairs` nothing can be said of a judge.
    """

    pairs: int = 60
    both_orders: float = 0.67
    repeats: float = 0.25
    fewest_pairs: int = 15


@dataclass(frozen=True, slots=True)
class ScreeningPolicy:
    """The first questions of a check, on clearly different grades and in both orders: a sequential test of the share of
    pairs on which a judge is right both times.

    `guess` is that share for a judge that tosses coins, and more than that of one that always names the same place;
    `fair` that of a judge right in three quarters of its answers (0.75 squared). A fair judge is sent away with a
    probability of at most about `condemns_fair`, one that guesses passes before the last look with at most about
    `passes_guess`. `looks` are the pairs asked before each look at the answers.
    """

    guess: float = 0.25
    fair: float = 0.5625
    condemns_fair: float = 0.025
    passes_guess: float = 0.05
    looks: tuple[int, ...] = (7, 7, 6)


@dataclass(frozen=True, slots=True)
class CheckFrame:
    """All that the questions of a check follow from. `preferred` are the pairs to be taken first where there is a choice;
    `misleading` those whose worse text is the longer, of which half of the pairs are to be, or a judge that counts words
    would look like a good one. `seed` makes every draw repeatable.
    """

    essays: tuple[GradedEssay, ...]
    pairs: int
    offer: JudgeOffer
    preferred: frozenset[tuple[EssayId, EssayId]]
    misleading: frozenset[tuple[EssayId, EssayId]]
    seed: int


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """All questions of a check. `screening` has those before each look at the answers, none of them empty; `main` those
    that follow when the judge was not sent away.
    """

    screening: tuple[tuple[OrientedPair, ...], ...]
    main: tuple[OrientedPair, ...]

    @property
    def questions(self) -> int:
        return sum(len(part) for part in self.screening) + len(self.main)

    def after(self, looks: int) -> tuple[OrientedPair, ...]:
        """All that is left to ask after so many looks."""
        return (*(question for part in self.screening[looks:] for question in part), *self.main)


class ScreeningState(StrEnum):
    """What the first questions say."""

    OPEN = "open"
    PASSED = "passed"
    CONDEMNED = "condemned"


@dataclass(frozen=True, slots=True)
class Screening:
    """`pairs` were answered in both orders, on `both_right` of them the judge was right both times. `evidence` is the log
    likelihood ratio of a fair judge against one that guesses; `named_first` and `named_second` count the places it named.
    """

    state: ScreeningState
    pairs: int
    both_right: int
    evidence: float
    named_first: int
    named_second: int
    ties: int
