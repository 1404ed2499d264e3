"""Coin tosses, stopping, and panels of unequal judges."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from statistics import fmean

import numpy as np

from benchmarks.figures import Figure
from benchmarks.measurement_cells import FIRST_SEED, Cell, Lab, plus_minus, told, with_judges
from cj_assessment_service.cj_core_logic.scoring.fit import fit_judgements
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.simulation.curves import cpe_of_mean, quantile
from cj_assessment_service.cj_core_logic.simulation.run import simulated_waves
from cj_assessment_service.cli.strategies import DEFAULT_STRATEGY, STRATEGIES
from cj_assessment_service.domain.policies import JudgeTermsUse, PairStrategy, PanelPolicy, ScoringPolicy
from cj_assessment_service.domain.simulations import Experiment, JudgeModel

COINS_CPE = 10.0
COINS_GOAL = 0.25
SHUFFLES = 5
"""Of the answers of each run."""

TARGET = 0.9
STOPPING = {(30, 2.0): 32.0, (100, 1.0): 70.0, (100, 2.0): 26.0, (100, 3.0): 20.0}
"""Comparisons per essay to be simulated by size and spread: well beyond the target."""

STOPPING_SEEDS = {30: 40, 100: 16}

PANEL_CPE = 20.0
NEAR_RANDOM = JudgeModel(discrimination=0.1)
EQUAL = (JudgeModel(),) * 4
MIXED = (JudgeModel(), NEAR_RANDOM, JudgeModel(), NEAR_RANDOM)


def coins(lab: Lab) -> tuple[Figure, ...]:
    """Nothing to measure: what reliability is claimed, and what the same answers give when they are shuffled."""
    return tuple(_coins_figure(lab, strategy) for strategy in lab.choice.of_strategies(tuple(STRATEGIES)))


def _coins_figure(lab: Lab, strategy: str) -> Figure:
    cell = Cell(strategy, 100, 0.0, COINS_CPE)
    seeds = range(lab.seeds(20))
    found = tuple(
        lab.workers.results([partial(coin_run, cell.experiment, (FIRST_SEED, seed)) for seed in seeds])
    )
    claimed, null = [claim for claim, _ in found], [value for _, value in found]
    reached = f"claimed {plus_minus(claimed)}, null by shuffling {plus_minus(null)}"
    told(f"{cell}, {COINS_CPE:g} cpe: {reached}")
    return Figure(
        f"reliability of coin tosses, {strategy}, n = 100, {COINS_CPE:g} cpe",
        "0.39-0.43 adaptive",
        f"<= {COINS_GOAL}, null printed",
        reached,
        fmean(claimed) <= COINS_GOAL,
    )


def coin_run(experiment: Experiment, seed: tuple[int, ...]) -> tuple[float, float]:
    """The reliability claimed at the end of a run, and its mean when the same answers are dealt anew to the same pairs."""
    rng = np.random.default_rng(seed)
    *_, wave = simulated_waves(experiment, rng)
    return wave.board.reliability, fmean(_shuffled(experiment, wave.judgements, rng))


def _shuffled(experiment: Experiment, judgements: Judgements, rng: np.random.Generator) -> Iterator[float]:
    for _ in range(SHUFFLES):
        dealt = rng.permutation(len(judgements))
        null = replace(judgements, outcome=judgements.outcome[dealt], level=judgements.level[dealt])
        yield fit_judgements(null, experiment.scoring).reliability


def stopping(lab: Lab) -> tuple[Figure, ...]:
    """Batches that stop by themselves at a target reliability of 0.9."""
    chosen = [
        Cell(strategy, essays, sd, longest)
        for strategy in lab.choice.of_strategies((DEFAULT_STRATEGY,))
        for (essays, sd), longest in STOPPING.items()
        if essays in lab.choice.of_sizes((essays,)) and sd in lab.choice.of_spreads((sd,))
    ]
    return tuple(figure for cell in chosen for figure in _stopping_figures(lab, cell))


def _stopping_figures(lab: Lab, cell: Cell) -> Iterator[Figure]:
    runs = lab.runs(cell, STOPPING_SEEDS[cell.essays])
    ends = [run.stopped for run in runs if run.stopped is not None]
    if not ends:
        yield Figure(
            f"stopping at {TARGET}, {cell}", "", "stops", f"none of {len(runs)} runs stopped", holds=False
        )
        return
    true = [end.r_squared for end in ends]
    mean, low = fmean(true), quantile(true, 0.1)
    yield Figure(
        f"true r² when stopped at target {TARGET}, {cell}",
        "0.57-0.82",
        "mean >= 0.90, 10th percentile >= 0.87",
        f"mean {plus_minus(true)}, 10th percentile {low:.3f} ({len(ends)} of {len(runs)} runs stopped)",
        mean >= 0.9 and low >= 0.87,
    )
    stop, least = fmean(end.cpe for end in ends), cpe_of_mean(runs, TARGET)
    yield Figure(
        f"comparisons until then, {cell}",
        "",
        "within 10 % of the fewest possible",
        f"{stop:.1f} cpe on average; the mean r² of all runs is {TARGET} at {least:.1f}: {stop / least - 1:+.0%}",
        stop <= 1.1 * least,
    )
    told(f"{cell}: r² {mean:.3f} (p10 {low:.3f}) at {stop:.1f} cpe; fewest {least:.1f}")


def panel(lab: Lab) -> tuple[Figure, ...]:
    """Four judges on random pairs, for which the figures to reach were made, and on the default's: asked by lot, and as a
    real batch asks them.
    """
    usual = (PairStrategy.RANDOM.value, DEFAULT_STRATEGY)
    cells = [Cell(strategy, 100, 2.0, PANEL_CPE) for strategy in lab.choice.of_strategies(usual)]
    by_lot = tuple(figure for cell in cells for figure in _panel_figures(lab, cell))
    asked = [replace(cell, panel=PanelPolicy()) for cell in cells if cell.strategy == DEFAULT_STRATEGY]
    return by_lot + tuple(figure for cell in asked for figure in _batch_figures(lab, cell))


def _batch_figures(lab: Lab, cell: Cell) -> Iterator[Figure]:
    """With shares dealt evenly and second opinions; what those cost, and what judges' own terms are worth."""
    yield from _panel_figures(lab, cell)
    mixed = with_judges(cell, *MIXED)
    pooled = replace(mixed, scoring=ScoringPolicy(judge_terms=JudgeTermsUse.POOLED))
    without = replace(with_judges(cell, *EQUAL), panel=PanelPolicy(second_share=0.0, swap_share=0.0))
    for what, one in (
        ("two near-random judges of four, all counted as one", pooled),
        ("four equal judges, no second opinions", without),
    ):
        reached = [run.last.r_squared for run in lab.runs(one, 20)]
        told(f"{what}: {plus_minus(reached)}")
        yield Figure(f"r² with {what}, {PANEL_CPE:g} cpe", "", "", plus_minus(reached))


