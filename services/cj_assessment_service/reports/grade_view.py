"""The part of the report page about grades, as typed values: anchors, cut-points and what each grade rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cj_assessment_service.domain.grades import AnchorFit, Calibration, LeftOutAnchor
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.results import AssessedEssay, AssessmentResult, GradeBasis
from cj_assessment_service.domain.scores import NORMAL_95
from cj_assessment_service.reports.grade_wording import grade_figures
from cj_assessment_service.reports.quality_words import QualityFigure
from cj_assessment_service.reports.report_view import RowView
from cj_assessment_service.reports.wording import signed


@dataclass(frozen=True, slots=True)
class AnchorView:
    """An anchor against its grade. `target` is its row among all essays."""

    target: str
    label: str
    grade: str
    score: str
    place: str
    drifts: bool
    left_out: str


@dataclass(frozen=True, slots=True)
class CutView:
    """Where a grade begins."""

    grade: str
    below: str
    cut: str
    interval: str


@dataclass(frozen=True, slots=True)
class BasisView:
    """What one grade rests on."""

    target: str
    label: str
    grade: str
    probability: str
    second: str
    nearest: str
    comparisons: int
    anchors: str


@dataclass(frozen=True, slots=True)
class GradesView:
    figures: tuple[QualityFigure, ...]
    anchors: tuple[AnchorView, ...]
    inversions: tuple[str, ...]
    cuts: tuple[CutView, ...]
    bases: tuple[BasisView, ...]


def grades_view(result: AssessmentResult, rows: Sequence[RowView]) -> GradesView | None:
    """None where no grades were projected."""
    calibration = result.calibration
    if calibration is None:
        return None
    by_id = {row.essay.essay_id: row for row in rows}
    return GradesView(
        figures=grade_figures(calibration),
        anchors=_anchor_views(calibration, by_id),
        inversions=_inversions(calibration, by_id),
        cuts=_cuts(calibration),
        bases=tuple(
            _basis(row, row.essay.basis, calibration, by_id) for row in rows if row.essay.basis is not None
        ),
    )


def _anchor_views(calibration: Calibration, rows: Mapping[EssayId, RowView]) -> tuple[AnchorView, ...]:
    """Highest grade first, highest score first within a grade."""
    left_out = {each.essay_id: each for each in (calibration.check.anchors if calibration.check else ())}
    ladder = calibration.scale.ladder
    ordered = sorted(calibration.anchors, key=lambda each: (-ladder.index(each.grade), -each.score))
    return tuple(
        AnchorView(
            target=rows[anchor.essay_id].target,
            label=rows[anchor.essay_id].label,
            grade=anchor.grade,
            score=f"{signed(anchor.score)} ± {NORMAL_95 * anchor.se:.2f}",
            place=_place(anchor),
            drifts=anchor.drifts,
            left_out=_left_out(left_out.get(anchor.essay_id)),
        )
        for anchor in ordered
    )


def _place(anchor: AnchorFit) -> str:
    if anchor.residual == 0.0:
        return "inside"
    return f"{abs(anchor.residual):.2f} {'above' if anchor.residual > 0 else 'below'}"


def _left_out(check: LeftOutAnchor | None) -> str:
    if check is None or check.projected is None or check.probability is None:
        return "–"
    return f"{check.projected} (own grade {check.probability:.0%})"


def _inversions(calibration: Calibration, rows: Mapping[EssayId, RowView]) -> tuple[str, ...]:
    grades = {anchor.essay_id: anchor.grade for anchor in calibration.anchors}
    return tuple(
        f"{rows[one.better].label} (known grade {grades[one.better]}) has a lower score than"
        f" {rows[one.worse].label} (known grade {grades[one.worse]})."
        for one in calibration.inversions
    )


def _cuts(calibration: Calibration) -> tuple[CutView, ...]:
    """Highest first."""
    found = [
        CutView(upper, lower, signed(cut), f"{signed(cut - NORMAL_95 * se)} … {signed(cut + NORMAL_95 * se)}")
        for (lower, upper), cut, se in zip(
            pairwise(calibration.scale.ladder),
            calibration.cut_points,
            calibration.cut_point_se,
            strict=True,
        )
    ]
    return tuple(reversed(found))


def _basis(
    row: RowView, basis: GradeBasis, calibration: Calibration, rows: Mapping[EssayId, RowView]
) -> BasisView:
    grade = row.grade
    return BasisView(
        target=row.target,
        label=row.label,
        grade=grade.grade if grade else "–",
        probability=f"{grade.probability:.0%}" if grade else "–",
        second=grade.second if grade else "–",
        nearest=_nearest(row.essay, basis, calibration),
        comparisons=row.essay.comparisons,
        anchors=", ".join(
            f"{rows[anchor].label} ({rows[anchor].known_grade})" for anchor in basis.anchors_met
        )
        or "none",
    )


def _nearest(essay: AssessedEssay, basis: GradeBasis, calibration: Calibration) -> str:
    """How far to the nearer cut-point and which grade begins there."""
    if essay.projection is None or basis.nearest_cut is None:
        return "–"
    ladder = calibration.scale.ladder
    place = ladder.index(essay.projection.base_grade)
    if basis.nearest_cut == basis.above_lower_cut:
        return f"{signed(basis.nearest_cut)} above {ladder[place - 1]}"
    return f"{signed(basis.nearest_cut)} below {ladder[place + 1]}"
