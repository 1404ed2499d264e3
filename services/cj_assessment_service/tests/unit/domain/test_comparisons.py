"""What answers and decisions may say."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from cj_assessment_service.domain.answers import MARGINS, AnswerForm, margin_of
from cj_assessment_service.domain.comparisons import (
    DecidedComparison,
    JudgeUsage,
    OrientedPair,
    RecordedComparison,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.identifiers import EssayId, RequestId

USAGE = JudgeUsage("p", "m", 0.0)
PAIR = OrientedPair(EssayId("a"), EssayId("b"))


def recorded(winner: Winner | None, level: int | None = None) -> RecordedComparison:
    return RecordedComparison(
        request_id=RequestId(UUID(int=1)),
        sequence=1,
        wave=1,
        judge="j",
        pair=PAIR,
        winner=winner,
        confidence=None,
        justification=None,
        error=None,
        usage=None,
        submitted_at=datetime(2026, 5, 4, tzinfo=UTC),
        completed_at=None,
        level=level,
    )


@pytest.mark.parametrize(("winner", "level"), [(Winner.TIE, 1), (Winner.FIRST, 0), (Winner.SECOND, 4)])
def test_a_level_needs_a_winner_and_a_word(winner: Winner, level: int) -> None:
    with pytest.raises(ValueError, match="a level is between 1 and 3 and needs a winner"):
        Verdict(winner, USAGE, level=level)


def test_every_level_has_its_word() -> None:
    assert [margin_of(level) for level in (1, 2, 3)] == list(MARGINS)
    with pytest.raises(ValueError, match="between 1 and 3, not 0"):
        margin_of(0)


@pytest.mark.parametrize("form", [AnswerForm.WINNER, AnswerForm.GRADED])
def test_allowing_ties_changes_nothing_else(form: AnswerForm) -> None:
    assert form.with_ties.allows_ties
    assert not form.allows_ties
    assert form.with_ties.asks_margin == form.asks_margin
    assert form.with_ties.with_ties is form.with_ties


def test_a_recorded_decision_is_a_judgement_with_its_level_and_an_open_question_is_none() -> None:
    assert recorded(Winner.SECOND, 2).judgement == DecidedComparison(PAIR, Winner.SECOND, "j", 2)
    assert recorded(Winner.TIE).judgement == DecidedComparison(PAIR, Winner.TIE, "j")
    assert recorded(None).judgement is None


@pytest.mark.parametrize(
    ("winner", "level", "signed"),
    [
        (Winner.FIRST, 2, 2),
        (Winner.SECOND, 2, -2),
        (Winner.FIRST, None, None),
        (Winner.TIE, None, None),
        (None, None, None),
    ],
)
def test_the_signed_level_looks_from_the_first_text(
    winner: Winner | None, level: int | None, signed: int | None
) -> None:
    assert recorded(winner, level).signed_level == signed
