"""What the report page says, as typed values: every word and number ready, nothing left to decide in the template."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.domain.essays import FailedEssay
from cj_assessment_service.domain.grades import ConfidenceLabel, GradeProjection
from cj_assessment_service.domain.results import AssessedEssay, AssessmentResult
from cj_assessment_service.reports.judge_words import ITSELF
from cj_assessment_service.reports.remarks import Remark, remarks_of
from cj_assessment_service.reports.stopping_words import outlook_sentence, stop_sentence
from cj_assessment_service.reports.wording import (
    CERTAINTY_WORDS,
    cost_words,
    counted,
    duration,
    moment,
    reliability_word,
    signed,
)


@dataclass(frozen=True, slots=True)
class Card:
    """A number worth a large type size. `share` (0 to 1) draws a gauge below it."""

    label: str
    value: str
    note: str
    share: float | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class GradeView:
    """A projected grade in words; `index` is the base grade's place among all grades, 0 for the lowest."""

    grade: str
    index: int
    probability: float
    certainty: str
    second: str


@dataclass(frozen=True, slots=True)
class RowView:
    """One line of the ranking table. `target` is its id on the page; an essay nobody compared shows no score."""

    target: str
    label: str
    essay_id: str
    known_grade: str | None
    score: str
    interval: str
    essay: AssessedEssay
    grade: GradeView | None
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class FailedView:
    label: str
    essay_id: str
    reason: str


def grade_names(result: AssessmentResult) -> tuple[str, ...]:
    """From the lowest to the highest, the below-lowest grade first; empty where nothing was calibrated."""
    if result.calibration is None:
        return ()
    return result.calibration.scale.ladder


def rows_of(result: AssessmentResult) -> tuple[RowView, ...]:
    """In the order of the result: best first, essays without a rank last."""
    names = grade_names(result)
    labels = {essay.essay_id: label_of(essay) for essay in result.essays}
    remarks = remarks_of(result.comparisons, labels)
    return tuple(
        RowView(
            target=f"essay-{number}",
            label=labels[essay.essay_id],
            essay_id=essay.essay_id,
            known_grade=essay.known_grade,
            score=signed(essay.score) if essay.rank else "–",
            interval=f"{signed(essay.ci_low)} … {signed(essay.ci_high)}" if essay.rank else "–",
            essay=essay,
            grade=grade_view(essay.projection, names),
            remarks=remarks.get(essay.essay_id, ()),
        )
        for number, essay in enumerate(result.essays, start=1)
    )


def label_of(essay: AssessedEssay | FailedEssay) -> str:
    """What people call it."""
    return essay.name or essay.essay_id


def headline(result: AssessmentResult) -> str:
    ranked = [essay for essay in result.essays if essay.rank is not None]
    if not ranked:
        return "No ranking could be made"
    names = grade_names(result)
    graded = f", with grades from {names[0]} to {names[-1]}" if names else ""
    return f"{counted(len(ranked), 'essay')} in order of quality{graded}"


def summary(result: AssessmentResult) -> tuple[str, ...]:
    """The result in a few plain sentences."""
    overview = result.overview
    progress = overview.progress
    sentences = [
        f"{_judges(overview)} read the essays two at a time and said {progress.completed:,} times which one is better; from"
        " these decisions the order was calculated."
        if progress.completed
        else f"{_judges(overview)} made no decision that could be used.",
    ]
    if result.quality is not None:
        reliability = result.quality.reliability
        sentences.append(
            f"The reliability of the order is {reliability_word(reliability)}: {reliability:.2f} of 1.00, which means that"
            f" about {max(reliability, 0.0):.0%} of the differences between essays are real and the rest is chance."
        )
        if result.quality.between_judges is not None and result.quality.between_judges.judges == 1:
            sentences.append(ITSELF)
    sentences.append(stop_sentence(overview))
    if result.quality is not None and result.quality.outlook is not None:
        sentences.append(outlook_sentence(result.quality.outlook, result.quality))
    if overview.failure_detail:
        sentences.append(overview.failure_detail)
    return tuple(sentences)


def _judges(overview: BatchOverview) -> str:
    panel = overview.settings.panel
    return f"The {'judge' if len(panel.members) == 1 else 'judges'} {panel}"


def cards(result: AssessmentResult) -> tuple[Card, ...]:
    overview, quality = result.overview, result.quality
    per_essay = f"{quality.comparisons_per_essay:.1f} for each essay" if quality else "none could be used"
    found = [_essays_card(result), Card("Comparisons", f"{overview.progress.completed:,}", per_essay)]
    if quality is not None:
        share = min(max(quality.reliability, 0.0), 1.0)
        found.append(
            Card(
                "Reliability",
                f"{quality.reliability:.2f}",
                reliability_word(quality.reliability),
                share,
                "#quality",
            )
        )
    if certainty := _certainty_card(result):
        found.append(certainty)
    review = sum(bool(essay.review_reasons) for essay in result.essays)
    found.append(
        Card("To look at", str(review), f"of {counted(len(result.essays), 'essay')}", None, "#review")
    )
    found.append(Card("Cost", cost_words(overview), _time_taken(overview)))
    return tuple(found)


def failed_views(failed: Sequence[FailedEssay]) -> tuple[FailedView, ...]:
    return tuple(FailedView(label_of(essay), essay.essay_id, essay.reason) for essay in failed)


def finished_line(overview: BatchOverview) -> str:
    ended = f"finished {moment(overview.completed_at)}" if overview.completed_at else "not finished"
    return f"Batch {overview.identity.outer_id}, {ended}"


def grade_view(projection: GradeProjection | None, names: Sequence[str]) -> GradeView | None:
    """None for an essay without a grade; `names` are all grades, lowest first."""
    if projection is None:
        return None
    second = projection.second
    return GradeView(
        grade=projection.grade,
        index=names.index(projection.base_grade),
        probability=projection.confidence,
        certainty=CERTAINTY_WORDS[projection.confidence_label],
        second=f"{second.grade} {second.probability:.0%}" if second else "–",
    )


def _essays_card(result: AssessmentResult) -> Card:
    anchors = sum(essay.is_anchor for essay in result.essays)
    notes = [f"{anchors} with a known grade"] if anchors else []
    notes += [f"{len(result.failed_essays)} more failed"] if result.failed_essays else []
    return Card("Essays", str(len(result.essays)), ", ".join(notes) or "all were read")


def _certainty_card(result: AssessmentResult) -> Card | None:
    labels = Counter(e.projection.confidence_label for e in result.essays if e.projection and not e.is_anchor)
    if not labels:
        return None
    graded, clear = labels.total(), labels[ConfidenceLabel.HIGH]
    note = f"{labels[ConfidenceLabel.MID]} likely, {labels[ConfidenceLabel.LOW]} open"
    return Card("Clear grades", f"{clear} of {graded}", note, clear / graded, "#grades")


def _time_taken(overview: BatchOverview) -> str:
    if overview.completed_at is None:
        return "not finished"
    return f"in {duration((overview.completed_at - overview.created_at).total_seconds())}"
