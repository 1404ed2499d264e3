"""Reads recorded decisions from a CSV file, as `decisions.csv` of a finished assessment holds them.

Columns `first`, `second` (essay ids in the order they were shown) and `winner` (first, second or tie). Optional: `level`
(how much better, 1 to 3, seen from the first text: negative where the second won), `confidence`, `justification`,
`error`, `seconds`, `prompt_tokens`, `completion_tokens`, `cost`, `model`. Other columns are ignored, and rows without a
winner or with an error are skipped: nothing was decided there.

Decisions whose order of showing nobody wrote down come in the columns `winner` and `loser` (essay ids), and their level
is that of the winner. Such a pair gets one order for all its rows, drawn by a hash of the two ids: showing the winner
first would look like a judge who always prefers the first text.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from io import StringIO
from math import isfinite
from pathlib import Path

from cj_assessment_service.domain.answers import HIGHEST_LEVEL
from cj_assessment_service.domain.comparisons import JudgeUsage, OrientedPair, Verdict, Winner
from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.reports.csv_tables import restored

_SEPARATORS = ",;\t"
_SHOWN = ("first", "second", "winner")
_UNORDERED = ("winner", "loser")


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    pair: OrientedPair
    verdict: Verdict


class _BadCell(ValueError):
    """Carries what is wrong with a row and what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(f"{what} {remedy}")


@dataclass(frozen=True, slots=True)
class _Row:
    """Cells by the name of their column, in small letters."""

    cells: dict[str, str]

    def cell(self, column: str) -> str:
        return self.cells.get(column, "").strip()


def read_recording(path: Path) -> tuple[RecordedDecision, ...]:
    """The decisions in the order of the file, at least one. Raises InputRejected with every problem found."""
    rows = _read_rows(path)
    heading = [name.strip().lower() for name in rows[0]] if rows else []
    shown = set(_SHOWN) <= set(heading)
    if not shown and not set(_UNORDERED) <= set(heading):
        raise _rejected(
            f"{path}, row 1",
            "The heading does not name the columns of recorded decisions.",
            "Name them first, second and winner, or winner and loser.",
        )
    read = _shown_decision if shown else _unordered_decision
    decisions: list[RecordedDecision] = []
    problems: list[InputProblem] = []
    for number, cells in enumerate(rows[1:], start=2):
        try:
            row = _row(heading, cells)
            if row.cell("winner") and not row.cell("error"):
                decisions.append(read(row, path.name))
        except _BadCell as bad:
            problems.append(InputProblem(f"{path}, row {number}", bad.what, bad.remedy))
    if problems:
        raise InputRejected(tuple(problems))
    if not decisions:
        raise _rejected(str(path), "No row holds a decision.", "Give a file with at least one winner.")
    return tuple(decisions)


