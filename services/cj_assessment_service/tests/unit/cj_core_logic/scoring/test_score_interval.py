"""Wilson's interval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scoring.score_interval import wilson_limits
from cj_assessment_service.domain.scores import NORMAL_95


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(0, 10, 0.0, 0.2775), (8, 10, 0.4902, 0.9433), (81, 263, 0.2553, 0.3662), (10, 10, 0.7225, 1.0)],
)
def test_the_limits_match_published_values(successes: int, trials: int, low: float, high: float) -> None:
    """81 of 263: Newcombe (1998), Statistics in Medicine 17, 857-872, table I."""
    assert wilson_limits(successes / trials, trials) == pytest.approx((low, high), abs=6e-5)


@given(st.integers(2, 500).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n))))
def test_the_limits_are_where_the_score_test_just_rejects(counts: tuple[int, int]) -> None:
    successes, trials = counts
    for limit in wilson_limits(successes / trials, trials):
        distance = abs(limit - successes / trials) / (limit * (1 - limit) / trials) ** 0.5
        assert distance == pytest.approx(NORMAL_95, rel=1e-6)
