"""A simulation as one self-contained page that works offline."""

from dataclasses import dataclass

from markupsafe import Markup

from cj_assessment_service.domain.simulations import SimulationResult, StrategySummary
from cj_assessment_service.reports.palette import GradeColours, grade_colours
from cj_assessment_service.reports.simulation_plots import claim_plot, coverage_plot, reliability_plot
from cj_assessment_service.reports.simulation_tables import marks_of
from cj_assessment_service.reports.simulation_words import judge_words, need_words, stop_words
from cj_assessment_service.reports.templating import TEMPLATES


@dataclass(frozen=True, slots=True)
class StrategyRow:
    """A line of the table of strategies, as it is printed."""

    strategy: str
    needs: tuple[str, ...]
    stop: str


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A strategy at one number of comparisons per essay, as it is printed."""

    strategy: str
    cpe: str
    r_squared: str
    claimed: str
    excess: str
    coverage: str
    rmse: str


@dataclass(frozen=True, slots=True)
class SimulationPage:
    """All that the template prints."""

    headline: str
    subtitle: str
    judges: tuple[str, ...]
    colours: GradeColours
    reliability: Markup
    claims: Markup
    coverage: Markup
    targets: tuple[str, ...]
    strategies: tuple[StrategyRow, ...]
    marks: tuple[MarkRow, ...]


def simulation_html(result: SimulationResult) -> str:
    """Equal arguments give equal pages; no page loads anything or runs any script."""
    experiment, summaries = result.experiment, result.strategies
    words = "; ".join(f"{summary.strategy}: {need_words(summary.needs[-1][1])}" for summary in summaries)
    page = SimulationPage(
        headline=f"{experiment.essays} simulated essays, true spread {experiment.sd:g} logits",
        subtitle=f"{result.runs} runs of each strategy on the same essays, seed {result.seed}.",
        judges=tuple(judge_words(judge) for judge in experiment.judges),
        colours=grade_colours(len(summaries)),
        reliability=reliability_plot(summaries, f"Comparisons per essay for r² = 0.9. {words}."),
        claims=claim_plot(summaries, "Claimed minus true reliability against comparisons per essay."),
        coverage=coverage_plot(summaries, "Coverage of 95 % intervals against comparisons per essay."),
        targets=tuple(f"{target:g}" for target, _ in summaries[0].needs),
        strategies=tuple(_strategy_row(summary) for summary in summaries),
        marks=tuple(row for summary in summaries for row in _mark_rows(summary)),
    )
    return TEMPLATES.get_template("simulation.html.j2").render(page=page)


def _strategy_row(summary: StrategySummary) -> StrategyRow:
    return StrategyRow(
        summary.strategy, tuple(need_words(need) for _, need in summary.needs), stop_words(summary)
    )


def _mark_rows(summary: StrategySummary) -> tuple[MarkRow, ...]:
    return tuple(
        MarkRow(
            strategy=summary.strategy,
            cpe=f"{point.cpe:g}",
            r_squared=f"{point.r_squared:.3f}",
            claimed=f"{point.reliability:.3f}",
            excess=f"{point.reliability - point.r_squared:+.3f}",
            coverage=f"{point.coverage:.3f}",
            rmse=f"{point.rmse:.2f}",
        )
        for point in marks_of(summary)
    )
