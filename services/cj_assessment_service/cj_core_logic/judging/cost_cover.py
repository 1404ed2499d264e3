"""Which questions can be paid for whatever their answers will cost, where nobody can follow the money once they left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cj_assessment_service.cj_core_logic.judging.refusals import of_unknown_price, too_dear
from cj_assessment_service.domain.comparisons import JudgeFailure
from cj_assessment_service.domain.judges import Allowance, ComparisonOrder, ComparisonTask


@dataclass(frozen=True, slots=True)
class UncoveredTask:
    task: ComparisonTask
    why: JudgeFailure


@dataclass(frozen=True, slots=True)
class CostCover:
    """Every task is in exactly one of the two, in the order they were given. An order may cost what is kept for it."""

    orders: tuple[ComparisonOrder, ...]
    uncovered: tuple[UncoveredTask, ...]


def cover(
    tasks: Sequence[ComparisonTask], most: Callable[[ComparisonTask], Decimal | None], allowance: Allowance
) -> CostCover:
    """Keeps the most that each question can cost (`most` in USD, None where that is unknown) from what the allowance leaves,
    in the order of the tasks; one that does not fit leaves its place to the next. Without a limit nothing is asked about
    prices.
    """
    if allowance.cost is None:
        return CostCover(tuple(ComparisonOrder(task, allowance) for task in tasks), ())
    left, orders, uncovered = allowance.cost, [], []
    for task in tasks:
        price = most(task)
        if price is None:
            uncovered.append(UncoveredTask(task, of_unknown_price(task.request.judge)))
        elif price > left:
            uncovered.append(UncoveredTask(task, too_dear(price)))
        else:
            left -= price
            orders.append(ComparisonOrder(task, replace(allowance, cost=price)))
    return CostCover(tuple(orders), tuple(uncovered))
