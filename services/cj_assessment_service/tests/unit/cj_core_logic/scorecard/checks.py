"""Answers and figures of checks, as short as tests want them."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from cj_assessment_service.cj_core_logic.scorecard.checked_answers import CheckedAnswer
from cj_assessment_service.domain.comparisons import JudgeUsage, OrientedPair, RecordedComparison, Winner
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import EssayId, RequestId
from cj_assessment_service.domain.judge_checks import GradedEssay, Screening, ScreeningState
from cj_assessment_service.domain.scorecards import (
    CheckEnding,
    Consistency,
    Evidence,
    Share,
    Spending,
)

F, S, T = Winner.FIRST, Winner.SECOND, Winner.TIE
SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def pair(first: str, second: str) -> OrientedPair:
    return OrientedPair(EssayId(first), EssayId(second))


def graded(**ranks: int) -> tuple[GradedEssay, ...]:
    return tuple(GradedEssay(EssayId(name), rank) for name, rank in ranks.items())


def answer(first: str, second: str, winner: Winner, better: Winner = F) -> CheckedAnswer:
    return CheckedAnswer(pair(first, second), winner, better, distance=1)


def both(number: int, one: Winner, other: Winner) -> tuple[CheckedAnswer, CheckedAnswer]:
    """Two answers about pair `number`; the better text is shown first and then second."""
    return (
        answer(f"a{number:03}", f"b{number:03}", one, F),
        answer(f"b{number:03}", f"a{number:03}", other, S),
    )


def recorded(
    first: str,
    second: str,
    winner: Winner | None,
    usage: JudgeUsage | None = None,
    error: ErrorCode | None = None,
) -> RecordedComparison:
    return RecordedComparison(
        request_id=RequestId(UUID(int=0)),
        sequence=1,
        wave=1,
        judge="judge",
        pair=pair(first, second),
        winner=winner,
        confidence=None,
        justification=None,
        error=error,
        usage=usage,
        submitted_at=SOME_TIME,
        completed_at=SOME_TIME,
    )


def took(seconds: float, cost: str | None = "0.01") -> JudgeUsage:
    return JudgeUsage("host", "model", seconds, 100, 10, Decimal(cost) if cost is not None else None)


def share(value: float, count: int = 100, reach: float = 0.08) -> Share:
    return Share(value, value - reach, value + reach, count)


PASSED = Screening(ScreeningState.PASSED, 7, 7, 5.0, 7, 7, 0)
CONSISTENT = Consistency(share(0.1), None, share(0.95), share(0.0))
FREE = Spending(100, 0, 1.0, 2.0, 0, 0, 0, Decimal(0), 0, Decimal(0))
GOOD = Evidence(
    ending=CheckEnding.COMPLETE,
    planned=100,
    asked=100,
    decided=100,
    pairs=60,
    screening=PASSED,
    accuracy=share(0.85),
    kappa=0.7,
    rivals=(),
    by_distance=(),
    consistency=CONSISTENT,
    claims=(),
    human=None,
    failures=(),
    spending=FREE,
)
"""Of a judge nobody can object to."""
