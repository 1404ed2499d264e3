"""The analysis of decisions as one self-contained page that works offline."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256

from markupsafe import Markup

from cj_assessment_service.domain.analyses import DecisionAnalysis
from cj_assessment_service.domain.analysis_plans import ScaleModel
from cj_assessment_service.domain.decision_tables import RowProblem
from cj_assessment_service.reports import fit_view as view
from cj_assessment_service.reports.fit_figures import criterion_figures, model_figures, trust_figures
from cj_assessment_service.reports.fit_pictures import (
    anchors_picture,
    scale_pictures,
    scale_words,
    small_pictures,
)
from cj_assessment_service.reports.grade_wording import grade_figures
from cj_assessment_service.reports.palette import GradeColours, grade_colours
from cj_assessment_service.reports.quality_words import QualityFigure
from cj_assessment_service.reports.report_figures import Picture
from cj_assessment_service.reports.report_view import Card
from cj_assessment_service.reports.templating import TEMPLATES
from cj_assessment_service.reports.wording import Setting, no_grades_sentence


@dataclass(frozen=True, slots=True)
class FitPage:
    """All that the template prints. Lists longer than a page can hold are cut; their whole length is told beside."""

    headline: str
    summary: tuple[str, ...]
    warnings: tuple[str, ...]
    cards: tuple[Card, ...]
    items: tuple[view.ItemView, ...]
    all_items: int
    groups: int
    grade_names: tuple[str, ...]
    colours: GradeColours
    no_grades: str | None
    scales: tuple[Picture, ...]
    scale_words: str
    small: tuple[Picture, ...]
    anchors: Picture | None
    trust: tuple[QualityFigure, ...]
    model: tuple[QualityFigure, ...]
    grades: tuple[QualityFigure, ...]
    inversions: tuple[str, ...]
    criterion: tuple[QualityFigure, ...]
    criterion_items: int
    misfits: tuple[view.ItemView, ...]
    all_misfits: int
    judges: tuple[view.JudgeView, ...]
    all_judges: int
    problems: tuple[RowProblem, ...]
    problem_counts: tuple[view.ProblemCount, ...]
    all_problems: int
    settings: tuple[Setting, ...]
    has_prior: bool

    @property
    def has_known_grades(self) -> bool:
        return any(row.known_grade for row in self.items)


def fit_report_html(analysis: DecisionAnalysis) -> str:
    """Equal analyses give equal pages. The page names no address outside itself, and its own policy forbids it to load
    anything or to run any script but the one that sorts the tables.
    """
    script = TEMPLATES.get_template("sort_table.js").render()
    digest = b64encode(sha256(script.encode()).digest()).decode()
    template = TEMPLATES.get_template("fit.html.j2")
    return template.render(page=_page(analysis), script=Markup(script), script_digest=digest)  # noqa: S704 - ours


def _page(analysis: DecisionAnalysis) -> FitPage:
    rows = view.item_views(analysis)
    misfits = view.misfits_of(rows)
    judges = view.judge_views(analysis.judges)
    names = view.grade_names_of(analysis.scale) if analysis.calibration is not None else ()
    unavailable = analysis.projection_unavailable
    return FitPage(
        headline=view.headline(analysis),
        summary=view.summary(analysis),
        warnings=analysis.warnings,
        cards=view.cards(analysis),
        items=view.both_ends(rows),
        all_items=len(rows),
        groups=analysis.figures.components,
        grade_names=names,
        colours=grade_colours(len(names)),
        no_grades=no_grades_sentence(unavailable) if unavailable is not None else None,
        scales=scale_pictures(analysis, rows),
        scale_words=scale_words(rows),
        small=small_pictures(analysis),
        anchors=anchors_picture(analysis, rows),
        trust=trust_figures(analysis),
        model=model_figures(analysis),
        grades=grade_figures(analysis.calibration) if analysis.calibration is not None else (),
        inversions=view.inversion_sentences(analysis),
        criterion=criterion_figures(analysis.criterion) if analysis.criterion is not None else (),
        criterion_items=analysis.criterion.items if analysis.criterion is not None else 0,
        misfits=misfits[: view.MOST_MISFITS],
        all_misfits=len(misfits),
        judges=judges[: view.MOST_JUDGES],
        all_judges=len(judges),
        problems=analysis.source.problems[: view.MOST_PROBLEMS],
        problem_counts=view.problem_counts(analysis),
        all_problems=len(analysis.source.problems),
        settings=view.settings_of(analysis),
        has_prior=analysis.plan.model is ScaleModel.MAP,
    )
