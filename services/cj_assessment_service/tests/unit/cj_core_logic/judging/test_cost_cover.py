"""Whatever is sent is paid for, however dear the answers turn out."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.judging.cost_cover import cover
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.judges import UNLIMITED, Allowance, ComparisonTask
from cj_assessment_service.tests.unit.implementations.dispatch.scripts import tasks

prices = st.lists(st.one_of(st.none(), st.decimals(0, 1, places=3)), max_size=12)


def priced(given_prices: list[Decimal | None]) -> list[ComparisonTask]:
    """The n-th task is of batch n, so that a price can be found by it."""
    return [
        replace(task, request=replace(task.request, batch_id=BatchId(place)))
        for place, task in enumerate(tasks(len(given_prices)))
    ]


@given(prices, st.decimals(0, 3, places=3))
def test_no_more_than_there_is_is_kept_and_nobody_who_fits_is_refused(
    most: list[Decimal | None], left: Decimal
) -> None:
    asked = priced(most)
    covered = cover(asked, lambda task: most[task.request.batch_id], Allowance(left, until=7.0))
    kept = [order.allowance.cost for order in covered.orders]
    assert sum(cost for cost in kept if cost is not None) <= left
    assert kept == [most[order.task.request.batch_id] for order in covered.orders]
    assert all(order.allowance.until == 7.0 for order in covered.orders)
    refused = {uncovered.task.request.batch_id: uncovered.why for uncovered in covered.uncovered}
    assert {*refused, *(order.task.request.batch_id for order in covered.orders)} == set(range(len(most)))
    for place, why in refused.items():
        before = sum(
            (cost for order, cost in zip(covered.orders, kept, strict=True)
             if cost is not None and order.task.request.batch_id < place),
            Decimal(0),
        )  # fmt: skip
        price = most[place]
        assert price is None or price > left - before
        assert why.code is ErrorCode.COST_LIMIT_EXCEEDED


def test_without_a_limit_nobody_asks_for_prices() -> None:
    def most(_task: ComparisonTask) -> Decimal | None:
        raise AssertionError("the price is no matter")

    asked = tasks(3)
    covered = cover(asked, most, UNLIMITED)
    assert [(order.task, order.allowance) for order in covered.orders] == [
        (task, UNLIMITED) for task in asked
    ]
