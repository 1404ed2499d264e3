"""What a session will take: comparisons, tokens, money, time."""

from dataclasses import dataclass
from decimal import Decimal

from cj_assessment_service.domain.comparisons import JudgeUsage


@dataclass(frozen=True, slots=True)
class Experience:
    """What answers took before: the usage of every answer, failures included, and how many of them were `readable`.
    Answers taken from the record are not among them.
    """

    usages: tuple[JudgeUsage, ...]
    readable: int


@dataclass(frozen=True, slots=True)
class Expected:
    """A figure in eight of ten simulated sessions, and in the middle one; infinite where they did not get there."""

    low: float
    likely: float
    high: float


@dataclass(frozen=True, slots=True)
class Takings:
    """What is still to be asked of a session, `reused` answers being there already, and what that takes: tokens, USD and
    seconds, each None where it is unknown. `price_at_most` is what the judge's own upper bound allows, None without one.
    """

    to_ask: Expected
    reused: int
    tokens: Expected | None = None
    price: Expected | None = None
    seconds: Expected | None = None
    price_at_most: Decimal | None = None
