"""Every number of the quality block, explained to people who do not read statistics."""

from dataclasses import dataclass

from cj_assessment_service.domain.results import DesignCheck, QualityBlock
from cj_assessment_service.reports.judge_words import between_sentence
from cj_assessment_service.reports.wording import counted, first_win_share, position_sentence, signed

_ADAPTIVE = (
    "The pairs were chosen adaptively, by what was known of the essays, which saves comparisons and flatters every"
    " reliability, the separation reliability most."
)


@dataclass(frozen=True, slots=True)
class QualityFigure:
    """One number, how it is shown, and what it means in a plain sentence."""

    name: str
    value: float | int | None
    shown: str
    meaning: str


def quality_figures(quality: QualityBlock) -> tuple[QualityFigure, ...]:
    """Every number of the quality block, in its order, explained."""
    return (
        _share(
            "Reliability",
            quality.reliability,
            f"About {quality.reliability:.0%} of the differences between scores are real differences between essays;"
            " the rest is chance. 80% is the usual demand, 90% is very good.",
            digits=2,
        ),
        *_certainty_figures(quality),
        *_judge_figures(quality),
        _number(
            "Separation reliability (SSR), 1 − MSE/Var",
            quality.separation_reliability,
            "The same idea by the formula most studies of comparative judgement report; it tends to flatter."
            if quality.separation_reliability is not None
            else "Cannot be computed: all scores are the same.",
        ),
        _number(
            "Separation reliability (SSR), Var/(Var + MSE)",
            quality.separation_reliability_alt,
            "The other formula published under the same name: 1/(2 − the first). Compare studies by one of them only.",
        ),
        _number(
            "Separation",
            quality.separation,
            "How many standard errors the true scores spread over: 2 is a reliability of 0.80, 3 one of 0.90.",
        ),
        _number(
            "Spread of the essays",
            quality.prior_sd,
            "How far the essays lie apart (standard deviation of true quality, in score points)."
            f" An essay one such step above another would win about {first_win_share(quality.prior_sd):.0%} of their"
            " comparisons.",
        ),
        _number(
            "Typical uncertainty",
            quality.mean_se,
            "The average standard error of a score: a score is usually right to within twice this much.",
        ),
        _number("Largest uncertainty", quality.max_se, "The standard error of the least certain score."),
        _connected(quality.components),
        _share(
            "Pairs compared",
            quality.coverage,
            "The share of all possible pairs that were compared at least once; a small share is enough.",
        ),
        _number(
            "Comparisons per essay",
            quality.comparisons_per_essay,
            "How often an essay was compared on average; more comparisons make its place more certain.",
            digits=1,
        ),
        *_outlook_figures(quality),
        _signed("Position effect", quality.position.estimate, position_sentence(quality.position)),
        _signed(
            "Uncertainty of the position effect",
            quality.position.se,
            "The standard error of the number above: it is usually right to within twice this much.",
        ),
        _share(
            "Readable answers",
            quality.success_rate,
            "The share of the judge's answers that could be read as a decision; the others count for nothing.",
        ),
    )


def _certainty_figures(quality: QualityBlock) -> tuple[QualityFigure, ...]:
    figures = []
    if quality.reliability_limits is not None:
        low, high = quality.reliability_limits
        figures += [
            _number("Reliability, low end", low, "The reliability lies above this with 97.5% certainty."),
            _number("Reliability, high end", high, "The reliability lies below this with 97.5% certainty."),
        ]
    if quality.design is not None:
        figures += _design_figures(quality.design)
    return tuple(figures)


def _judge_figures(quality: QualityBlock) -> tuple[QualityFigure, ...]:
    between = quality.between_judges
    if between is None:
        return ()
    if between.correlation is None:
        return (_number("Reliability between judges", None, between_sentence(quality, between)),)
    return (
        _number("Reliability between judges", between.reliability, between_sentence(quality, between)),
        _number(
            "Correlation of the judges' scales",
            between.correlation,
            "How alike the scales are that each judge makes alone, once chance is taken out; 1 is the same order.",
        ),
    )


def _design_figures(design: DesignCheck) -> tuple[QualityFigure, ...]:
    return (
        _number(
            "Reliability of coin tosses",
            design.null_reliability,
            "What the same pairs would show if the judges had tossed coins; only what is above it is worth something."
            if design.null_reliability is not None
            else "What the same pairs would show if the judges had tossed coins; not computed here.",
        ),
        QualityFigure(
            "Pairs chosen adaptively",
            int(design.is_adaptive),
            "yes" if design.is_adaptive else "no",
            _ADAPTIVE
            if design.is_adaptive
            else "The pairs were not chosen by score, so no reliability is flattered.",
        ),
    )


def _outlook_figures(quality: QualityBlock) -> tuple[QualityFigure, ...]:
    if quality.outlook is None:
        return ()
    tenth = quality.outlook.tenth_more
    missing = quality.outlook.comparisons_to_target
    return (
        _number(
            "Reliability with a tenth more",
            tenth.reliability,
            f"What the reliability would be expected to become with {counted(tenth.comparisons, 'more comparison')}.",
            digits=3,
        ),
        QualityFigure(
            "Comparisons missing to the target",
            missing,
            "none" if missing is None else f"{missing:,}",
            "How many more comparisons would be expected to reach the reliability that was aimed at.",
        ),
    )


def _number(name: str, value: float | None, meaning: str, digits: int = 2) -> QualityFigure:
    return QualityFigure(name, value, "none" if value is None else f"{value:.{digits}f}", meaning)


def _signed(name: str, value: float, meaning: str) -> QualityFigure:
    return QualityFigure(name, value, signed(value), meaning)


def _share(name: str, value: float | None, meaning: str, digits: int | None = None) -> QualityFigure:
    if value is None:
        return QualityFigure(name, None, "none", meaning)
    return QualityFigure(name, value, f"{value:.0%}" if digits is None else f"{value:.{digits}f}", meaning)


def _connected(components: int) -> QualityFigure:
    meaning = (
        "All essays are linked by comparisons, so any two scores can be compared."
        if components == 1
        else f"The essays fall into {components} groups never compared with each other;"
        " scores of different groups cannot be compared."
    )
    return QualityFigure("Connected groups", components, str(components), meaning)
