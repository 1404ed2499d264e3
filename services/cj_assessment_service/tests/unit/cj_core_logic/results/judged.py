"""Decisions of several judges about the same essays, for the tests of what is said of judges."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from cj_assessment_service.domain.comparisons import (
    DecidedComparison,
    JudgeUsage,
    OrientedPair,
    RecordedComparison,
    Winner,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import EssayId, RequestId

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def essay(number: int) -> EssayId:
    return EssayId(f"essay-{number:02d}")


def essays(count: int) -> list[EssayId]:
    return [essay(number) for number in range(count)]


def decisions_of(
    judge: str, truth: NDArray[np.float64], count: int, rng: np.random.Generator
) -> list[DecidedComparison]:
    """By a judge that sees `truth`, about pairs drawn by lot."""
    found = []
    for _ in range(count):
        first, second = rng.permutation(len(truth))[:2].tolist()
        wins = rng.random() < expit(truth[first] - truth[second])
        pair = OrientedPair(essay(first), essay(second))
        found.append(DecidedComparison(pair, Winner.FIRST if wins else Winner.SECOND, judge))
    return found


def recorded(
    decided: Sequence[DecidedComparison], usage: JudgeUsage | None = None
) -> tuple[RecordedComparison, ...]:
    return tuple(
        RecordedComparison(
            request_id=RequestId(UUID(int=number)),
            sequence=number,
            wave=1,
            judge=one.judge,
            pair=one.pair,
            winner=one.winner,
            confidence=one.confidence,
            justification=None,
            error=None,
            usage=usage,
            submitted_at=NOW,
            completed_at=NOW,
            level=one.level,
        )
        for number, one in enumerate(decided, start=1)
    )


def said(judge: str, first: int, second: int, winner: Winner = Winner.FIRST) -> DecidedComparison:
    return DecidedComparison(OrientedPair(essay(first), essay(second)), winner, judge)


def unreadable(judge: str) -> RecordedComparison:
    return RecordedComparison(
        request_id=RequestId(UUID(int=10_000)),
        sequence=10_000,
        wave=1,
        judge=judge,
        pair=OrientedPair(essay(0), essay(1)),
        winner=None,
        confidence=None,
        justification=None,
        error=ErrorCode.INVALID_RESPONSE,
        usage=None,
        submitted_at=NOW,
        completed_at=NOW,
    )