def _panel_figures(lab: Lab, cell: Cell) -> Iterator[Figure]:
    equal = [run.last for run in lab.runs(with_judges(cell, *EQUAL), 20)]
    mixed = [run.last for run in lab.runs(with_judges(cell, *MIXED), 20)]
    found = fmean(len({1, 3} & set(wave.near_random)) / 2 for wave in mixed)
    wrong = fmean(len({0, 2} & set(wave.near_random)) / 2 for wave in mixed)
    slandered = fmean(len(wave.near_random) / 4 for wave in equal)
    four, two = [wave.r_squared for wave in equal], [wave.r_squared for wave in mixed]
    told(f"{cell}, panels: equal {plus_minus(four)}, two near-random {plus_minus(two)}, found {found:.0%}")
    where = f"{cell}, {PANEL_CPE:g} cpe, {'asked by lot' if cell.panel is None else 'asked as in a batch'}"
    yield Figure(
        f"r² with four equal judges, {where}", "0.868", ">= 0.885", plus_minus(four), fmean(four) >= 0.885
    )
    yield Figure(
        f"r² with two near-random judges of four, {where}",
        "0.754",
        ">= 0.79",
        plus_minus(two),
        fmean(two) >= 0.79,
    )
    yield Figure(
        f"near-random judges flagged, {where}",
        "",
        "all, and no other",
        f"{found:.0%} of them; {wrong:.0%} of the good ones beside them, {slandered:.0%} of four equal ones",
        found == 1.0 and wrong == 0.0 and slandered == 0.0,
    )
