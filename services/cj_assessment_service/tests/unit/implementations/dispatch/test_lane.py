"""What a provider allows is never exceeded, whoever asks."""

import asyncio
from itertools import pairwise

from cj_assessment_service.domain.comparisons import JudgeFailure
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judges import RateLimits
from cj_assessment_service.implementations.dispatch.lane import Lane
from cj_assessment_service.tests.unit.implementations.dispatch.virtual_time import (
    in_virtual_time,
    seconds_passed,
)


def lane(limits: RateLimits, concurrency: int = 1000) -> Lane:
    made = Lane(concurrency)
    made.keep_to(limits)
    return made


async def departures(way: Lane, questions: int, tokens: int = 1) -> list[float]:
    """The seconds at which questions left that were all there from the beginning."""
    left = []

    async def ask() -> None:
        async with way.turn(tokens):
            left.append(seconds_passed())

    await asyncio.gather(*(ask() for _ in range(questions)))
    return left


def most_within(seconds: float, moments: list[float]) -> int:
    return max(sum(start <= moment < start + seconds for moment in moments) for start in moments)


def test_no_minute_sees_more_requests_than_allowed_but_those_of_one_second() -> None:
    left = in_virtual_time(departures(lane(RateLimits(requests_per_minute=120)), 600))
    assert most_within(60, left) <= 122
    assert left[-1] < 60 * 600 / 120 + 1


def test_a_rate_of_less_than_one_in_a_second_spreads_the_requests() -> None:
    left = in_virtual_time(departures(lane(RateLimits(requests_per_minute=6)), 5))
    assert all(later - earlier >= 9.99 for earlier, later in pairwise(left))


def test_tokens_are_counted_even_of_questions_larger_than_what_may_leave_in_a_second() -> None:
    left = in_virtual_time(departures(lane(RateLimits(tokens_per_minute=6000)), 20, tokens=500))
    assert most_within(60, left) <= (6000 + 100) // 500 + 1
    assert left[-1] >= 20 * 500 / 100 - 2


def test_of_two_judges_that_share_a_lane_the_tighter_limit_counts() -> None:
    shared = lane(RateLimits(requests_per_minute=6000, concurrency=50))
    shared.keep_to(RateLimits(requests_per_minute=60, concurrency=3))
    shared.keep_to(RateLimits(requests_per_minute=600))
    assert shared.concurrency == 3
    assert in_virtual_time(departures(shared, 10))[-1] >= 8.9


def test_nobody_leaves_while_the_provider_asks_to_wait() -> None:
    way = lane(RateLimits())
    way.rest(until=30.0)
    way.rest(until=20.0)
    assert in_virtual_time(departures(way, 3)) == [30.0] * 3


def test_only_a_provider_with_too_much_to_do_is_asked_less_at_once() -> None:
    way = lane(RateLimits(), concurrency=8)
    way.learn(JudgeFailure(ErrorCode.TIMEOUT, "too slow"), 0.0, 1.0)
    assert way.concurrency == 8
    way.learn(JudgeFailure(ErrorCode.RATE_LIMIT, "too many"), 0.0, 1.0)
    assert way.concurrency == 4
