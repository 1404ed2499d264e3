"""Whether judges are right more often where they say they are surer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cj_assessment_service.domain.comparisons import RecordedComparison, Winner
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.results import ConfidenceStep, JudgeSummary
from cj_assessment_service.domain.scores import Scoreboard


def with_confidence_steps(
    judges: Sequence[JudgeSummary],
    comparisons: Sequence[RecordedComparison],
    board: Scoreboard | None,
    grades: Mapping[EssayId, int],
) -> tuple[JudgeSummary, ...]:
    """Each judge with its steps. `grades` are the places of the anchors' grades on their scale, rising."""
    return tuple(
        replace(
            judge,
            confidence=confidence_steps([c for c in comparisons if c.judge == judge.judge], board, grades),
        )
        for judge in judges
    )


def anchor_grades(items: Sequence[EssayItem], scale: GradeScale | None) -> Mapping[EssayId, int]:
    """The place of each anchor's grade, rising; none without a scale."""
    place = {grade: number for number, grade in enumerate(scale.grades)} if scale is not None else {}
    return {item.essay_id: place[item.known_grade] for item in items if item.known_grade in place}


def confidence_steps(
    comparisons: Sequence[RecordedComparison], board: Scoreboard | None, grades: Mapping[EssayId, int]
) -> tuple[ConfidenceStep, ...]:
    """By confidence, rounded to the next whole number; ties are left out. Where both are anchors of different grades the judge
    is right if it chose the higher grade, elsewhere if it chose the higher final score, which its own decision has helped to
    make: early in a batch that flatters.
    """
    scores = {score.essay_id: score.score for score in board.scores} if board is not None else {}
    against_grades: dict[int, list[bool]] = {}
    against_scale: dict[int, list[bool]] = {}
    for one in comparisons:
        if one.winner is None or one.winner is Winner.TIE or one.confidence is None:
            continue
        step = round(one.confidence)
        first, second = one.pair.first, one.pair.second
        chose_first = one.winner is Winner.FIRST
        if first in grades and second in grades and grades[first] != grades[second]:
            against_grades.setdefault(step, []).append(chose_first == (grades[first] > grades[second]))
        elif first in scores and second in scores:
            against_scale.setdefault(step, []).append(chose_first == (scores[first] > scores[second]))
    return tuple(
        ConfidenceStep(
            confidence=step,
            decisions=len(against_scale.get(step, ())),
            agreeing=sum(against_scale.get(step, ())),
            anchor_decisions=len(against_grades.get(step, ())),
            anchor_right=sum(against_grades.get(step, ())),
        )
        for step in sorted(against_scale.keys() | against_grades.keys())
    )
