"""Agreement of scales and gradings."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scoring.agreement import (
    kendall_tau,
    pearson,
    quadratic_weighted_kappa,
    spearman,
)

gradings = st.integers(2, 30).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 5), min_size=n, max_size=n),
        st.lists(st.integers(0, 5), min_size=n, max_size=n),
    )
)


def kappa_from_the_table(one: list[int], other: list[int]) -> float | None:
    """Cohen's definition: weighted cells observed and expected from the margins."""
    observed = np.zeros((6, 6))
    np.add.at(observed, (one, other), 1.0 / len(one))
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0))
    weight = (np.arange(6)[:, None] - np.arange(6)[None, :]) ** 2
    chance = float((weight * expected).sum())
    return 1.0 - float((weight * observed).sum()) / chance if chance > 0.0 else None


@settings(deadline=None)
@given(gradings)
def test_kappa_agrees_with_its_definition(pair: tuple[list[int], list[int]]) -> None:
    assert quadratic_weighted_kappa(*pair) == pytest.approx(kappa_from_the_table(*pair), abs=1e-12)


@settings(deadline=None)
@given(gradings)
def test_agreement_is_symmetric_and_at_most_one(pair: tuple[list[int], list[int]]) -> None:
    for measure in (kendall_tau, pearson, spearman, quadratic_weighted_kappa):
        there, back = measure(pair[0], pair[1]), measure(pair[1], pair[0])
        assert there == pytest.approx(back, abs=1e-12)
        assert there is None or -1.0 - 1e-12 <= there <= 1.0 + 1e-12


def test_perfect_and_reversed_orders() -> None:
    for measure in (kendall_tau, pearson, spearman, quadratic_weighted_kappa):
        assert measure([1, 2, 3, 4], [1, 2, 3, 4]) == pytest.approx(1.0)
        assert measure([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1.0)


def test_tau_counts_discordant_pairs() -> None:
    assert kendall_tau([1, 2, 3, 4], [2, 1, 3, 4]) == pytest.approx(4 / 6)


def test_pearson_does_not_see_unit_or_origin_and_sees_curvature() -> None:
    assert pearson([1.0, 2.0, 4.0], [3.0, 5.0, 9.0]) == pytest.approx(1.0)
    assert pearson([-1.0, 0.0, 1.0], [1.0, 0.0, 1.0]) == pytest.approx(0.0)


@pytest.mark.parametrize("constant", [[], [3, 3, 3]])
def test_agreement_is_unknown_where_nothing_varies(constant: list[int]) -> None:
    for measure in (kendall_tau, pearson, spearman, quadratic_weighted_kappa):
        assert measure(constant, constant) is None


def test_unequal_lengths_are_refused() -> None:
    for measure in (kendall_tau, pearson, spearman, quadratic_weighted_kappa):
        with pytest.raises(ValueError, match="2 values"):
            measure([1, 2], [1, 2, 3])
