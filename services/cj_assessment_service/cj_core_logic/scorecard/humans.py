"""What people said of the essays a judge was checked on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from cj_assessment_service.cj_core_logic.scorecard.checked_answers import CheckedAnswer, credit
from cj_assessment_service.cj_core_logic.scorecard.shares import share_of
from cj_assessment_service.domain.comparisons import DecidedComparison, OrientedPair, Winner
from cj_assessment_service.domain.decision_tables import DecisionTable
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judge_checks import GradedEssay
from cj_assessment_service.domain.scorecards import HumanRow

Unordered = tuple[EssayId, EssayId]


@dataclass(frozen=True, slots=True)
class _Vote:
    """Who won a pair in whose eyes; None for a tie."""

    judge: str
    winner: EssayId | None


def human_row(
    decisions: Sequence[DecidedComparison],
    answers: Iterable[CheckedAnswer],
    essays: Iterable[GradedEssay],
) -> HumanRow:
    """Accuracy over the decisions about essays of different grades; agreement over all meetings of two decisions on one
    pair, a tie being an answer like the others.
    """
    ranks = {essay.essay_id: essay.rank for essay in essays}
    known = [one for one in decisions if {one.pair.first, one.pair.second} <= ranks.keys()]
    graded = [one for one in known if ranks[one.pair.first] != ranks[one.pair.second]]
    people = _votes(known)
    judge = _judge_votes(answers)
    with_judge = [
        (pair, vote.winner == said)
        for pair, votes in people.items()
        for vote in votes
        for said in judge.get(pair, ())
    ]
    among = [
        (pair, one.winner == other.winner)
        for pair, votes in people.items()
        for one, other in combinations(votes, 2)
        if one.judge != other.judge
    ]
    return HumanRow(
        decisions=len(known),
        people=len({one.judge for one in known}),
        accuracy=share_of([_credit(one, ranks) for one in graded], [one.pair.unordered for one in graded]),
        agreement_with_judge=share_of(
            [float(equal) for _, equal in with_judge], [pair for pair, _ in with_judge]
        ),
        agreement_among_people=share_of([float(equal) for _, equal in among], [pair for pair, _ in among]),
    )


def decisions_in(table: DecisionTable) -> tuple[DecidedComparison, ...]:
    """Every readable decision, in the order of the table."""
    winners = {1: Winner.FIRST, -1: Winner.SECOND, 0: Winner.TIE}
    rows = zip(
        table.first.tolist(), table.second.tolist(), table.outcome.tolist(), table.judge.tolist(), strict=True
    )
    return tuple(
        DecidedComparison(
            OrientedPair(table.items[first], table.items[second]), winners[outcome], table.judges[judge]
        )
        for first, second, outcome, judge in rows
    )


def judged_pairs(decisions: Iterable[DecidedComparison]) -> frozenset[Unordered]:
    """The pairs people decided about; a check asks about these first, or nobody could be compared with anybody."""
    return frozenset(one.pair.unordered for one in decisions)


def _credit(decision: DecidedComparison, ranks: Mapping[EssayId, int]) -> float:
    ahead = ranks[decision.pair.first] > ranks[decision.pair.second]
    return credit(decision.winner, Winner.FIRST if ahead else Winner.SECOND)


def _votes(decisions: Iterable[DecidedComparison]) -> Mapping[Unordered, Sequence[_Vote]]:
    found: dict[Unordered, list[_Vote]] = defaultdict(list)
    for one in decisions:
        found[one.pair.unordered].append(_Vote(one.judge, one.winning_essay))
    return found


def _judge_votes(answers: Iterable[CheckedAnswer]) -> Mapping[Unordered, Sequence[EssayId | None]]:
    found: dict[Unordered, list[EssayId | None]] = defaultdict(list)
    for answer in answers:
        found[answer.pair.unordered].append(answer.winning_essay)
    return found
