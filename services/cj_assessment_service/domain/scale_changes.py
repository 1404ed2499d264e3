"""What a decision about the judges of a batch changes in its scale."""

from dataclasses import dataclass

from cj_assessment_service.domain.identifiers import BatchId, EssayId, Grade


@dataclass(frozen=True, slots=True)
class Exclusion:
    """The excluded judges of a batch, by name, before and after somebody decided about one."""

    before: frozenset[str]
    after: frozenset[str]


@dataclass(frozen=True, slots=True)
class EssayMove:
    """An essay on both scales; a rank is None where it was never compared, a grade where none is projected."""

    essay_id: EssayId
    name: str | None
    rank_before: int | None
    rank_after: int | None
    score_before: float
    score_after: float
    grade_before: Grade | None
    grade_after: Grade | None

    @property
    def by(self) -> float:
        """Score points upwards."""
        return self.score_after - self.score_before

    @property
    def changes_grade(self) -> bool:
        return self.grade_before != self.grade_after


@dataclass(frozen=True, slots=True)
class ScaleChange:
    """What became of the scale when `judge` was excluded or restored. `decisions` are those of this judge; `excluded` are all
    judges that are excluded now, in the order of the panel.

    `rank_correlation` is Spearman's rho of all essays, None where one side does not vary; `moves` has every essay, the largest
    move first. There are no moves, no correlation and no reliability where nothing was decided yet.
    """

    batch_id: BatchId
    judge: str
    decisions: int
    excluded: tuple[str, ...]
    rank_correlation: float | None
    moves: tuple[EssayMove, ...]
    reliability_before: float | None
    reliability_after: float | None

    @property
    def grades_changed(self) -> tuple[EssayMove, ...]:
        return tuple(move for move in self.moves if move.changes_grade)
