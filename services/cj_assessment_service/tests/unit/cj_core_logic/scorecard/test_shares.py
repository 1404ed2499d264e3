import pytest
from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scorecard.shares import (
    clustered_variance,
    difference_of,
    plain_share,
    share_of,
)

VALUES = st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=60)


def test_independent_cases_have_the_plain_interval() -> None:
    values = [1.0] * 30 + [0.0] * 10
    found, plain = share_of(values, range(40)), plain_share(30, 40)
    assert found is not None
    assert plain is not None
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high), abs=0.01)


def test_cases_that_only_repeat_each_other_count_once() -> None:
    values = [1.0, 0.0, 1.0, 1.0]
    once, thrice = share_of(values, range(4)), share_of(values * 3, list(range(4)) * 3)
    assert once is not None
    assert thrice is not None
    assert thrice.high - thrice.low > 0.95 * (once.high - once.low)


def test_a_share_of_nothing_is_unknown() -> None:
    assert share_of([], []) is None
    assert plain_share(0, 0) is None


@given(VALUES)
def test_a_share_lies_in_its_interval_and_the_interval_between_nothing_and_all(values: list[float]) -> None:
    found = share_of(values, [place // 2 for place in range(len(values))])
    assert found is not None
    assert 0.0 <= found.low <= found.share + 1e-12
    assert found.share - 1e-12 <= found.high <= 1.0


def test_the_variance_of_clusters_is_that_of_their_sums() -> None:
    # residuals +-1/2; the clusters' sums are 1 and -1; 2 / 1 * (1 + 1) / 16
    assert clustered_variance([1.0, 1.0, 0.0, 0.0], "aabb") == pytest.approx(0.25)


def test_a_difference_without_doubt_has_no_width() -> None:
    found = difference_of([0.0] * 6, range(6))
    assert (found.low, found.estimate, found.high) == (0.0, 0.0, 0.0)
