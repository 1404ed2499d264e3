from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from cj_assessment_service.cj_core_logic.pairing import matching
from cj_assessment_service.cj_core_logic.pairing.history import FloatArray
from cj_assessment_service.cj_core_logic.pairing.matching import WeightedPairs, heaviest_matching


def complete(size: int, seed: int) -> WeightedPairs:
    rng = np.random.default_rng(seed)
    left, right = np.triu_indices(size, 1)
    return WeightedPairs(left, right, rng.random(len(left)), rng.random(size))


def table(pairs: WeightedPairs) -> FloatArray:
    size = len(pairs.patience)
    weights = np.full((size, size), -np.inf)
    weights[pairs.left, pairs.right] = weights[pairs.right, pairs.left] = pairs.weight
    return weights


def heaviest_weight(pairs: WeightedPairs) -> float:
    """The weight of the best matching that leaves nobody out, by trying all."""
    weights: list[list[float]] = table(pairs).tolist()

    @cache
    def best(left_over: tuple[int, ...]) -> float:
        if not left_over:
            return 0.0
        one, *others = left_over
        return max(weights[one][other] + best(tuple(e for e in others if e != other)) for other in others)

    return best(tuple(range(len(pairs.patience))))


@st.composite
def graphs(draw: st.DrawFn) -> WeightedPairs:
    """Any graph of up to 12 essays, however sparse."""
    size = draw(st.integers(2, 12))
    everything = complete(size, draw(st.integers(0, 999)))
    kept = np.array(
        draw(st.lists(st.booleans(), min_size=len(everything.left), max_size=len(everything.left)))
    )
    return WeightedPairs(
        everything.left[kept], everything.right[kept], everything.weight[kept], everything.patience
    )


@pytest.mark.parametrize("size", [4, 6, 8, 10])
def test_the_weight_is_close_to_that_of_the_best_matching(size: int) -> None:
    shares = []
    for seed in range(60):
        pairs = complete(size, seed)
        shares.append(pairs.weight[heaviest_matching(pairs)].sum() / heaviest_weight(pairs))
    assert np.mean(shares) >= 0.98
    assert min(shares) >= 0.8


@given(st.integers(0, 40), st.integers(0, 999))
@settings(deadline=None)
def test_a_complete_graph_leaves_out_the_odd_essay_only(size: int, seed: int) -> None:
    assert len(heaviest_matching(complete(size, seed))) == size // 2


@given(st.integers(1, 12), st.integers(0, 999))
@settings(deadline=None)
def test_the_odd_essay_is_the_most_patient_one(half: int, seed: int) -> None:
    pairs = complete(2 * half + 1, seed)
    chosen = heaviest_matching(pairs)
    (out,) = set(range(2 * half + 1)) - {*pairs.left[chosen].tolist(), *pairs.right[chosen].tolist()}
    assert out == np.argmax(pairs.patience)


@given(graphs())
@settings(deadline=None)
def test_no_essay_is_taken_twice_and_no_pair_could_be_added(pairs: WeightedPairs) -> None:
    chosen = heaviest_matching(pairs)
    taken = [*pairs.left[chosen].tolist(), *pairs.right[chosen].tolist()]
    assert len(taken) == len(set(taken))
    assert all(
        one in taken or other in taken
        for one, other in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)
    )


@pytest.mark.parametrize("shape", ["any", "neighbours", "one favourite"])
def test_a_large_matching_is_close_to_the_bound_of_the_assignment_problem(shape: str) -> None:
    pairs = complete(200, 1)
    place = np.linspace(-4, 4, 200)
    weight = {
        "any": pairs.weight,
        "neighbours": 1.0 / np.cosh(place[pairs.left] - place[pairs.right]) + 1e-4 * pairs.weight,
        "one favourite": np.exp(-0.05 * pairs.left) + 1e-4 * pairs.weight,
    }[shape]
    pairs = replace(pairs, weight=weight)
    weights = np.where(np.isinf(table(pairs)), -10.0, table(pairs))
    bound = weights[linear_sum_assignment(weights, maximize=True)].sum() / 2.0
    assert weight[heaviest_matching(pairs)].sum() >= 0.99 * bound


def test_more_essays_than_a_table_holds_are_matched_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "DENSE_UP_TO", 10)
    pairs = complete(40, 3)
    chosen = heaviest_matching(pairs)
    assert len(chosen) == 20
    assert len({*pairs.left[chosen].tolist(), *pairs.right[chosen].tolist()}) == 40


def test_a_patient_essay_is_not_left_out_when_every_pair_needs_it() -> None:
    star = WeightedPairs(np.array([0, 0]), np.array([1, 2]), np.ones(2), np.array([9.0, 0.1, 0.2]))
    assert len(heaviest_matching(star)) == 1


def test_a_greedy_start_gives_way_to_more_pairs() -> None:
    path = WeightedPairs(np.array([0, 1, 2]), np.array([1, 2, 3]), np.array([0.1, 9.0, 0.1]), np.arange(4.0))
    assert heaviest_matching(path).tolist() == [0, 2]


def test_a_single_exchange_that_helps_is_found() -> None:
    left, right = np.triu_indices(4, 1)
    weight = np.array([1.0, 0.9, 0.0, 0.0, 0.9, 0.5])
    assert heaviest_matching(WeightedPairs(left, right, weight, np.arange(4.0))).tolist() == [1, 4]
