"""What the report of an analysis says, as typed values: every word and number ready, nothing left to decide in the
template.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.domain.analyses import AnalysedItem, AnalysedJudge, DecisionAnalysis
from cj_assessment_service.domain.analysis_plans import ScaleModel
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.policies import JudgeTermsUse, PositionTerm
from cj_assessment_service.domain.scores import JudgeFlag, PositionEffect
from cj_assessment_service.reports.judge_words import FORM_WORDS
from cj_assessment_service.reports.report_view import Card, GradeView, grade_view
from cj_assessment_service.reports.wording import Setting, counted, reliability_word, signed

MOST_ITEMS = 3000
"""Rows of a page that still opens quickly; of a longer list both ends are shown."""

MOST_JUDGES = 1500
MOST_PROBLEMS = 200
MOST_MISFITS = 40
MISFIT = 1.5
"""Mean squares above this mark judgements that contradict each other (Wright & Linacre 1994)."""

_FLAG_WORDS = {
    JudgeFlag.NEAR_RANDOM: "close to chance",
    JudgeFlag.POSITION_BIAS: "favours a side",
    JudgeFlag.MISFIT: "disagrees with the others",
    JudgeFlag.LEVELS_IGNORED: "levels say nothing",
    JudgeFlag.FEW_DECISIONS: "few decisions",
}


@dataclass(frozen=True, slots=True)
class ItemView:
    target: str
    item: AnalysedItem
    group: int
    score: str
    se: str
    interval: str
    infit: str
    outfit: str
    known_grade: str
    grade: GradeView | None


@dataclass(frozen=True, slots=True)
class JudgeView:
    name: str
    decisions: int
    agreement: str
    infit: str
    outfit: str
    position: str
    discrimination: str
    tie_rate: str
    seconds: str
    counts: str
    flags: str


@dataclass(frozen=True, slots=True)
class ProblemCount:
    fault: str
    rows: int


def grade_names_of(scale: GradeScale | None) -> tuple[str, ...]:
    """From the lowest to the highest, the below-lowest grade first; empty without a scale."""
    if scale is None:
        return ()
    below = () if scale.below_lowest is None else (scale.below_lowest,)
    return (*below, *scale.grades)


def item_views(analysis: DecisionAnalysis) -> tuple[ItemView, ...]:
    """In the order of the analysis."""
    names = grade_names_of(analysis.scale)
    return tuple(
        ItemView(
            target=f"item-{number}",
            item=item,
            group=item.component + 1,
            score=signed(item.score),
            se=f"{item.se:.2f}",
            interval=f"{signed(item.ci_low)} … {signed(item.ci_high)}",
            infit=decimal(item.infit),
            outfit=decimal(item.outfit),
            known_grade=item.known_grade or "",
            grade=grade_view(item.projection, names),
        )
        for number, item in enumerate(analysis.items, start=1)
    )


def both_ends(rows: Sequence[ItemView]) -> tuple[ItemView, ...]:
    """All rows, or the first and the last of a list too long for a page."""
    if len(rows) <= MOST_ITEMS:
        return tuple(rows)
    half = MOST_ITEMS // 2
    return (*rows[:half], *rows[-half:])


def misfits_of(rows: Sequence[ItemView]) -> tuple[ItemView, ...]:
    """The worst first."""
    found = [row for row in rows if row.item.infit is not None and row.item.infit > MISFIT]
    return tuple(sorted(found, key=lambda row: -(row.item.infit or 0.0)))


def judge_views(judges: Sequence[AnalysedJudge]) -> tuple[JudgeView, ...]:
    """Those to look at first, few decisions being no reason; then by number of decisions."""
    ordered = sorted(judges, key=lambda judge: (not _telling(judge), -judge.decisions, judge.judge))
    return tuple(
        JudgeView(
            name=judge.judge,
            decisions=judge.decisions,
            agreement=percent(judge.agreement),
            infit=decimal(judge.infit),
            outfit=decimal(judge.outfit),
            position=effect(judge.position),
            discrimination=_with_error(judge.discrimination, judge.discrimination_se),
            tie_rate=percent(judge.tie_rate),
            seconds="–" if judge.median_seconds is None else f"{judge.median_seconds:,.1f}",
            counts="–" if judge.form is None else FORM_WORDS[judge.form],
            flags=", ".join(_FLAG_WORDS[flag] for flag in judge.flags),
        )
        for judge in ordered
    )


def problem_counts(analysis: DecisionAnalysis) -> tuple[ProblemCount, ...]:
    counts = Counter(problem.fault.value for problem in analysis.source.problems)
    return tuple(ProblemCount(fault, rows) for fault, rows in counts.most_common())


def inversion_sentences(analysis: DecisionAnalysis) -> tuple[str, ...]:
    """Items with known grades that were judged against them."""
    if analysis.calibration is None:
        return ()
    grades = {item.item: item.known_grade for item in analysis.items}
    return tuple(
        f"{one.better} (grade {grades[one.better]}) was judged below {one.worse} (grade {grades[one.worse]})."
        for one in analysis.calibration.inversions
    )


def headline(analysis: DecisionAnalysis) -> str:
    items, groups = counted(len(analysis.items), "item"), analysis.figures.components
    if groups > 1:
        return f"{items} in {groups:,} groups that cannot be compared"
    return f"{items} in order, from {counted(analysis.decisions, 'decision')}"


def summary(analysis: DecisionAnalysis) -> tuple[str, ...]:
    """The result in a few plain sentences."""
    judges = counted(len(analysis.judges), "judge")
    sentences = [
        (
            f"{counted(analysis.decisions, 'decision')} of {judges} about {counted(len(analysis.items), 'item')} were read from"
            f" {analysis.source.name}; {_MODEL_WORDS[analysis.plan.model]}"
        )
    ]
    figures = analysis.figures
    if figures.reliability is not None:
        shuffled = (
            ""
            if figures.null_reliability is None
            else f" Shuffled at random, decisions about the same pairs reach {figures.null_reliability:.2f}."
        )
        sentences.append(
            f"The reliability of the scale is {reliability_word(figures.reliability)}: {figures.reliability:.2f} of 1.00.{shuffled}"
        )
    return tuple(sentences)


def cards(analysis: DecisionAnalysis) -> tuple[Card, ...]:
    figures, per_item = analysis.figures, 2 * analysis.decisions / len(analysis.items)
    reliability = figures.reliability
    flagged = sum(_telling(judge) for judge in analysis.judges)
    return (
        Card("Items", f"{len(analysis.items):,}", _groups(figures.components), None, "#items"),
        Card("Decisions", f"{analysis.decisions:,}", f"{per_item:.1f} for each item"),
        Card(
            "Judges",
            f"{len(analysis.judges):,}",
            f"{flagged:,} to look at" if flagged else "none stands out",
            None,
            "#judges",
        ),
        Card(
            "Reliability",
            decimal(reliability),
            "cannot be told" if reliability is None else reliability_word(reliability),
            None if reliability is None else min(max(reliability, 0.0), 1.0),
            "#trust",
        ),
        Card(
            "Coin tosses",
            decimal(figures.null_reliability),
            "not tried" if figures.null_reliability is None else "would reach this reliability",
            None,
            "#trust",
        ),
        Card(
            "Rows left out",
            f"{analysis.source.left_out:,}",
            f"of {analysis.source.total_rows:,}",
            None,
            "#problems" if analysis.source.problems else None,
        ),
    )


def settings_of(analysis: DecisionAnalysis) -> tuple[Setting, ...]:
    """What was asked, and what every column was taken for."""
    plan = analysis.plan
    columns = "; ".join(f"{use.heading}: {use.meaning}" for use in analysis.source.columns)
    is_eps = plan.model is ScaleModel.EPS
    return (
        Setting("File", analysis.source.name),
        Setting("Columns", columns),
        Setting("Model", f"{plan.model.value}, eps {plan.eps:g}" if is_eps else plan.model.value),
        Setting("Ties", _TIES[plan.policy.ties.value]),
        Setting("Position effect", "estimated" if plan.policy.position is PositionTerm.ESTIMATED else "none"),
        Setting(
            "Judges",
            "may differ"
            if plan.policy.judge_terms is JudgeTermsUse.SEPARATE and not is_eps
            else "count as one",
        ),
        Setting("Judges left out", ", ".join(sorted(plan.excluded_judges)) or "none"),
        Setting("Random halvings", f"{plan.split_halves:,}"),
        Setting("Shuffles", f"{plan.null_draws:,}"),
    )


def decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def effect(position: PositionEffect | None) -> str:
    return "–" if position is None else f"{signed(position.estimate)} ± {position.se:.2f}"


def _with_error(value: float | None, error: float | None) -> str:
    return decimal(value) if value is None or error is None else f"{value:.2f} ± {error:.2f}"


def _telling(judge: AnalysedJudge) -> bool:
    return any(flag is not JudgeFlag.FEW_DECISIONS for flag in judge.flags)


def _groups(components: int) -> str:
    return "all on one scale" if components == 1 else f"in {components:,} separate groups"


_MODEL_WORDS = {
    ScaleModel.MAP: "the scores are the most probable ones under a model whose spread of true scores is estimated too.",
    ScaleModel.ML: "the scores are those of plain maximum likelihood, without a prior.",
    ScaleModel.EPS: "the scores are those of the convention of the literature (sirt::btm with eps), for comparison with"
    " published results.",
}

_TIES = {
    "davidson": "an outcome of their own (Davidson 1970)",
    "half": "half a win for each",
    "drop": "left out",
}
