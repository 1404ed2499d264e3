"""Cells that hold numbers, as people and programs write them."""

import math
import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cj_assessment_service.domain.decision_tables import FloatArray
from cj_assessment_service.implementations.decision_files.columns import TextColumn

BoolArray = NDArray[np.bool_]

_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-"})
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_CLOCK = re.compile(r"(?:(\d+):)?([0-5]?\d):([0-5]?\d(?:\.\d+)?)")
_SPOKEN = re.compile(r"(\d+(?:\.\d+)?)\s*(h|hours?|m|mins?|minutes?|s|secs?|seconds?)\b[,\s]*")
_UNIT = {"h": 3600.0, "m": 60.0, "s": 1.0}

UNREADABLE = math.inf
"""Stands for a cell that holds something that is no number."""


def number(text: str) -> float:
    """Not a number (nan) for a cell that says nothing, UNREADABLE for one that says no finite number; a decimal comma is understood."""
    if text.casefold() in _MISSING:
        return math.nan
    plain = text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else text
    try:
        value = float(plain)
    except ValueError:
        return UNREADABLE
    return value if math.isfinite(value) else UNREADABLE


def seconds(text: str) -> float:
    """The same for a time: also `1:23`, `0:01:23` and `1 min 23 secs`."""
    value = number(text)
    if math.isfinite(value):
        return value if value >= 0 else UNREADABLE
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, rest = (float(part or 0) for part in clock.groups())
        return 3600 * hours + 60 * minutes + rest
    if _SPOKEN.sub("", text.lower()) == "" and text:
        return sum(float(amount) * _UNIT[unit[0]] for amount, unit in _SPOKEN.findall(text.lower()))
    return value


def parsed(column: TextColumn, read: Callable[[str], float]) -> tuple[FloatArray, BoolArray]:
    """The numbers, nan where there is none, and where a cell holds something else."""
    values = column.numbers(read)
    unreadable = np.isinf(values)
    return np.where(unreadable, np.nan, values), unreadable
