"""How often a judge is right, against chance and against what needs no judge."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.scorecard.checked_answers import (
    CheckedAnswer,
    clusters_of,
    credit,
)
from cj_assessment_service.cj_core_logic.scorecard.shares import difference_of, share_of
from cj_assessment_service.domain.comparisons import OrientedPair, Winner
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.scorecards import DistanceRow, Rival, Share

LONGEST_WINS = "longest wins"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What something that needs no judge says of each of the answered questions, in their order."""

    name: str
    winners: tuple[Winner, ...]


def longest_wins(questions: Sequence[OrientedPair], texts: Mapping[EssayId, str]) -> Baseline:
    """The text with more words; a tie between equals. Raises KeyError for an essay that is not there."""
    words = {essay_id: len(text.split()) for essay_id, text in texts.items()}
    margins = [words[pair.first] - words[pair.second] for pair in questions]
    return Baseline(LONGEST_WINS, tuple(_winner(margin) for margin in margins))


def accuracy_of(answers: Sequence[CheckedAnswer]) -> Share | None:
    """The mean credit with an interval over pairs; None without answers."""
    return share_of([answer.right for answer in answers], clusters_of(answers))


def kappa_of(answers: Sequence[CheckedAnswer]) -> float | None:
    """Cohen's kappa (1960, Educ. Psych. Measurement 20, 37-46) of the place named and the place of the better essay, a
    tie being an answer that is never right: (equal - chance) / (1 - chance). None without answers or where chance alone
    would agree always.
    """
    if not answers:
        return None
    count = len(answers)
    said, true = (
        Counter(answer.winner for answer in answers),
        Counter(answer.better for answer in answers),
    )
    equal = sum(answer.winner is answer.better for answer in answers) / count
    chance = sum(said[place] * true[place] for place in Winner) / count**2
    return (equal - chance) / (1.0 - chance) if chance < 1.0 else None


def rival_of(answers: Sequence[CheckedAnswer], baseline: Baseline) -> Rival | None:
    """The baseline on the very same questions; None without any. Raises ValueError for another number of them."""
    rated = _credits(answers, baseline)
    clusters = clusters_of(answers)
    accuracy = share_of(rated, clusters)
    if accuracy is None:
        return None
    ahead = [answer.right - other for answer, other in zip(answers, rated, strict=True)]
    return Rival(baseline.name, accuracy, difference_of(ahead, clusters))


def by_distance(answers: Sequence[CheckedAnswer], baselines: Sequence[Baseline]) -> tuple[DistanceRow, ...]:
    """The nearest grades first."""
    rated = [_credits(answers, baseline) for baseline in baselines]
    rows = []
    for distance in sorted({answer.distance for answer in answers}):
        places = [place for place, answer in enumerate(answers) if answer.distance == distance]
        accuracy = accuracy_of([answers[place] for place in places])
        if accuracy is not None:
            shares = tuple(sum(row[place] for place in places) / len(places) for row in rated)
            rows.append(DistanceRow(distance, accuracy, shares))
    return tuple(rows)


def _credits(answers: Sequence[CheckedAnswer], baseline: Baseline) -> list[float]:
    return [credit(said, answer.better) for said, answer in zip(baseline.winners, answers, strict=True)]


def _winner(margin: int) -> Winner:
    if margin == 0:
        return Winner.TIE
    return Winner.FIRST if margin > 0 else Winner.SECOND
