"""What texts, numbers and times of a message may be, so that whatever was decoded can also be stored and summed up.

The bounds are those of the tables; they are published with the schemas of the events.
"""

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated, Final

from pydantic import AfterValidator, Field

NO_NUL: Final = r"^[^\x00]*$"
"""PostgreSQL stores every character but this one."""

LARGEST_COUNT: Final = 2**31 - 1
MOST_ESSAYS: Final = 10_000
MOST_PAIRS: Final = 1_000_000
MOST_COMPARISONS: Final = 10_000_000
DEAREST_ANSWER: Final = 1_000
"""USD. As many answers as a batch may have add up to what its total can hold."""

LONGEST_RUN_SECONDS: Final = 10 * 365 * 86_400
_SMALLEST_PRICE = Decimal("1e-8")


def _in_utc(moment: datetime) -> datetime:
    """A time without a zone is taken for UTC. Raises ValueError where UTC has no such day."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time is a day of the years 1 to 9999 in UTC") from error


def _rounded(price: Decimal) -> Decimal:
    return price.quantize(_SMALLEST_PRICE, ROUND_HALF_EVEN)


def _without_nul(text: str) -> str:
    return text.replace("\x00", "\ufffd")


Text = Annotated[str, Field(pattern=NO_NUL)]
Words = Annotated[str, AfterValidator(_without_nul)]
"""What a judge or a provider wrote: an answer that was paid for is not lost for one character of it."""

Id = Annotated[str, Field(min_length=1, max_length=255, pattern=NO_NUL)]
StorageName = Annotated[str, Field(min_length=1, max_length=256, pattern=NO_NUL)]
AssignmentName = Annotated[str, Field(min_length=1, max_length=100, pattern=NO_NUL)]
LanguageCode = Annotated[str, Field(min_length=1, max_length=10, pattern=NO_NUL)]
JudgeName = Annotated[str, Field(min_length=1, max_length=500, pattern=NO_NUL)]
Count = Annotated[int, Field(ge=0, le=LARGEST_COUNT)]
Price = Annotated[Decimal, Field(ge=0, lt=DEAREST_ANSWER), AfterValidator(_rounded)]
"""USD for one answer, to eight places."""

CostLimit = Annotated[Decimal, Field(ge=0, lt=10**10), AfterValidator(_rounded)]
"""USD for one batch, to eight places."""

Moment = Annotated[datetime, AfterValidator(_in_utc)]
