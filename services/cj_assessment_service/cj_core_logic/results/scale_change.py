"""Two scales of the same essays side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.results.endings import ranks_of
from cj_assessment_service.cj_core_logic.scoring.agreement import spearman
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.grades import ProjectedGrades, ProjectionOutcome
from cj_assessment_service.domain.identifiers import EssayId, Grade
from cj_assessment_service.domain.scale_changes import EssayMove
from cj_assessment_service.domain.scores import Scoreboard


@dataclass(frozen=True, slots=True)
class GradedScale:
    """A scale, and the grades projected from it (None where nothing was projected yet)."""

    board: Scoreboard
    outcome: ProjectionOutcome | None


def essay_moves(items: Sequence[EssayItem], before: GradedScale, after: GradedScale) -> tuple[EssayMove, ...]:
    """The largest move first, equal ones by id. Both scales have all `items`."""
    old = {score.essay_id: score for score in before.board.scores}
    new = {score.essay_id: score for score in after.board.scores}
    old_ranks, new_ranks = ranks_of(before.board.scores), ranks_of(after.board.scores)
    old_grades, new_grades = _grades(before.outcome), _grades(after.outcome)
    moves = (
        EssayMove(
            essay_id=item.essay_id,
            name=item.name,
            rank_before=old_ranks.get(item.essay_id),
            rank_after=new_ranks.get(item.essay_id),
            score_before=old[item.essay_id].score,
            score_after=new[item.essay_id].score,
            grade_before=old_grades.get(item.essay_id),
            grade_after=new_grades.get(item.essay_id),
        )
        for item in items
    )
    return tuple(sorted(moves, key=lambda move: (-abs(move.by), move.essay_id)))


def rank_correlation(moves: Sequence[EssayMove]) -> float | None:
    """Spearman's rho of the scores before and after."""
    return spearman([move.score_before for move in moves], [move.score_after for move in moves])


def _grades(outcome: ProjectionOutcome | None) -> Mapping[EssayId, Grade]:
    if not isinstance(outcome, ProjectedGrades):
        return {}
    return {projection.essay_id: projection.grade for projection in outcome.projections}
