"""What the grades rest on as plain tables: the grades, the anchors and the cut-points."""

from itertools import pairwise

from cj_assessment_service.domain.grades import AnchorFit, Calibration, GradeProjection, LeftOutAnchor
from cj_assessment_service.domain.results import AssessedEssay, AssessmentResult, GradeBasis
from cj_assessment_service.domain.scores import NORMAL_95
from cj_assessment_service.reports.grade_wording import grade_figures
from cj_assessment_service.reports.tables import QUALITY_COLUMNS, Cell, Column, Kind, Table

_GRADE_COLUMNS = (
    Column("essay_id", Kind.TEXT),
    Column("name", Kind.TEXT),
    Column("known_grade", Kind.TEXT),
    Column("grade", Kind.TEXT),
    Column("grade_probability", Kind.SHARE),
    Column("second_grade", Kind.TEXT),
    Column("second_probability", Kind.SHARE),
    Column("normalised_score", Kind.SHARE),
    Column("above_lower_cut", Kind.SCORE),
    Column("below_upper_cut", Kind.SCORE),
    Column("comparisons", Kind.COUNT),
    Column("anchors_met", Kind.LONG_TEXT),
)

_ANCHOR_COLUMNS = (
    Column("essay_id", Kind.TEXT),
    Column("known_grade", Kind.TEXT),
    Column("score", Kind.SCORE),
    Column("se", Kind.SCORE),
    Column("ci_low", Kind.SCORE),
    Column("ci_high", Kind.SCORE),
    Column("outside_band", Kind.SCORE),
    Column("misplaced_probability", Kind.SHARE),
    Column("drifts", Kind.FLAG),
    Column("left_out_grade", Kind.TEXT),
    Column("left_out_probability", Kind.SHARE),
    Column("inverted_with", Kind.LONG_TEXT),
)

_CUT_COLUMNS = (
    Column("lower_grade", Kind.TEXT),
    Column("upper_grade", Kind.TEXT),
    Column("cut_point", Kind.SCORE),
    Column("se", Kind.SCORE),
    Column("ci_low", Kind.SCORE),
    Column("ci_high", Kind.SCORE),
)


def grade_tables(result: AssessmentResult) -> tuple[Table, ...]:
    """Empty where no grades were projected."""
    if result.calibration is None:
        return ()
    return (
        _grades_table(result, result.calibration),
        _anchors_table(result.calibration),
        _cuts_table(result.calibration),
        _figures_table(result.calibration),
    )


def _grades_table(result: AssessmentResult, calibration: Calibration) -> Table:
    """One row for each essay, best first, with the probability of every grade in the last columns."""
    shares = tuple(Column(f"p_{grade}", Kind.SHARE) for grade in calibration.scale.ladder)
    rows = tuple(
        _grade(essay, essay.projection, essay.basis)
        for essay in result.essays
        if essay.projection is not None and essay.basis is not None
    )
    return Table("Grades", (*_GRADE_COLUMNS, *shares), rows)


def _grade(essay: AssessedEssay, projection: GradeProjection, basis: GradeBasis) -> tuple[Cell, ...]:
    second = projection.second
    return (
        essay.essay_id,
        essay.name,
        essay.known_grade,
        projection.grade,
        projection.confidence,
        second.grade if second is not None else None,
        second.probability if second is not None else None,
        projection.normalised_score,
        basis.above_lower_cut,
        basis.below_upper_cut,
        essay.comparisons,
        ", ".join(basis.anchors_met),
        *(share.probability for share in projection.probabilities),
    )


def _anchors_table(calibration: Calibration) -> Table:
    """One row for each anchor that took part, in the order given."""
    left_out = {each.essay_id: each for each in (calibration.check.anchors if calibration.check else ())}
    rows = tuple(
        _anchor(anchor, left_out.get(anchor.essay_id), calibration) for anchor in calibration.anchors
    )
    return Table("Anchors", _ANCHOR_COLUMNS, rows)


def _anchor(anchor: AnchorFit, check: LeftOutAnchor | None, calibration: Calibration) -> tuple[Cell, ...]:
    above = [one.worse for one in calibration.inversions if one.better == anchor.essay_id]
    below = [one.better for one in calibration.inversions if one.worse == anchor.essay_id]
    return (
        anchor.essay_id,
        anchor.grade,
        anchor.score,
        anchor.se,
        anchor.score - NORMAL_95 * anchor.se,
        anchor.score + NORMAL_95 * anchor.se,
        anchor.residual,
        anchor.misplaced,
        anchor.drifts,
        check.projected if check is not None else None,
        check.probability if check is not None else None,
        ", ".join((*above, *below)),
    )


def _cuts_table(calibration: Calibration) -> Table:
    neighbours = pairwise(calibration.scale.ladder)
    rows = tuple(
        (lower, upper, cut, se, cut - NORMAL_95 * se, cut + NORMAL_95 * se)
        for (lower, upper), cut, se in zip(
            neighbours, calibration.cut_points, calibration.cut_point_se, strict=True
        )
    )
    return Table("Cut-points", _CUT_COLUMNS, rows)


def _figures_table(calibration: Calibration) -> Table:
    figures = grade_figures(calibration)
    rows = tuple((figure.name, figure.value, figure.meaning) for figure in figures)
    return Table("Grade quality", QUALITY_COLUMNS, rows)
