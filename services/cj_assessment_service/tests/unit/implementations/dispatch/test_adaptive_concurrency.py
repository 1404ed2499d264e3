"""Fewer at once when a provider is overloaded, slowly more again when it is not."""

import asyncio

from cj_assessment_service.implementations.dispatch.adaptive_concurrency import AdaptiveConcurrency
from cj_assessment_service.tests.unit.implementations.dispatch.virtual_time import in_virtual_time


async def most_at_once(gate: AdaptiveConcurrency, questions: int) -> int:
    inside = most = 0

    async def ask() -> None:
        nonlocal inside, most
        await gate.enter()
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(1)
        inside -= 1
        gate.leave()

    await asyncio.gather(*(ask() for _ in range(questions)))
    return most


def test_no_more_than_the_limit_are_let_in() -> None:
    assert in_virtual_time(most_at_once(AdaptiveConcurrency(4), 20)) == 4


def test_an_overload_halves_the_limit_down_to_one() -> None:
    gate = AdaptiveConcurrency(5)
    limits = []
    for second in range(4):
        gate.overloaded(left_at=second, now=second + 0.5)
        limits.append(gate.limit)
    assert limits == [2, 1, 1, 1]


def test_a_burst_of_refusals_halves_it_once() -> None:
    gate = AdaptiveConcurrency(16)
    for moment in range(10):
        gate.overloaded(left_at=0.0, now=1.0 + moment)
    assert gate.limit == 8


def test_what_was_let_in_before_an_overload_comes_out_without_being_replaced() -> None:
    async def story() -> int:
        gate = AdaptiveConcurrency(4)
        for _ in range(4):
            await gate.enter()
        gate.overloaded(0.0, 1.0)
        for _ in range(4):
            gate.leave()
        return await most_at_once(gate, 20)

    assert in_virtual_time(story()) == 2


def test_each_round_of_answers_allows_one_more_up_to_the_ceiling() -> None:
    async def story() -> tuple[list[int], int]:
        gate = AdaptiveConcurrency(6)
        for _ in range(6):
            await gate.enter()
        gate.overloaded(0.0, 1.0)
        for _ in range(6):
            gate.leave()
        limits = []
        for answers in (4, 5, 6, 50):
            for _ in range(answers):
                gate.went_well()
            limits.append(gate.limit)
        return limits, await most_at_once(gate, 20)

    assert in_virtual_time(story()) == ([4, 5, 6, 6], 6)
