"""What a judge is asked for: which text is better and, where the batch wants it, by how much, or that neither is."""

from enum import StrEnum
from typing import Final

MARGINS: Final = ("slightly", "clearly", "far")
"""How much better one text is than the other, in the words of the question. A level is a place in it, counted from 1."""

HIGHEST_LEVEL: Final = len(MARGINS)


class AnswerForm(StrEnum):
    """What every question of a batch asks for. GRADED asks for the winner and the margin."""

    WINNER = "winner"
    GRADED = "graded"
    WINNER_OR_TIE = "winner_or_tie"
    GRADED_OR_TIE = "graded_or_tie"

    @property
    def asks_margin(self) -> bool:
        return self in {AnswerForm.GRADED, AnswerForm.GRADED_OR_TIE}

    @property
    def allows_ties(self) -> bool:
        return self in {AnswerForm.WINNER_OR_TIE, AnswerForm.GRADED_OR_TIE}

    @property
    def with_ties(self) -> "AnswerForm":
        return AnswerForm.GRADED_OR_TIE if self.asks_margin else AnswerForm.WINNER_OR_TIE


def margin_of(level: int) -> str:
    """The word for a level. Raises ValueError for a level there is not."""
    if not 1 <= level <= HIGHEST_LEVEL:
        raise ValueError(f"a level is between 1 and {HIGHEST_LEVEL}, not {level}")
    return MARGINS[level - 1]
