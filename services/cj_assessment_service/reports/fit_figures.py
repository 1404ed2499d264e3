"""The figures of an analysis in words beside the numbers."""

from cj_assessment_service.domain.analyses import (
    AnalysisFigures,
    CriterionAgreement,
    DecisionAnalysis,
    Interval,
)
from cj_assessment_service.domain.analysis_plans import ScaleModel
from cj_assessment_service.reports.quality_words import QualityFigure
from cj_assessment_service.reports.wording import first_win_share, position_sentence, signed


def trust_figures(analysis: DecisionAnalysis) -> tuple[QualityFigure, ...]:
    """How far the scale can be trusted: every figure of reliability with what it is, by which formula."""
    figures = analysis.figures
    found = [
        _reliability(figures, analysis.plan.model),
        QualityFigure(
            "Reliability of coin tosses",
            figures.null_reliability,
            _number(figures.null_reliability),
            "What the same model reports when the outcomes of the same pairs are shuffled, so that there is nothing to"
            " measure; what a judge says of a pair again stays the same. A reliability close to this one means nothing."
            if figures.null_reliability is not None
            else "Not computed; --null says how often the outcomes shall be shuffled.",
        ),
        QualityFigure(
            "SSR",
            figures.ssr,
            _number(figures.ssr),
            "Scale separation reliability as 1 − MSE/Var: MSE is the mean squared standard error, Var the variance of the"
            " scores. The figure most studies report; it promises too much when items were compared seldom, and most when"
            " pairs were chosen adaptively."
            if figures.ssr is not None
            else "Cannot be told: the scores do not vary.",
        ),
        QualityFigure(
            "SSR, the other formula",
            figures.ssr_alt,
            _number(figures.ssr_alt),
            "Var/(Var + MSE), which other studies print under the same name; it is 1/(2 − SSR) and therefore always larger.",
        ),
        QualityFigure(
            "Separation",
            figures.separation,
            _number(figures.separation),
            "√(SSR/(1 − SSR)): how many standard errors one standard deviation of true scores is wide.",
        ),
        _split_half(figures),
        QualityFigure(
            "Split halves of the judges",
            figures.judge_split_half,
            _number(figures.judge_split_half),
            "The same with the judges halved instead of the decisions: would other judges have found the same order?"
            if figures.judge_split_half is not None
            else "Not computed: there are too few judges, or no halving gave two scales.",
        ),
    ]
    return tuple(found)


def model_figures(analysis: DecisionAnalysis) -> tuple[QualityFigure, ...]:
    """What the model found besides the scores."""
    figures = analysis.figures
    found = []
    if figures.sigma is not None:
        found.append(
            QualityFigure(
                "Spread of the items (sigma)",
                figures.sigma,
                _number(figures.sigma),
                "Standard deviation of the true scores in logits. An item one such step above another would win about"
                f" {first_win_share(figures.sigma):.0%} of their comparisons.",
            )
        )
    if figures.position is not None:
        found.append(
            QualityFigure(
                "Position effect",
                figures.position.estimate,
                f"{signed(figures.position.estimate)} ± {figures.position.se:.2f}",
                position_sentence(figures.position)
                .replace("essays", "items")
                .replace("the judge leans", "judges lean"),
            )
        )
    if figures.tie_parameter is not None:
        found.append(
            QualityFigure(
                "Tie parameter (nu)",
                figures.tie_parameter,
                _number(figures.tie_parameter),
                f"Two equally good items tie in {_tie_share(figures.tie_parameter):.0%} of their comparisons"
                " (Davidson 1970: nu/(2 + nu)).",
            )
        )
    if figures.log_likelihood is not None:
        found.append(
            QualityFigure(
                "Log likelihood",
                figures.log_likelihood,
                f"{figures.log_likelihood:,.1f}".replace("-", "\N{MINUS SIGN}"),
                "Of all decisions at the estimates; it compares models of the same decisions.",
            )
        )
    triads = QualityFigure(
        "Cyclic triads",
        figures.cyclic_triads,
        f"{figures.cyclic_triads:,}",
        "Circles of three items, each of which beats the next. Many speak for inconsistent judges or for items that differ in"
        " more than one way.",
    )
    return (*found, triads)


def criterion_figures(criterion: CriterionAgreement) -> tuple[QualityFigure, ...]:
    """How the scale agrees with the other measure."""
    return (
        QualityFigure(
            "Spearman",
            criterion.spearman,
            _number(criterion.spearman),
            "Correlation of the ranks; 1 is the same order.",
        ),
        QualityFigure(
            "Kendall",
            criterion.kendall,
            _number(criterion.kendall),
            "Pairs of items in the same order less those in the opposite one, as a share of all that can be ordered (tau-b).",
        ),
        QualityFigure(
            "Pearson", criterion.pearson, _number(criterion.pearson), "Correlation of the values themselves."
        ),
        QualityFigure(
            "QWK",
            criterion.qwk,
            _number(criterion.qwk),
            "Quadratic weighted kappa: of the projected grades with the criterion's grades where there are both, else of the"
            " criterion's categories with the scores cut into them in the criterion's own proportions."
            if criterion.qwk is not None
            else "Not computed: the criterion has no categories, or too many different values.",
        ),
    )


def _reliability(figures: AnalysisFigures, model: ScaleModel) -> QualityFigure:
    words = {
        ScaleModel.MAP: "1 − mean posterior variance / prior variance: the share of the variance of true scores that the"
        " scores account for, which is the squared correlation to be expected between the two.",
        ScaleModel.ML: "As the model reports it; without a prior this is no more than the SSR below.",
        ScaleModel.EPS: "The SSR below, within 0 and 1: the literature's convention knows no other.",
    }
    return QualityFigure(
        "Reliability",
        figures.reliability,
        _number(figures.reliability) + _between(figures.reliability_ci),
        words[model],
    )


def _split_half(figures: AnalysisFigures) -> QualityFigure:
    return QualityFigure(
        "Split halves of the decisions",
        figures.split_half_median,
        _number(figures.split_half_median) + _between(figures.split_half_ci),
        "The decisions are halved at random, each half is fitted alone, and the correlation of the two scales is stepped up to"
        " the full length (Spearman–Brown). The median of all halvings, with the range of 95% of them."
        if figures.split_half_median is not None
        else "Not computed: too few decisions, or no halving gave two scales.",
    )


def _number(value: float | None) -> str:
    return "–" if value is None else signed(value)


def _between(interval: Interval | None) -> str:
    return "" if interval is None else f" ({signed(interval[0])} … {signed(interval[1])})"


def _tie_share(nu: float) -> float:
    return nu / (2.0 + nu)
