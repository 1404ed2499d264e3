"""The work of `cj plan`."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import fmean

import numpy as np

from cj_assessment_service.cj_core_logic.simulation.pilot import Pilot
from cj_assessment_service.cj_core_logic.simulation.planning import planned_run, planned_run_after
from cj_assessment_service.cj_core_logic.simulation.takings import SessionFrame, expected, takings_of
from cj_assessment_service.cli.counting import counted
from cj_assessment_service.cli.plan_pilot import ReadPilot, read_pilot
from cj_assessment_service.cli.plan_quote import GivenEssays, read_essays
from cj_assessment_service.cli.plan_words import takings_document, takings_lines
from cj_assessment_service.cli.planning_order import PlanningOrder
from cj_assessment_service.cli.strategies import STRATEGIES
from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.domain.forecasts import Takings
from cj_assessment_service.domain.policies import ContinuationPolicy
from cj_assessment_service.domain.simulations import Experiment, JudgeModel, PlannedRun
from cj_assessment_service.reports.document import Json
from cj_assessment_service.reports.simulation_words import judge_words

USUAL_SD = 2.0
"""Spread of the true abilities where nothing is known, in logits: that of a year group's essays, roughly."""

MOST_JUDGES_TOLD = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What was simulated for so many essays, and what a session takes."""

    order: PlanningOrder
    essays: int
    runs: tuple[PlannedRun, ...]
    takings: Takings
    assumptions: tuple[str, ...]


def plan_order(order: PlanningOrder, talk: Talk) -> None:
    """Simulates the session and says what it needs. Raises InputRejected for a pilot that cannot be read, and
    InsufficientComparisons for one that says nothing.
    """
    given = read_essays(order, talk)
    read = read_pilot(order, talk)
    pilot = None if read is None else read.pilot
    essays = order.essays or (len(given.ids) if given is not None else _size(pilot))
    experiment = _experiment(order, essays)
    calls: list[Callable[[], PlannedRun]] = [
        partial(planned_run, experiment, (order.seed, number))
        if pilot is None
        else partial(planned_run_after, pilot, experiment, (order.seed, number))
        for number in range(order.runs)
    ]
    runs = counted(talk, "simulating", calls, order.jobs)
    plan = Plan(
        order=order,
        essays=essays,
        runs=runs,
        takings=_takings(
            SessionFrame(essays, _reused(order, pilot, given), order.concurrency), runs, read, given
        ),
        assumptions=_assumed(experiment) if pilot is None else _estimated(pilot, runs),
    )
    talk.send(plan_document(plan))
    for line in plan_lines(plan):
        talk.say(line)


def _size(pilot: Pilot | None) -> int:
    if pilot is None:
        raise ValueError("a plan without a pilot says how many essays there are")
    return len(pilot.judgements.essays)


def _reused(order: PlanningOrder, pilot: Pilot | None, given: GivenEssays | None) -> int:
    """The pilot's answers, where the plan is for its own essays."""
    if pilot is None or order.essays is not None:
        return 0
    is_own = given is None or set(pilot.judgements.essays) <= given.ids
    return len(pilot.judgements) if is_own else 0


def _takings(
    frame: SessionFrame, runs: Sequence[PlannedRun], read: ReadPilot | None, given: GivenEssays | None
) -> Takings:
    experience = None if read is None else read.experience
    takings = takings_of(runs, frame, experience, np.random.default_rng(0))
    most = None if given is None else given.most
    if most is None or most.cost is None or math.isinf(takings.to_ask.high):
        return takings
    return replace(takings, price_at_most=most.cost * math.ceil(takings.to_ask.high))


def plan_lines(plan: Plan) -> tuple[str, ...]:
    """What is needed, when the session would stop by itself, what it takes, and what all that rests on."""
    order, needed = plan.order, expected([run.cpe for run in plan.runs])
    target = order.target_reliability
    if math.isinf(needed.likely):
        first = f"Half of the sessions did not reach a reliability of {target:g} within {order.max_cpe:g} comparisons of each essay."
    else:
        first = (
            f"{comparisons(needed.likely, plan.essays)} comparisons for a reliability of {target:g}"
            f" ({comparisons(needed.low, plan.essays)} to {comparisons(needed.high, plan.essays)} in 8 of 10 sessions):"
            f" {cpe_text(needed.likely)} of each essay ({cpe_text(needed.low)} to {cpe_text(needed.high)})."
        )
    takings = takings_lines(plan.takings, order.concurrency)
    return (first, _stopping(plan), *takings, *(f"Assumed: {line}" for line in plan.assumptions))


def plan_document(plan: Plan) -> Mapping[str, Json]:
    """Numbers are null where the sessions did not get there."""
    runs, essays = plan.runs, plan.essays
    return {
        "essays": essays,
        "target_reliability": plan.order.target_reliability,
        "sessions": len(runs),
        "comparisons": _three([run.cpe for run in runs], lambda cpe: _count(cpe, essays)),
        "cpe": _three([run.cpe for run in runs], lambda cpe: round(cpe, 2)),
        "stops_at_cpe": _three([run.stop_cpe for run in runs], lambda cpe: round(cpe, 2)),
        "sd": _three([run.sd for run in runs], lambda sd: round(sd, 3)),
        **takings_document(plan.takings),
        "assumptions": list(plan.assumptions),
    }


def comparisons(cpe: float, essays: int) -> str:
    return str(_count(cpe, essays)) if math.isfinite(cpe) else "more than were tried"


def cpe_text(cpe: float) -> str:
    return f"{cpe:.1f}" if math.isfinite(cpe) else "more than were tried"


def _count(cpe: float, essays: int) -> int:
    return math.ceil(cpe * essays / 2)


def _three(values: Sequence[float], shown: Callable[[float], float]) -> Mapping[str, Json]:
    found = expected(values)
    return {
        name: shown(value) if math.isfinite(value) else None
        for name, value in (("median", found.likely), ("p10", found.low), ("p90", found.high))
    }


def _stopping(plan: Plan) -> str:
    stop, essays = expected([run.stop_cpe for run in plan.runs]), plan.essays
    true = [run.stop_r_squared for run in plan.runs if run.stop_r_squared is not None]
    if not true or math.isinf(stop.likely):
        return f"An assessment with this target would hardly stop by itself within {plan.order.max_cpe:g} comparisons of each essay."
    return (
        f"An assessment with this target would stop by itself after about {comparisons(stop.likely, essays)} comparisons"
        f" ({comparisons(stop.low, essays)} to {comparisons(stop.high, essays)}), with a true reliability of"
        f" {fmean(true):.2f} on average."
    )


def _experiment(order: PlanningOrder, essays: int) -> Experiment:
    return Experiment(
        essays=essays,
        sd=USUAL_SD if order.sd is None else order.sd,
        judges=order.judges or (JudgeModel(),),
        max_cpe=order.max_cpe,
        pairing=STRATEGIES[order.strategy],
        continuation=replace(ContinuationPolicy(), target_reliability=order.target_reliability),
    )


def _assumed(experiment: Experiment) -> tuple[str, ...]:
    judges = "; ".join(judge_words(judge) for judge in experiment.judges)
    return (
        f"true abilities with a standard deviation of {experiment.sd:g} logits",
        f"judges: {judges}",
        "a pilot session, given with --from, would replace these guesses by estimates",
    )


def _estimated(pilot: Pilot, runs: Sequence[PlannedRun]) -> tuple[str, ...]:
    sd = expected([run.sd for run in runs])
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
