"""How long a server asks to be left alone."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from math import isfinite


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds from `Retry-After` (RFC 9110, 10.2.3): a number, or a date that is read against the server's own clock."""
    value = headers.get("retry-after")
    if value is None:
        return None
    try:
        return _sane(float(value))
    except ValueError:
        return _seconds_between(headers.get("date"), value)


def _seconds_between(sent: str | None, until: str) -> float | None:
    if sent is None:
        return None
    try:
        return _sane((parsedate_to_datetime(until) - parsedate_to_datetime(sent)).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None


def _sane(seconds: float) -> float | None:
    return seconds if isfinite(seconds) and seconds >= 0 else None
