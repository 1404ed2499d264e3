"""The Wilson bound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.continuation.success_rate import wilson_upper
from cj_assessment_service.domain.scores import NORMAL_95


@pytest.mark.parametrize(
    ("successes", "trials", "bound"),
    [(0, 10, 0.2775), (1, 10, 0.4042), (5, 10, 0.7634), (81, 263, 0.3662), (10, 10, 1.0), (0, 0, 1.0)],
)
def test_the_bound_matches_published_values(successes: int, trials: int, bound: float) -> None:
    """81 of 263: Newcombe (1998), Statistics in Medicine 17, 857-872, table I."""
    assert wilson_upper(successes, trials) == pytest.approx(bound, abs=6e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_the_bound_is_where_the_score_test_just_rejects(counts: tuple[int, int]) -> None:
    successes, trials = counts
    bound = wilson_upper(successes, trials)
    distance = (bound - successes / trials) / (bound * (1 - bound) / trials) ** 0.5
    assert distance == pytest.approx(NORMAL_95, rel=1e-6)
