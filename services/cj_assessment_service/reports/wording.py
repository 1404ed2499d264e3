"""Facts of a result as sentences for people who do not read statistics."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from math import exp

from cj_assessment_service.domain.batches import BatchOverview, BatchStatus, StopReason
from cj_assessment_service.domain.comparisons import PlanUse
from cj_assessment_service.domain.grades import ConfidenceLabel, ProjectionUnavailableReason
from cj_assessment_service.domain.results import AssessmentResult, QualityBlock
from cj_assessment_service.domain.scores import NORMAL_95, PositionEffect

_RELIABILITY_WORDS = ((0.95, "excellent"), (0.9, "very good"), (0.8, "good"), (0.7, "fair"), (0.5, "weak"))

_ENDINGS = {
    StopReason.STABLE: "It stopped because the ranking had become reliable and no longer moved:"
    " more comparisons would hardly have changed it.",
    StopReason.SATURATED: "It stopped because every comparison worth making had been made.",
    StopReason.INSUFFICIENT_ESSAYS: "It stopped at once: fewer than two essays could be read,"
    " and one essay cannot be compared.",
    StopReason.LOW_SUCCESS_RATE: "It failed: too many of the judge's answers could not be read.",
    StopReason.HOPELESS_JUDGE: "It was broken off early: the judge's answers could not be read often enough.",
    StopReason.NO_JUDGEMENTS: "It ended before a single judgement had been made.",
    StopReason.PREPARATION_FAILED: "It never began: the essays could not be prepared.",
    StopReason.PROCESSING_FAILED: "It was broken off by a fault in the processing.",
}

_STATUS_WORDS = {
    BatchStatus.PENDING: "waiting to start",
    BatchStatus.FETCHING_CONTENT: "reading the essays",
    BatchStatus.PERFORMING_COMPARISONS: "comparing",
    BatchStatus.COMPLETE_STABLE: "finished, ranking stable",
    BatchStatus.COMPLETE_MAX_COMPARISONS: "finished, ended by a limit",
    BatchStatus.COMPLETE_INSUFFICIENT_ESSAYS: "finished, too few essays to compare",
    BatchStatus.COMPLETE_FORCED_RECOVERY: "finished after an interruption",
    BatchStatus.ERROR_PROCESSING: "failed while comparing",
    BatchStatus.ERROR_ESSAY_PROCESSING: "failed while reading the essays",
}

_NO_GRADES = {
    ProjectionUnavailableReason.NO_SCALE: "No grade scale was named, so the essays are ranked but not graded.",
    ProjectionUnavailableReason.NO_ANCHORS: "None of the compared essays has a known grade, so there is nothing to"
    " tie the ranking to the grades. Add essays with known grades (anchors) to get grades.",
    ProjectionUnavailableReason.TOO_FEW_ANCHOR_GRADES: "The essays with known grades all carry the same grade;"
    " at least two different grades are needed to place the others between them.",
    ProjectionUnavailableReason.REVERSED_ANCHORS: "The essays with known grades came out in the wrong order, lower"
    " grades above higher ones, so their grades cannot be carried over. Check the anchors, the task and the judge.",
    ProjectionUnavailableReason.NO_SCORES: "There are no scores, so there is nothing to grade.",
    ProjectionUnavailableReason.DISCONNECTED_SCALE: "The essays fall into groups that were never compared with each"
    " other, so one set of grades cannot be carried over to all of them. More comparisons would join the groups.",
}

CERTAINTY_WORDS = {
    ConfidenceLabel.HIGH: "clear",
    ConfidenceLabel.MID: "likely",
    ConfidenceLabel.LOW: "open",
}


@dataclass(frozen=True, slots=True)
class QualityFigure:
    """One number, how it is shown, and what it means in a plain sentence."""

    name: str
    value: float | int | None
    shown: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    value: str


def reliability_word(reliability: float) -> str:
    return next((word for least, word in _RELIABILITY_WORDS if reliability >= least), "poor")


def stop_sentence(overview: BatchOverview) -> str:
    """Why the batch ended, in a sentence; a batch that still runs says so."""
    settings = overview.settings
    match overview.stop_reason:
        case None:
            return "It had not finished when this report was made."
        case StopReason.BUDGET_EXHAUSTED:
            return (
                f"It stopped because all {counted(overview.progress.budget, 'comparison')} it was allowed were used;"
                " with more, the ranking could become sharper."
            )
        case StopReason.COST_CAP:
            limit = f" of {money(settings.max_cost)}" if settings.max_cost is not None else ""
            return f"It stopped because the cost limit{limit} was reached; the result is usable but could be sharper."
        case StopReason.TIME_CAP:
            limit = f" of {duration(settings.max_seconds)}" if settings.max_seconds is not None else ""
            return f"It stopped because the time limit{limit} was reached; the result is usable but could be sharper."
        case reason:
            return _ENDINGS[reason]


def no_grades_sentence(reason: ProjectionUnavailableReason | None) -> str:
    return "No grades were projected." if reason is None else _NO_GRADES[reason]


def first_win_share(logits: float) -> float:
    """How often the essay shown first wins between two equally good ones, 0 to 1, from a position effect."""
    return 1 / (1 + exp(-logits))


def position_sentence(position: PositionEffect) -> str:
    """Names a side only where the 95 % interval leaves out no effect."""
    share = f"{first_win_share(position.estimate):.0%}"
    if abs(position.estimate) <= NORMAL_95 * position.se:
        return (
            f"Of two equally good essays the one shown first would win {share} of the time;"
            " that is not distinguishable from a fair 50%."
        )
    side = "first" if position.estimate > 0 else "second"
    return (
        f"Of two equally good essays the one shown first would win {share} of the time: the judge leans towards the"
        f" one shown {side}. The scores are corrected for it."
    )


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
        _number(
            "Separation reliability",
            quality.separation_reliability,
            "The same idea by the formula most studies of comparative judgement report; it tends to flatter."
            if quality.separation_reliability is not None
            else "Cannot be computed: all scores are the same.",
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


_PLAN_WORDS = {PlanUse.FIRST: "asked first", PlanUse.ONLY: "only these asked"}


def settings_of(result: AssessmentResult) -> tuple[Setting, ...]:
    """What the batch was asked to do and what it used, without the task and rubric texts."""
    overview, chosen = result.overview, result.overview.settings
    identity = overview.identity
    pairs = (
        ("Batch", f"{identity.outer_id} (number {identity.batch_id})"),
        ("Assignment", identity.assignment_id),
        ("Course", identity.course_code),
        ("Requested by", identity.user_id),
        ("Organisation", identity.organisation_id),
        ("Status", _STATUS_WORDS[overview.status]),
        ("Detail", overview.failure_detail),
        ("Judge", chosen.judge),
        ("Language", chosen.language),
        ("Grade scale", _scale_words(result)),
        ("Pair strategy", chosen.strategy),
        ("Pairs of one's own", _PLAN_WORDS[chosen.plan_use] if chosen.plan_use is not None else None),
        ("Seed of all random choices", str(chosen.seed)),
        ("Comparisons allowed", str(overview.progress.budget)),
        ("Cost limit", money(chosen.max_cost) if chosen.max_cost is not None else None),
        ("Time limit", duration(chosen.max_seconds) if chosen.max_seconds is not None else None),
        (
            "Reliability aimed at",
            f"{chosen.target_reliability:.2f}" if chosen.target_reliability is not None else None,
        ),
        ("Cost", cost_words(overview)),
        ("Tokens sent and received", f"{overview.prompt_tokens:,} and {overview.completion_tokens:,}"),
        ("Started", moment(overview.created_at)),
        ("Finished", moment(overview.completed_at) if overview.completed_at else None),
    )
    return tuple(Setting(name, str(value)) for name, value in pairs if value is not None)


def counted(number: int, noun: str) -> str:
    """`1 essay`, `2 essays`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def money(amount: Decimal) -> str:
    """US dollars: cents from one dollar on, finer below."""
    return f"${amount:,.2f}" if amount == 0 or amount >= 1 else f"${amount:.4f}"


def cost_words(overview: BatchOverview) -> str:
    unknown = f"; the price of {counted(overview.unpriced, 'answer')} is unknown" if overview.unpriced else ""
    return f"{money(overview.spent)}{unknown}"


def duration(seconds: float) -> str:
    """The two largest units: `45 seconds`, `12 minutes`, `3 hours 5 minutes`."""
    if seconds < 1:
        return "less than a second"
    if seconds < 90:
        return counted(round(seconds), "second")
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return counted(minutes, "minute")
    return counted(hours, "hour") + (f" {counted(minutes, 'minute')}" if minutes else "")


def signed(number: float) -> str:
    """Two decimals, with a real minus sign."""
    return f"{number:.2f}".replace("-", "\N{MINUS SIGN}")


def moment(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _scale_words(result: AssessmentResult) -> str | None:
    if result.scale is None:
        return None
    return f"{result.scale.display_name}: {', '.join(result.scale.grades)}"


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
