"""How many comparisons a session will need."""

import numpy as np

from cj_assessment_service.cj_core_logic.simulation.curves import cpe_until
from cj_assessment_service.cj_core_logic.simulation.pilot import Pilot, redrawn
from cj_assessment_service.cj_core_logic.simulation.run import simulated_waves
from cj_assessment_service.domain.simulations import Experiment, PlannedRun, SimulatedRun, WaveRecord


def planned_run(experiment: Experiment, seed: tuple[int, ...]) -> PlannedRun:
    """Simulates until the true r^2 has reached the target reliability of the experiment's continuation policy and the rules
    would have stopped, but no further than `max_cpe`.
    """
    return _planned(experiment, np.random.default_rng(seed))


def planned_run_after(pilot: Pilot, experiment: Experiment, seed: tuple[int, ...]) -> PlannedRun:
    """The same under spread and judges as the pilot shows them, each run with other values within what the pilot leaves
    uncertain; those of `experiment` do not count.
    """
    rng = np.random.default_rng(seed)
    return _planned(redrawn(pilot, experiment, rng), rng)


def _planned(experiment: Experiment, rng: np.random.Generator) -> PlannedRun:
    target = experiment.continuation.target_reliability
    records: list[WaveRecord] = []
    reached = stopped = False
    for wave in simulated_waves(experiment, rng):
        records.append(wave.record)
        reached = reached or wave.record.r_squared >= target
        stopped = stopped or wave.record.stop is not None
        if reached and stopped:
            break
    run = SimulatedRun(tuple(records))
    stop = run.stopped
    return PlannedRun(
        sd=experiment.sd,
        cpe=cpe_until(run, target, lambda record: record.r_squared),
        stop_cpe=stop.cpe if stop is not None else float("inf"),
        stop_r_squared=stop.r_squared if stop is not None else None,
    )
