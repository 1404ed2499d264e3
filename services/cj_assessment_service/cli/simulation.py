"""The work of `cj simulate`."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pkgutil import resolve_name

from rich.table import Table

from cj_assessment_service.cj_core_logic.simulation.curves import summarised
from cj_assessment_service.cj_core_logic.simulation.run import simulate_seed
from cj_assessment_service.cli.counting import counted
from cj_assessment_service.cli.output import ResultFile, prepare_folder, write_results
from cj_assessment_service.cli.simulation_order import SimulationOrder
from cj_assessment_service.cli.strategies import DEFAULT_STRATEGY, STRATEGIES
from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.domain.policies import ContinuationPolicy
from cj_assessment_service.domain.simulations import (
    Experiment,
    JudgeModel,
    SimulationResult,
    StrategySummary,
)
from cj_assessment_service.reports.simulation_tables import marks_of, simulation_document
from cj_assessment_service.reports.simulation_words import need_words, stop_words

MakeFiles = Callable[[SimulationResult], tuple[ResultFile, ...]]


def simulate_order(order: SimulationOrder, talk: Talk) -> None:
    """Runs everything, tells what came out and writes the folder. Raises ConfigurationRejected and ResultsNotWritten."""
    prepare_folder(order.out)
    result = simulated(order, talk)
    with talk.waiting("Writing the results"):
        # it warns about its own caches, and the folder they may not lie in is none of the user's business
        logging.getLogger("matplotlib").setLevel(logging.ERROR)
        make: MakeFiles = resolve_name("cj_assessment_service.cli.simulation_files:simulation_files")
        write_results(order.out, make(result), "Run it again with another folder: --out FOLDER.")
    talk.send({**simulation_document(result), "output": str(order.out)})
    if talk.is_watched:
        talk.show(strategies_table(result))
    else:
        for summary in result.strategies:
            talk.say(summary_line(summary))
    talk.say(f"Results: {order.out / 'report.html'}", "bold")


def simulated(order: SimulationOrder, talk: Talk) -> SimulationResult:
    """Every strategy on the same essays: the seeds of its runs are those of the others."""
    names = tuple(dict.fromkeys(order.strategies)) or (DEFAULT_STRATEGY,)
    experiment = experiment_of(order)
    calls = [
        partial(simulate_seed, replace(experiment, pairing=STRATEGIES[name]), (order.seed, number))
        for name in names
        for number in range(order.runs)
    ]
    runs = counted(talk, "simulating", calls, order.jobs)
    summaries = tuple(
        summarised(name, runs[place * order.runs : (place + 1) * order.runs])
        for place, name in enumerate(names)
    )
    return SimulationResult(experiment, order.runs, order.seed, summaries)


def experiment_of(order: SimulationOrder) -> Experiment:
    return Experiment(
        essays=order.essays,
        sd=order.sd,
        judges=order.judges or (JudgeModel(),),
        max_cpe=order.max_cpe,
        continuation=replace(ContinuationPolicy(), target_reliability=order.target_reliability),
    )


def strategies_table(result: SimulationResult) -> Table:
    """Comparisons per essay that are needed, how honest the fit is at some numbers of them, and when it would have stopped."""
    table = Table(
        title=f"Comparisons of each essay until r² is reached: median (least–most) of {result.runs} runs"
    )
    marks = marks_of(result.strategies[0])
    table.add_column("strategy", no_wrap=True)
    for target, _ in result.strategies[0].needs:
        table.add_column(f"r² = {target:g}", justify="right", no_wrap=True)
    at = " | ".join(f"{point.cpe:g}" for point in marks)
    table.add_column(f"coverage at {at}", justify="right")
    table.add_column(f"claimed − true at {at}", justify="right")
    table.add_column("would have stopped")
    for summary in result.strategies:
        table.add_row(
            summary.strategy,
            *(need_words(need) for _, need in summary.needs),
            " | ".join(f"{point.coverage:.2f}" for point in marks_of(summary)),
            " | ".join(f"{point.reliability - point.r_squared:+.2f}" for point in marks_of(summary)),
            stop_words(summary),
        )
    return table


def summary_line(summary: StrategySummary) -> str:
    """The strategy in three sentences, for logs."""
    needs = ", ".join(f"r² = {target:g} at {need_words(need)}" for target, need in summary.needs)
    honesty = "; ".join(
        f"{point.coverage:.2f} and {point.reliability - point.r_squared:+.2f} at {point.cpe:g}"
        for point in marks_of(summary)
    )
    return (
        f"{summary.strategy}: {needs} comparisons per essay."
        f" Coverage and claimed − true reliability: {honesty}. Would have stopped by itself: {stop_words(summary)}."
    )
