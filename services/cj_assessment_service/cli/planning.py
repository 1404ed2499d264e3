"""The work of `cj plan`."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import fmean

from cj_assessment_service.cj_core_logic.scoring.decision_columns import judgements_in
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.simulation.curves import quantile
from cj_assessment_service.cj_core_logic.simulation.pilot import Pilot, pilot_of
from cj_assessment_service.cj_core_logic.simulation.planning import planned_run, planned_run_after
from cj_assessment_service.cli.counting import counted
from cj_assessment_service.cli.installed import current_installation
from cj_assessment_service.cli.planning_order import PlanningOrder
from cj_assessment_service.cli.strategies import STRATEGIES
from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.domain.decision_tables import DecisionTable, ShownOrder
from cj_assessment_service.domain.policies import ContinuationPolicy, PositionTerm, ScoringPolicy
from cj_assessment_service.domain.simulations import Experiment, JudgeModel, PlannedRun
from cj_assessment_service.reports.document import Json
from cj_assessment_service.reports.simulation_words import judge_words

USUAL_SD = 2.0
"""Spread of the true abilities where nothing is known, in logits: that of a year group's essays, roughly."""

MOST_JUDGES_TOLD = 4

_LOW, _HIGH = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure over the simulated sessions; infinite where they did not get there."""

    low: float
    median: float
    high: float


def plan_order(order: PlanningOrder, talk: Talk) -> None:
    """Simulates the session and says what it needs. Raises InputRejected for a pilot that cannot be read, and
    InsufficientComparisons for one that says nothing.
    """
    experiment = _experiment(order)
    pilot = _read_pilot(order, talk)
    calls: list[Callable[[], PlannedRun]] = [
        partial(planned_run, experiment, (order.seed, number))
        if pilot is None
        else partial(planned_run_after, pilot, experiment, (order.seed, number))
        for number in range(order.runs)
    ]
    runs = counted(talk, "simulating", calls, order.jobs)
    assumptions = _assumed(experiment) if pilot is None else _estimated(pilot, runs)
    talk.send(plan_document(order, runs, assumptions))
    for line in plan_lines(order, runs, assumptions):
        talk.say(line)


def spread(values: Sequence[float]) -> Spread:
    return Spread(quantile(values, _LOW), quantile(values, 0.5), quantile(values, _HIGH))


def plan_lines(
    order: PlanningOrder, runs: Sequence[PlannedRun], assumptions: Sequence[str]
) -> tuple[str, ...]:
    """What is needed, when the session would stop by itself, and what all that rests on."""
    needed, stop = spread([run.cpe for run in runs]), spread([run.stop_cpe for run in runs])
    target = order.target_reliability
    if math.isinf(needed.median):
        first = f"Half of the sessions did not reach a reliability of {target:g} within {order.max_cpe:g} comparisons of each essay."
    else:
        first = (
            f"{comparisons(needed.median, order.essays)} comparisons for a reliability of {target:g}"
            f" ({comparisons(needed.low, order.essays)} to {comparisons(needed.high, order.essays)} in 8 of 10 sessions):"
            f" {cpe_text(needed.median)} of each essay ({cpe_text(needed.low)} to {cpe_text(needed.high)})."
        )
    return (first, _stopping(order, runs, stop), *(f"Assumed: {line}" for line in assumptions))


def plan_document(
    order: PlanningOrder, runs: Sequence[PlannedRun], assumptions: Sequence[str]
) -> Mapping[str, Json]:
    """Numbers are null where the sessions did not get there."""
    return {
        "essays": order.essays,
        "target_reliability": order.target_reliability,
        "sessions": len(runs),
        "comparisons": _three([run.cpe for run in runs], lambda cpe: _count(cpe, order.essays)),
        "cpe": _three([run.cpe for run in runs], lambda cpe: round(cpe, 2)),
        "stops_at_cpe": _three([run.stop_cpe for run in runs], lambda cpe: round(cpe, 2)),
        "sd": _three([run.sd for run in runs], lambda sd: round(sd, 3)),
        "assumptions": list(assumptions),
    }


def comparisons(cpe: float, essays: int) -> str:
    return str(_count(cpe, essays)) if math.isfinite(cpe) else "more than were tried"


def cpe_text(cpe: float) -> str:
    return f"{cpe:.1f}" if math.isfinite(cpe) else "more than were tried"


def _count(cpe: float, essays: int) -> int:
    return math.ceil(cpe * essays / 2)


def _three(values: Sequence[float], shown: Callable[[float], float]) -> Mapping[str, Json]:
    found = spread(values)
    return {
        name: shown(value) if math.isfinite(value) else None
        for name, value in (("median", found.median), ("p10", found.low), ("p90", found.high))
    }


def _stopping(order: PlanningOrder, runs: Sequence[PlannedRun], stop: Spread) -> str:
    true = [run.stop_r_squared for run in runs if run.stop_r_squared is not None]
    if not true or math.isinf(stop.median):
        return f"An assessment with this target would hardly stop by itself within {order.max_cpe:g} comparisons of each essay."
    return (
        f"An assessment with this target would stop by itself after about {comparisons(stop.median, order.essays)} comparisons"
        f" ({comparisons(stop.low, order.essays)} to {comparisons(stop.high, order.essays)}), with a true reliability of"
        f" {fmean(true):.2f} on average."
    )


def _experiment(order: PlanningOrder) -> Experiment:
    return Experiment(
        essays=order.essays,
        sd=USUAL_SD if order.sd is None else order.sd,
        judges=order.judges or (JudgeModel(),),
        max_cpe=order.max_cpe,
        pairing=STRATEGIES[order.strategy],
        continuation=replace(ContinuationPolicy(), target_reliability=order.target_reliability),
    )


def _read_pilot(order: PlanningOrder, talk: Talk) -> Pilot | None:
    if order.pilot is None:
        return None
    with talk.waiting("Reading the pilot"):
        table = current_installation().decision_files.read(order.pilot)
        pilot = pilot_of(*_pilot_model(table))
    if table.left_out:
        talk.alert(
            f"{table.left_out} of {table.total_rows} rows of {table.source} could not be read and were left out;"
            " `cj fit` lists them.",
            "yellow",
        )
    return pilot


def _pilot_model(table: DecisionTable) -> tuple[Judgements, ScoringPolicy]:
    """Without knowing who was shown first there can be no position effect."""
    shown = table.order is ShownOrder.KNOWN
    return judgements_in(table), ScoringPolicy(
        position=PositionTerm.ESTIMATED if shown else PositionTerm.ABSENT
    )


def _assumed(experiment: Experiment) -> tuple[str, ...]:
    judges = "; ".join(judge_words(judge) for judge in experiment.judges)
    return (
        f"true abilities with a standard deviation of {experiment.sd:g} logits",
        f"judges: {judges}",
        "a pilot session, given with --from, would replace these guesses by estimates",
    )


def _estimated(pilot: Pilot, runs: Sequence[PlannedRun]) -> tuple[str, ...]:
    sd = spread([run.sd for run in runs])
    held, place = pilot.judgements, pilot.board.position
    models = tuple(dict.fromkeys(judge_words(pilot.models[at]) for at in pilot.busiest.tolist()))
    others = "; and others" if len(models) > MOST_JUDGES_TOLD else ""
    pilot_size = f"{len(held.essays)} essays, {len(held)} decisions, {len(held.judges)} judges"
    likely_sd = f"{sd.low:.2f} to {sd.high:.2f} in 8 of 10 sessions"
    return (
        f"essays and judges like those of the pilot ({pilot_size}, reliability {pilot.board.reliability:.2f})",
        f"true abilities with a standard deviation of {pilot.board.prior_sd:.2f} logits ({likely_sd})",
        f"an advantage of the text shown first of {place.estimate:+.2f} ± {place.se:.2f} logits",
        f"judges: {'; '.join(models[:MOST_JUDGES_TOLD])}{others}",
    )
