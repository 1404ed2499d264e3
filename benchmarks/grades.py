"""Projected grades against true ones: simulated scales, real fits of simulated comparisons, anchors of every kind.

Each case draws true scores N(0, 2^2), grades them by cut-points on a scale of nine steps, lets a Bradley-Terry judge decide
12 comparisons for each essay, fits, calibrates on the anchors and projects the others. Reported are the expected
calibration error of the claimed probability (Naeini et al. 2015, Proceedings of AAAI 29: ten equal bins), the shares that
are claimed and that come true, and the quadratic weighted kappa of projected and true grades, over the kappa that the same
anchors give when everybody's true score is known.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Bench, Figure
from cj_assessment_service.cj_core_logic.grade_projection.calibration import AnchorScore, calibrate
from cj_assessment_service.cj_core_logic.grade_projection.projection import project
from cj_assessment_service.cj_core_logic.scoring.agreement import quadratic_weighted_kappa
from cj_assessment_service.cj_core_logic.scoring.fit import fit
from cj_assessment_service.domain.comparisons import DecidedComparison, OrientedPair, Winner
from cj_assessment_service.domain.grades import (
    GradeProjection,
    GradeScale,
    ProjectionUnavailable,
    ScorePopulation,
)
from cj_assessment_service.domain.identifiers import EssayId, Grade, GradeScaleId
from cj_assessment_service.domain.scores import Scoreboard

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

NINE = GradeScale(
    GradeScaleId("nine_steps"), "Nine steps", tuple(Grade(str(grade)) for grade in range(1, 10))
)
SPREAD = 2.0
ESSAYS = 100
ROUNDS = 12
REFITS = (4, 6, 9)
"""Rounds before which the scale is fitted anew; until the first, pairs are random."""

RUNS_PER_DRAW = 12
ENOUGH_RUNS = 40
"""With fewer the calibration error is mostly chance, and nothing is said about the goal."""

FIRST_SEED = 2026
GOAL_ECE, GOAL_KAPPA = 0.03, 0.9


@dataclass(frozen=True, slots=True)
class Case:
    """`unevenness`: coefficient of variation of the gaps; `noise` of the graders, in mean gaps; `anchored`: the steps that
    have anchors; `contradicted`: how many anchors carry a grade four steps off. `goal` says whether the goals are for it.
    """

    name: str
    unevenness: float = 0.0
    noise: float = 0.0
    anchored: tuple[int, ...] = tuple(range(9))
    per_grade: int = 2
    contradicted: int = 0


CASES = (
    Case("equal steps, 2 anchors per grade"),
    Case("unequal steps (gaps vary by 35 %)", unevenness=0.35),
    Case("graders err by half a step", noise=0.5),
    Case("1 anchor per grade", per_grade=1),
    Case("anchors of 3 grades of 9", anchored=(1, 4, 7)),
    Case("3 grades without anchors", anchored=(0, 1, 3, 4, 6, 8)),
    Case("1 anchor contradicted", contradicted=1),
)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Essays of one run. `given` are the grades people gave, `true` those of the exact cut-points."""

    scores: FloatArray
    given: IntArray
    true: IntArray
    anchors: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Of the essays that were no anchors, along each other: `claimed` probability of the `projected` grade, and the
    places of the grades on the scale. `from_truth` are projected from the true scores.
    """

    claimed: FloatArray
    projected: IntArray
    from_truth: IntArray
    true: IntArray
    given: IntArray


async def measure(bench: Bench) -> tuple[Figure, ...]:
    runs = RUNS_PER_DRAW * bench.effort.draws
    return tuple([await asyncio.to_thread(figure_for, case, runs) for case in CASES])


def figure_for(case: Case, runs: int) -> Figure:
    outcomes = [run(case, np.random.default_rng((FIRST_SEED, seed))) for seed in range(runs)]
    graded = [outcome for outcome in outcomes if outcome is not None]
    claimed = np.concatenate([each.claimed for each in graded])
    true_hits = np.concatenate([each.projected == each.true for each in graded])
    given_hits = np.concatenate([each.projected == each.given for each in graded])
    error = calibration_error(claimed, given_hits if case.noise else true_hits)
    chance = error_by_chance(claimed, np.random.default_rng(FIRST_SEED))
    kappa = mean(_kappa(each.projected, each.true) for each in graded)
    share = kappa / mean(_kappa(each.from_truth, each.true) for each in graded)
    with_noise = f" (as the graders gave them: {given_hits.mean():.2f})" if case.noise else ""
    return Figure(
        f"{case.name}: {ESSAYS} essays, {ROUNDS} comparisons each, {runs} runs",
        "one grade, claimed as certain",
        f"ECE at most {GOAL_ECE}; QWK at least {GOAL_KAPPA} of what true scores would give",
        f"ECE {error:.3f} ({chance:.3f} by chance alone); claimed {claimed.mean():.2f}, true {true_hits.mean():.2f}{with_noise}; QWK {kappa:.3f} ({share:.3f});"
        f" no grades in {runs - len(graded)} runs",
        error <= GOAL_ECE and share >= GOAL_KAPPA if runs >= ENOUGH_RUNS else None,
    )


def run(case: Case, rng: np.random.Generator) -> Outcome | None:
    """None where the anchors allowed no projection."""
    drawn = draw(case, rng)
    names = [EssayId(f"essay-{number:03}") for number in range(len(drawn.scores))]
    board = compared(drawn.scores, names, rng)
    known = {names[anchor]: NINE.grades[drawn.given[anchor]] for anchor in drawn.anchors}
    projections = projected(board, known)
    ideal = projected(known_exactly(board, drawn.scores), known)
    if projections is None or ideal is None:
        return None
    others = slice(0, ESSAYS)
    return Outcome(
        claimed=np.array([projection.confidence for projection in projections]),
        projected=_places(projections),
        from_truth=_places(ideal),
        true=drawn.true[others],
        given=drawn.given[others],
    )


def projected(board: Scoreboard, known: Mapping[EssayId, Grade]) -> list[GradeProjection] | None:
    """Of the essays that are no anchors."""
    anchors = [
        AnchorScore(score.essay_id, known[score.essay_id], score.score, score.se)
        for score in board.scores
        if score.essay_id in known
    ]
    calibration = calibrate(NINE, anchors, ScorePopulation(0.0, board.prior_sd, ESSAYS))
    if isinstance(calibration, ProjectionUnavailable):
        return None
    return [project(score, calibration) for score in board.scores if score.essay_id not in known]


def known_exactly(board: Scoreboard, scores: FloatArray) -> Scoreboard:
    """The same essays at their true scores."""
    exact = (
        replace(score, score=truth, se=0.01)
        for score, truth in zip(board.scores, scores.tolist(), strict=True)
    )
    return replace(board, scores=tuple(exact), prior_sd=SPREAD)


def _places(projections: Sequence[GradeProjection]) -> IntArray:
    return np.array([NINE.index_of(projection.base_grade) for projection in projections])


def draw(case: Case, rng: np.random.Generator) -> Drawn:
    """Anchors are drawn by their given grade, as people choose them; the others at random."""
    cuts = cut_points(case.unevenness, rng)
    scores = rng.normal(0.0, SPREAD, ESSAYS + 60 * case.per_grade * len(case.anchored))
    gap = float(np.diff(cuts).mean())
    given = np.searchsorted(cuts, scores + rng.normal(0.0, 1.0, len(scores)) * case.noise * gap)
    chosen = [np.flatnonzero(given[ESSAYS:] == step)[: case.per_grade] + ESSAYS for step in case.anchored]
    anchors = np.concatenate(chosen)
    for place in rng.choice(len(anchors), case.contradicted, replace=False):
        step = given[anchors[place]]
        given[anchors[place]] = step + 4 if step < 5 else step - 4
    kept = np.concatenate((np.arange(ESSAYS), anchors))
    return Drawn(
        scores=scores[kept],
        given=given[kept],
        true=np.searchsorted(cuts, scores[kept]),
        anchors=tuple(range(ESSAYS, len(kept))),
    )


def cut_points(unevenness: float, rng: np.random.Generator) -> FloatArray:
    """Eight, over 6.3 logits around 0."""
    gaps = np.ones(7)
    if unevenness > 0.0:
        gaps = rng.gamma(1.0 / unevenness**2, size=7)
    places = np.concatenate(([0.0], np.cumsum(gaps / gaps.sum())))
    cuts: FloatArray = 6.3 * (places - 0.5)
    return cuts


def compared(scores: FloatArray, names: Sequence[EssayId], rng: np.random.Generator) -> Scoreboard:
    """Rounds in which everybody meets somebody once: at random at first, then somebody who is near as far as is known
    (a draw from the posterior of each score decides who).
    """
    found: list[DecidedComparison] = []
    expected, errors = np.zeros(len(scores)), np.full(len(scores), 1.0)
    for number in range(ROUNDS):
        if number in REFITS:
            board = fit(names, found)
            expected = np.array([score.score for score in board.scores])
            errors = np.array([score.se for score in board.scores])
        order = np.argsort(expected + errors * rng.normal(0.0, 1.0, len(scores))).tolist()
        pairs = zip(order[::2], order[1::2], strict=False)
        found += [decided(one, other, scores, names, rng) for one, other in pairs]
    return fit(names, found)


def decided(
    one: int, other: int, scores: FloatArray, names: Sequence[EssayId], rng: np.random.Generator
) -> DecidedComparison:
    """By the Bradley-Terry model, in random order."""
    first, second = (one, other) if rng.random() < 0.5 else (other, one)
    chance = 1.0 / (1.0 + np.exp(scores[second] - scores[first]))
    winner = Winner.FIRST if rng.random() < chance else Winner.SECOND
    return DecidedComparison(OrientedPair(names[first], names[second]), winner, "judge")


def calibration_error(claimed: FloatArray, hits: NDArray[np.bool_], bins: int = 10) -> float:
    """Mean distance of claimed and reached shares over equal bins of the claim, weighted by how many lie in each."""
    bin_of = np.minimum((claimed * bins).astype(np.intp), bins - 1)
    distances = [
        float(abs(claimed[bin_of == each].mean() - hits[bin_of == each].mean()) * (bin_of == each).mean())
        for each in np.unique(bin_of)
    ]
    return sum(distances)


def error_by_chance(claimed: FloatArray, rng: np.random.Generator) -> float:
    """The mean error of so many claims that are perfectly calibrated and independent of each other."""
    draws = (rng.random(len(claimed)) < claimed for _ in range(50))
    return mean(calibration_error(claimed, hits) for hits in draws)


def _kappa(one: IntArray, other: IntArray) -> float:
    return quadratic_weighted_kappa(one.tolist(), other.tolist()) or 0.0
