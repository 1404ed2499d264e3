"""A judge that cannot be reached is left alone, and tried again by one question at a time."""

import pytest

from cj_assessment_service.implementations.dispatch.circuit_breaker import CircuitBreaker


@pytest.fixture
def breaker() -> CircuitBreaker:
    return CircuitBreaker(faults_to_open=3, cooldown_seconds=10.0)


def opened(breaker: CircuitBreaker) -> CircuitBreaker:
    """At second 0."""
    assert [breaker.faulted(0.0) for _ in range(3)] == [False, False, True]
    return breaker


def test_only_faults_in_a_row_open_it(breaker: CircuitBreaker) -> None:
    for _ in range(5):
        breaker.faulted(0.0)
        breaker.faulted(0.0)
        breaker.reached()
    assert breaker.admits(0.0)


def test_an_open_one_admits_nothing_until_it_has_cooled_down(breaker: CircuitBreaker) -> None:
    assert opened(breaker).seconds_to_wait(4.0) == 6.0
    assert not breaker.admits(9.9)


def test_then_one_question_may_try_and_the_others_wait_for_it(breaker: CircuitBreaker) -> None:
    opened(breaker)
    assert [breaker.admits(10.0) for _ in range(3)] == [True, False, False]


def test_the_try_that_reaches_the_judge_closes_it(breaker: CircuitBreaker) -> None:
    assert opened(breaker).admits(10.0)
    breaker.reached()
    assert all(breaker.admits(10.0) for _ in range(3))
    assert not breaker.faulted(10.0)


def test_the_try_that_does_not_leaves_it_open_for_another_while(breaker: CircuitBreaker) -> None:
    assert opened(breaker).admits(10.0)
    assert not breaker.faulted(11.0)
    assert not breaker.admits(19.9)
    assert breaker.admits(20.0)


def test_a_try_that_was_lost_does_not_keep_it_shut_for_ever(breaker: CircuitBreaker) -> None:
    assert opened(breaker).admits(10.0)
    assert breaker.admits(20.0)