def _read_rows(path: Path) -> Sequence[list[str]]:
    """Raises InputRejected."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        separator = max(_SEPARATORS, key=text.partition("\n")[0].count)
        return list(csv.reader(StringIO(text), delimiter=separator, strict=True))
    except FileNotFoundError as error:
        raise _rejected(str(path), "There is no such file.", "Check the name and the folder.") from error
    except OSError as error:
        raise _rejected(
            str(path), f"The file cannot be read ({error.strerror}).", "Name a CSV file you may read."
        ) from error
    except UnicodeDecodeError as error:
        raise _rejected(str(path), "The file is not UTF-8 text.", "Save it as CSV UTF-8.") from error
    except csv.Error as error:
        raise _rejected(
            str(path), f"The file is not well-formed CSV ({error}).", "Save it as CSV again."
        ) from error


def _rejected(where: str, what: str, remedy: str) -> InputRejected:
    return InputRejected((InputProblem(where, what, remedy),))


def _row(heading: Sequence[str], cells: Sequence[str]) -> _Row:
    if any(cell.strip() for cell in cells[len(heading) :]):
        raise _BadCell(
            "The row has more cells than the heading.", "Put texts that hold a separator in double quotes."
        )
    return _Row(dict(zip(heading, map(restored, cells), strict=False)))


def _shown_decision(row: _Row, source: str) -> RecordedDecision:
    pair = _pair(row.cell("first"), row.cell("second"))
    try:
        winner = Winner(row.cell("winner").lower())
    except ValueError as error:
        raise _BadCell(f"The winner is {row.cell('winner')!r}.", "Write first, second or tie.") from error
    return RecordedDecision(pair, _verdict(row, winner, _shown_level(row, winner), source))


def _unordered_decision(row: _Row, source: str) -> RecordedDecision:
    won = _pair(row.cell("winner"), row.cell("loser"))
    pair = _drawn_order(won)
    winner = Winner.FIRST if pair.first == won.first else Winner.SECOND
    level = _whole_level(row)
    if level is not None and level < 1:
        raise _BadCell(
            f"The level is {level}.", f"Write how much better the winner is, 1 to {HIGHEST_LEVEL}."
        )
    return RecordedDecision(pair, _verdict(row, winner, level, source))


def _shown_level(row: _Row, winner: Winner) -> int | None:
    """The winner's. The cell counts from the first text, and 0 goes with a tie."""
    level = _whole_level(row)
    if level is None or (level == 0 and winner is Winner.TIE):
        return None
    if (level > 0, level < 0) != (winner is Winner.FIRST, winner is Winner.SECOND):
        raise _BadCell(
            f"The level is {level} and the winner is {winner}.",
            "Write a positive level where the first won, a negative one where the second won, nothing for a tie.",
        )
    return abs(level)


def _whole_level(row: _Row) -> int | None:
    """Raises _BadCell for what is no whole number from -3 to 3."""
    cell = row.cell("level")
    if not cell:
        return None
    try:
        level = int(cell)
    except ValueError:
        level = HIGHEST_LEVEL + 1
    if abs(level) > HIGHEST_LEVEL:
        raise _BadCell(
            f"The level is {cell!r}.",
            f"Write a whole number from -{HIGHEST_LEVEL} to {HIGHEST_LEVEL}, or nothing.",
        )
    return level


def _pair(first: str, second: str) -> OrientedPair:
    if not first or not second:
        raise _BadCell("An essay id is missing.", "Name both essays, or delete the row.")
    if first == second:
        raise _BadCell(f"Essay {first} is compared with itself.", "Correct one of the two ids.")
    return OrientedPair(EssayId(first), EssayId(second))


def _drawn_order(pair: OrientedPair) -> OrientedPair:
    """The same for both orders of the pair, and blind to who won."""
    low, high = pair.unordered
    drawn = sha256(f"{low}\0{high}".encode()).digest()[0] % 2
    return OrientedPair(high, low) if drawn else OrientedPair(low, high)


def _verdict(row: _Row, winner: Winner, level: int | None, source: str) -> Verdict:
    confidence = _number(row, "confidence")
    if confidence is not None and not 1 <= confidence <= 5:
        raise _BadCell(
            f"The confidence is {row.cell('confidence')}.", "Write a number from 1 to 5, or nothing."
        )
    return Verdict(
        winner=winner,
        usage=JudgeUsage(
            provider="replay",
            model=row.cell("model") or source,
            seconds=_number(row, "seconds") or 0.0,
            prompt_tokens=_count(row, "prompt_tokens"),
            completion_tokens=_count(row, "completion_tokens"),
            cost=_price(row),
        ),
        justification=row.cell("justification") or None,
        confidence=confidence,
        level=level,
    )


def _number(row: _Row, column: str) -> float | None:
    """Raises _BadCell for what is no number of at least 0."""
    cell = row.cell(column)
    if not cell:
        return None
    try:
        number = float(cell)
    except ValueError:
        number = -1.0
    if not isfinite(number) or number < 0:
        raise _BadCell(f"{column} is {cell!r}.", "Write a number with a decimal point, or nothing.")
    return number


def _count(row: _Row, column: str) -> int:
    number = _number(row, column) or 0.0
    if not number.is_integer():
        raise _BadCell(f"{column} is {row.cell(column)}.", "Write a whole number, or nothing.")
    return int(number)


def _price(row: _Row) -> Decimal | None:
    """To the last digit as it was recorded."""
    return None if _number(row, "cost") is None else Decimal(row.cell("cost"))
