"""The chain of cut-points against plain enumeration."""

from itertools import combinations, pairwise, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from cj_assessment_service.cj_core_logic.grade_projection.anchor_evidence import (
    CHOSEN_BY_GRADE,
    MISPLACED,
    EvidenceTables,
    FloatArray,
    PlacedAnchors,
    below,
)
from cj_assessment_service.cj_core_logic.grade_projection.cut_point_chain import Chain, GapLaws

GRADES = 4
PLACES = 9
SPREAD = 1.5
NOISES = np.array([0.0, 0.7])
PRIOR = np.log([0.7, 0.3])
POINTS = np.linspace(-2.0, 2.0, PLACES)


@st.composite
def placed(draw: st.DrawFn) -> PlacedAnchors:
    steps = [0, draw(st.integers(1, GRADES - 1)), *draw(st.lists(st.integers(0, GRADES - 1), max_size=4))]
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    scores = 0.8 * np.array(steps) - 1.0 + rng.normal(0.0, 0.8, len(steps))
    return PlacedAnchors(np.array(steps, dtype=np.intp), scores, rng.uniform(0.2, 0.9, len(steps)))


def chain_of(anchors: PlacedAnchors) -> Chain:
    step = POINTS[1] - POINTS[0]
    ends = np.concatenate((POINTS, POINTS[-1] + step * np.arange(1, PLACES, dtype=np.float64)))
    tables = EvidenceTables(anchors, NOISES, POINTS, ends, below(ends, 0.0, np.hypot(SPREAD, NOISES)))
    gaps = step * np.arange(1, PLACES, dtype=np.float64)
    mass = np.stack([np.exp(-gaps), gaps * np.exp(-2.0 * gaps)])
    laws = GapLaws(np.array([1.0, 1.0]), np.array([1.0, 0.5]), mass, np.log([0.4, 0.6]))
    return Chain(tables, laws, GRADES)


def enumerated(chain: Chain) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean and standard error of the cut-points and the misplaced anchors, one choice of all unknowns at a time; every
    cut-point has to be on the chain.
    """
    weights, places, misplaced = [], [], []
    for law, noise, cuts in product(range(2), range(len(NOISES)), combinations(range(PLACES), GRADES - 1)):
        mass, share = held(chain.tables.anchors, cuts, NOISES[noise])
        evidence = ((1 - MISPLACED) * mass + MISPLACED * share) / share**CHOSEN_BY_GRADE
        gaps = [chain.laws.mass[law, high - low - 1] for low, high in pairwise(cuts)]
        prior = np.exp(chain.laws.log_weight[law] + PRIOR[noise])
        weights.append(np.prod(evidence) * np.prod(gaps) * prior)
        places.append(POINTS[list(cuts)])
        misplaced.append(MISPLACED * share / ((1 - MISPLACED) * mass + MISPLACED * share))
    weight = np.array(weights) / np.sum(weights)
    mean = weight @ np.array(places)
    return mean, np.sqrt(weight @ np.square(np.array(places) - mean)), weight @ np.array(misplaced)


def held(anchors: PlacedAnchors, cuts: tuple[int, ...], noise: float) -> tuple[FloatArray, FloatArray]:
    """Of each anchor: the chance that it carries its grade, and the share of its grade."""
    edges = np.array([-np.inf, *POINTS[list(cuts)], np.inf])
    low, high = edges[anchors.steps], edges[anchors.steps + 1]
    own, all_of_them = np.hypot(anchors.errors, noise), np.hypot(SPREAD, noise)
    return (
        norm.cdf((high - anchors.scores) / own) - norm.cdf((low - anchors.scores) / own),
        norm.cdf(high / all_of_them) - norm.cdf(low / all_of_them),
    )


@settings(deadline=None, max_examples=10)
@given(placed())
def test_the_recursions_are_the_sum_over_all_cut_points(anchors: PlacedAnchors) -> None:
    whole = PlacedAnchors(
        np.append(anchors.steps, GRADES - 1), np.append(anchors.scores, 1.5), np.append(anchors.errors, 0.5)
    )
    chain = chain_of(whole)
    posterior = chain.posterior(PRIOR)
    mean, se, misplaced = enumerated(chain)
    np.testing.assert_allclose(posterior.mean, mean, atol=1e-9)
    np.testing.assert_allclose(posterior.se, se, atol=1e-7)
    np.testing.assert_allclose(posterior.misplaced, misplaced, atol=1e-9)


def test_cut_points_beyond_the_anchors_follow_at_the_mean_gap() -> None:
    anchors = PlacedAnchors(np.array([0, 1], dtype=np.intp), np.array([-1.0, 0.5]), np.array([0.3, 0.3]))
    posterior = chain_of(anchors).posterior(PRIOR)
    assert np.isclose(posterior.mean[2] - posterior.mean[1], posterior.spacing)
    assert posterior.se[2] > posterior.se[1]
