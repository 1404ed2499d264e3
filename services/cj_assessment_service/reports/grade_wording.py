"""How far the grades can be trusted, in numbers with a sentence each."""

from cj_assessment_service.domain.grades import AnchorCheck, Calibration
from cj_assessment_service.reports.quality_words import QualityFigure
from cj_assessment_service.reports.wording import counted


def grade_figures(calibration: Calibration) -> tuple[QualityFigure, ...]:
    """How the anchors agree with the comparisons, then how they predict each other."""
    inversions, drifting = len(calibration.inversions), len(calibration.drifting)
    agreement = (
        QualityFigure(
            "Anchors in order",
            calibration.kendall_tau,
            f"{calibration.kendall_tau:.2f}",
            "Kendall's tau between known grades and scores: 1 when every anchor lies above all anchors of lower grades, 0"
            " when the grades say nothing about the scores. 0.9 is very good.",
        ),
        QualityFigure(
            "Inversions",
            inversions,
            str(inversions),
            "Pairs of anchors of which the one with the higher grade has the lower score.",
        ),
        QualityFigure(
            "Anchors contradicted",
            drifting,
            str(drifting),
            "Anchors whose comparisons do not fit their grade; they hardly count in the cut-points.",
        ),
        QualityFigure(
            "Disagreement of graders",
            calibration.grader_noise,
            f"{calibration.grader_noise:.2f}",
            "How far, in score points, those who graded the anchors seem to scatter around the true cut-points"
            " (standard deviation). It is part of every grade's probability.",
        ),
    )
    return agreement if calibration.check is None else (*agreement, *_check_figures(calibration.check))


def _check_figures(check: AnchorCheck) -> tuple[QualityFigure, ...]:
    checked = counted(sum(anchor.projected is not None for anchor in check.anchors), "anchor")
    return (
        QualityFigure(
            "Check: exact",
            check.exact,
            f"{check.exact:.0%}",
            f"Each of {checked} was graded from the others as if its grade were unknown; so many got their own grade.",
        ),
        QualityFigure(
            "Check: at most one grade off",
            check.adjacent,
            f"{check.adjacent:.0%}",
            "So many got their own grade or one of its neighbours.",
        ),
        QualityFigure(
            "Check: distance",
            check.mean_steps,
            f"{check.mean_steps:.2f}",
            "How many grades the projected grade lies from the known one on average.",
        ),
        QualityFigure(
            "Check: weighted kappa",
            check.kappa,
            "none" if check.kappa is None else f"{check.kappa:.2f}",
            "Quadratic weighted kappa of projected and known grades: 1 is perfect, 0 what chance would give. Two people"
            " who grade the same essays often reach 0.6 to 0.8.",
        ),
    )
