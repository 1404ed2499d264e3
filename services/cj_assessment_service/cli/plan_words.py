"""What a plan says of tokens, money and time, to people and to programs."""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal

from cj_assessment_service.domain.forecasts import Expected, Takings
from cj_assessment_service.reports.document import Json
from cj_assessment_service.reports.wording import counted, duration, money

UNKNOWN = "unknown"


def takings_lines(takings: Takings, concurrency: int) -> tuple[str, ...]:
    """One line for each of the things a session takes; what is unknown is said."""
    return (
        *_reused_line(takings),
        f"Tokens: {_range(takings.tokens, lambda tokens: f'{tokens:,.0f}')}.",
        _price_line(takings),
        f"Time: {_range(takings.seconds, duration)}, with {counted(concurrency, 'question')} at once."
        if takings.seconds is not None
        else "Time: unknown without a pilot that says how long answers take.",
    )


def takings_document(takings: Takings) -> Mapping[str, Json]:
    """Null stands for unknown; money is text in USD."""
    return {
        "reused": takings.reused,
        "to_ask": _three(takings.to_ask, math.ceil),
        "tokens": _three(takings.tokens, round),
        "price": _three(takings.price, lambda cost: f"{cost:.4f}"),
        "price_at_most": f"{takings.price_at_most:.4f}" if takings.price_at_most is not None else None,
        "seconds": _three(takings.seconds, lambda seconds: round(seconds, 1)),
    }


def _reused_line(takings: Takings) -> tuple[str, ...]:
    if not takings.reused:
        return ()
    left = _range(takings.to_ask, lambda count: f"{count:,.0f}")
    made = f"{counted(takings.reused, 'answer')} of the pilot count as made, so {left} are still to be asked."
    return (f"{made} To have them reused, give the pilot's pairs first (--pairs) with --reuse.",)


def _price_line(takings: Takings) -> str:
    if takings.price is not None:
        return f"Price: {_range(takings.price, lambda cost: money(Decimal(str(cost))))}."
    if takings.price_at_most == 0:
        return "Price: nothing; this judge is free."
    if takings.price_at_most is not None:
        return (
            f"Price: at most {money(takings.price_at_most)}, if every answer is as long as the judge allows. A pilot, such as"
            " `cj judges check`, would tell what it really is."
        )
    return "Price: unknown."


def _range(expected: Expected | None, shown: Callable[[float], str]) -> str:
    """`120 (90 to 180)`."""
    if expected is None:
        return UNKNOWN
    low, likely, high = (
        shown(value) if math.isfinite(value) else "more than was tried"
        for value in (expected.low, expected.likely, expected.high)
    )
    return f"{likely} ({low} to {high} in 8 of 10 sessions)"


def _three(expected: Expected | None, shown: Callable[[float], Json]) -> Json:
    if expected is None:
        return None
    values = (("low", expected.low), ("likely", expected.likely), ("high", expected.high))
    return {name: shown(value) if math.isfinite(value) else None for name, value in values}
