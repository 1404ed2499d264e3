"""Facts of a result as sentences for people who do not read statistics."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from math import exp

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.batches import BatchOverview, BatchStatus
from cj_assessment_service.domain.comparisons import PlanUse
from cj_assessment_service.domain.grades import ConfidenceLabel, ProjectionUnavailableReason
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.domain.scores import NORMAL_95, PositionEffect

_RELIABILITY_WORDS = ((0.95, "excellent"), (0.9, "very good"), (0.8, "good"), (0.7, "fair"), (0.5, "weak"))

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
    BatchStatus.CANCELLED: "cancelled",
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

ANSWER_WORDS = {
    AnswerForm.WINNER: "which is better",
    AnswerForm.GRADED: "which is better, and how much: slightly, clearly or far",
    AnswerForm.WINNER_OR_TIE: "which is better, or a tie",
    AnswerForm.GRADED_OR_TIE: "which is better, and how much: slightly, clearly or far; or a tie",
}

CERTAINTY_WORDS = {
    ConfidenceLabel.HIGH: "clear",
    ConfidenceLabel.MID: "likely",
    ConfidenceLabel.LOW: "open",
}


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    value: str


def reliability_word(reliability: float) -> str:
    return next((word for least, word in _RELIABILITY_WORDS if reliability >= least), "poor")


def reliability_words(reliability: float, limits: tuple[float, float] | None) -> str:
    """The figure with the interval it lies in with 95 % certainty, where that is known."""
    return f"{reliability:.2f}" + (f" ({limits[0]:.2f} to {limits[1]:.2f})" if limits is not None else "")


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
        ("Judge", str(chosen.panel)),
        ("Judges that do not count", ", ".join(overview.excluded_judges) or None),
        ("Asked of the judge", ANSWER_WORDS[chosen.answers]),
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
        (
            "Grades that may be expected to change",
            f"{chosen.max_expected_grade_changes:.0%}"
            if chosen.max_expected_grade_changes is not None
            else None,
        ),
        ("Cost", cost_words(overview)),
        ("Tokens sent and received", token_words(overview)),
        ("Answers taken from earlier batches", f"{overview.reused:,}" if chosen.reuse_answers else None),
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


def cached_share(overview: BatchOverview) -> float:
    """Of all prompt tokens those that providers had read before, 0 to 1; 0 where none were sent."""
    return overview.cached_tokens / overview.prompt_tokens if overview.prompt_tokens else 0.0


def token_words(overview: BatchOverview) -> str:
    cached = f" ({cached_share(overview):.0%} from the provider's cache)" if overview.cached_tokens else ""
    return f"{overview.prompt_tokens:,}{cached} and {overview.completion_tokens:,}"


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
