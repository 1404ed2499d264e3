"""Whatever the order of the answers, a purse never spends more than it holds."""

import asyncio
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.implementations.dispatch.purse import Purse
from cj_assessment_service.tests.unit.implementations.dispatch.virtual_time import in_virtual_time

CENTS = st.integers(0, 50).map(lambda cents: Decimal(cents) / 100)


@st.composite
def priced_questions(draw: st.DrawFn) -> list[tuple[Decimal, Decimal, int]]:
    """Of each: the most it may cost, what it does cost, and the seconds it takes."""
    most = draw(st.lists(CENTS, min_size=1, max_size=25))
    return [(price, draw(st.integers(0, 100)) * price / 100, draw(st.integers(0, 5))) for price in most]


async def spend(purse: Purse, questions: list[tuple[Decimal, Decimal, int]]) -> list[bool]:
    async def ask(most: Decimal, cost: Decimal, seconds: int) -> bool:
        if not await purse.reserve(most):
            return False
        await asyncio.sleep(seconds)
        purse.settle(most, cost)
        return True

    return await asyncio.gather(*(ask(*question) for question in questions))


@settings(max_examples=50)
@given(CENTS, priced_questions())
def test_never_more_is_spent_than_there_was(
    money: Decimal, questions: list[tuple[Decimal, Decimal, int]]
) -> None:
    purse = Purse(money)
    asked = in_virtual_time(spend(purse, questions))
    spent = sum((cost for (_, cost, _), left in zip(questions, asked, strict=True) if left), Decimal(0))
    assert spent <= money
    assert purse.left == money - spent


@settings(max_examples=50)
@given(CENTS, priced_questions())
def test_a_question_is_refused_only_where_what_is_left_in_the_end_would_not_do(
    money: Decimal, questions: list[tuple[Decimal, Decimal, int]]
) -> None:
    """What a refused question may cost exceeds all that was left when the last of the others had been answered."""
    purse = Purse(money)
    asked = in_virtual_time(spend(purse, questions))
    refused = [most for (most, _, _), left in zip(questions, asked, strict=True) if not left]
    assert all(most > purse.left for most in refused)


def test_a_question_waits_for_what_another_may_give_back() -> None:
    questions = [(Decimal("0.9"), Decimal("0.1"), 3), (Decimal("0.9"), Decimal("0.9"), 1)]
    assert in_virtual_time(spend(Purse(Decimal(1)), questions)) == [True, True]


def test_a_question_that_gives_up_waiting_takes_nothing_with_it() -> None:
    async def story() -> Decimal:
        purse = Purse(Decimal(1))
        assert await purse.reserve(Decimal(1))
        impatient = asyncio.create_task(purse.reserve(Decimal(1)))
        await asyncio.sleep(0)
        # granted and called off in the same breath
        purse.settle(Decimal(1), Decimal(0))
        impatient.cancel()
        await asyncio.wait([impatient])
        return purse.left

    assert in_virtual_time(story()) == 1
