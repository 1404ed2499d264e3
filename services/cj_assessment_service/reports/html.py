"""The result as one self-contained page that works offline."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256

from markupsafe import Markup

from cj_assessment_service.domain.disclosures import Disclosure
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.reports import report_view as view
from cj_assessment_service.reports.disclosure import disclosure_sentences
from cj_assessment_service.reports.grade_view import GradesView, grades_view
from cj_assessment_service.reports.judge_figures import certainty_pictures, judge_pictures
from cj_assessment_service.reports.judge_view import (
    JudgePairView,
    JudgeView,
    judge_pair_views,
    judge_views,
)
from cj_assessment_service.reports.judge_words import judge_sentences
from cj_assessment_service.reports.palette import GradeColours, grade_colours
from cj_assessment_service.reports.quality_words import QualityFigure, quality_figures
from cj_assessment_service.reports.report_figures import (
    Picture,
    anchors_picture,
    grade_counts_picture,
    progress_pictures,
    ranking_pictures,
)
from cj_assessment_service.reports.templating import TEMPLATES
from cj_assessment_service.reports.wording import Setting, no_grades_sentence, settings_of


@dataclass(frozen=True, slots=True)
class ReportPage:
    """All that the template prints."""

    headline: str
    subtitle: str
    summary: tuple[str, ...]
    notices: tuple[str, ...]
    warnings: tuple[str, ...]
    cards: tuple[view.Card, ...]
    rows: tuple[view.RowView, ...]
    grade_names: tuple[str, ...]
    colours: GradeColours
    no_grades: str | None
    grades: GradesView | None
    grade_counts: Picture | None
    rankings: tuple[Picture, ...]
    anchors: Picture | None
    progress: tuple[Picture, ...]
    judge_words: tuple[str, ...]
    judges: tuple[JudgeView, ...]
    judge_pairs: tuple[JudgePairView, ...]
    judge_pictures: tuple[Picture, ...]
    certainties: tuple[Picture, ...]
    figures: tuple[QualityFigure, ...]
    settings: tuple[Setting, ...]
    disclosure: tuple[str, ...]
    failed: tuple[view.FailedView, ...]
    task: str
    rubric: str

    @property
    def to_review(self) -> tuple[view.RowView, ...]:
        return tuple(row for row in self.rows if row.essay.review_reasons)

    @property
    def has_anchors(self) -> bool:
        return any(row.known_grade for row in self.rows)

    @property
    def unranked(self) -> int:
        """Essays that nobody compared."""
        return sum(row.essay.rank is None for row in self.rows)


def report_html(
    result: AssessmentResult, notices: tuple[str, ...], disclosure: Disclosure | None = None
) -> str:
    """`notices` are sentences the reader must not miss, shown first. Equal arguments give equal pages.

    The page names no address outside itself, and its own policy forbids it to load anything or to run any script but
    the one that sorts the table.
    """
    script = _source("sort_table.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    template = TEMPLATES.get_template("report.html.j2")
    page = _page(result, notices, disclosure)
    return template.render(page=page, script=Markup(script), script_digest=digest)  # noqa: S704 - ours


def _page(result: AssessmentResult, notices: tuple[str, ...], disclosure: Disclosure | None) -> ReportPage:
    rows = view.rows_of(result)
    names = view.grade_names(result)
    between = result.quality.between_judges if result.quality is not None else None
    return ReportPage(
        headline=view.headline(result),
        subtitle=view.finished_line(result.overview),
        summary=view.summary(result),
        notices=notices,
        warnings=result.quality.warnings if result.quality else (),
        cards=view.cards(result),
        rows=rows,
        grade_names=names,
        colours=grade_colours(len(names)),
        no_grades=None if names else no_grades_sentence(result.projection_unavailable),
        grades=grades_view(result, rows),
        grade_counts=grade_counts_picture(result, rows),
        rankings=ranking_pictures(result, rows),
        anchors=anchors_picture(result, rows),
        progress=progress_pictures(result),
        judge_words=judge_sentences(result),
        judges=judge_views(result.judges),
        judge_pairs=judge_pair_views(between),
        judge_pictures=judge_pictures(result.judges, between),
        certainties=certainty_pictures(result.judges),
        figures=quality_figures(result.quality) if result.quality else (),
        settings=settings_of(result),
        disclosure=disclosure_sentences(disclosure) if disclosure is not None else (),
        failed=view.failed_views(result.failed_essays),
        task=result.task,
        rubric=result.rubric,
    )


def _source(name: str) -> str:
    """A file of the templates folder as it is."""
    return TEMPLATES.get_template(name).render()
