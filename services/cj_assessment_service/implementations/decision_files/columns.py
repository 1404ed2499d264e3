"""Columns of texts that repeat: each different text is kept once, and looked at once however long the table is."""

import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cj_assessment_service.domain.decision_tables import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class TextColumn:
    """`texts` are the different cells, tidy (composed letters, no blanks around) and distinct; `codes` says for every
    row which of them it holds.
    """

    texts: tuple[str, ...]
    codes: IntArray

    def __len__(self) -> int:
        return len(self.codes)

    def at(self, row: int) -> str:
        return self.texts[int(self.codes[row])]

    def mapped(self, value: Callable[[str], int]) -> IntArray:
        """`value` of every row, called once for each different text."""
        return np.array([value(text) for text in self.texts], dtype=np.intp)[self.codes]

    def numbers(self, value: Callable[[str], float]) -> FloatArray:
        """The same for numbers."""
        return np.array([value(text) for text in self.texts], dtype=np.float64)[self.codes]


class TextColumnBuilder:
    """Takes the cells of a column in pieces."""

    def __init__(self) -> None:
        self._places: defaultdict[str, int] = defaultdict()
        self._places.default_factory = self._places.__len__
        self._codes = array("q")

    def extend(self, cells: Iterable[str]) -> None:
        self._codes.extend(map(self._places.__getitem__, cells))

    def build(self) -> TextColumn:
        tidy: dict[str, int] = {}
        merged = [tidy.setdefault(tidied(text), len(tidy)) for text in self._places]
        codes = np.frombuffer(self._codes, dtype=np.int64) if self._codes else np.zeros(0, dtype=np.int64)
        return TextColumn(tuple(tidy), np.array(merged, dtype=np.intp)[codes])


def constant_column(text: str, rows: int) -> TextColumn:
    """A column that says the same in every row."""
    return TextColumn((text,), np.zeros(rows, dtype=np.intp))


def tidied(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The distinct texts of several columns, sorted."""

    texts: tuple[str, ...]

    def places(self, column: TextColumn) -> IntArray:
        """Where the text of every row stands; -1 where it is not in the vocabulary."""
        place = {text: index for index, text in enumerate(self.texts)}
        return column.mapped(lambda text: place.get(text, -1))


def vocabulary_of(columns: Sequence[TextColumn]) -> Vocabulary:
    """Of everything that occurs in the columns, without the empty text."""
    return Vocabulary(tuple(sorted({text for column in columns for text in column.texts} - {""})))
