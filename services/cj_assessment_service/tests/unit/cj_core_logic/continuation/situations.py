"""Batches at the moment of a decision, built from the few facts a rule looks at."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from cj_assessment_service.domain.batches import (
    BatchIdentity,
    BatchOverview,
    BatchSettings,
    BatchSnapshot,
    BatchState,
    BatchStatus,
    Progress,
)
from cj_assessment_service.domain.comparisons import (
    AskedComparison,
    AskedState,
    DecidedComparison,
    OrientedPair,
    Winner,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.identifiers import BatchId, CorrelationId, EssayId, OuterBatchId, UserId
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.scores import EssayScore, PositionEffect, Scoreboard

CREATED = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)
PLAIN = BatchSettings(panel=Panel.of("offline"), seed=1, language="en")
IDENTITY = BatchIdentity(
    batch_id=BatchId(1),
    outer_id=OuterBatchId("outer"),
    correlation_id=CorrelationId(UUID(int=1)),
    user_id=UserId("teacher"),
    organisation_id=None,
    assignment_id=None,
    course_code=None,
)


def essay_id(number: int) -> EssayId:
    return EssayId(f"essay-{number:02d}")


def items(count: int) -> tuple[EssayItem, ...]:
    return tuple(EssayItem(essay_id(number)) for number in range(count))


def snapshot(
    progress: Progress,
    essays: int = 4,
    settings: BatchSettings = PLAIN,
    spent: str = "0",
    seconds: float = 60.0,
    decided: tuple[DecidedComparison, ...] = (),
    asked: tuple[AskedComparison, ...] = (),
    finish_requested_at: datetime | None = None,
) -> BatchSnapshot:
    """Taken `seconds` after the batch was created, `spent` USD later, at the end of wave 1."""
    overview = BatchOverview(
        identity=IDENTITY,
        settings=settings,
        status=BatchStatus.PERFORMING_COMPARISONS,
        state=BatchState.SCORING,
        progress=progress,
        wave=1,
        essays_requested=essays,
        essays_loaded=essays,
        spent=Decimal(spent),
        prompt_tokens=0,
        completion_tokens=0,
        unpriced=0,
        reliability=None,
        stop_reason=None,
        failure_detail=None,
        created_at=CREATED,
        last_activity_at=CREATED,
        completed_at=None,
        finish_requested_at=finish_requested_at,
    )
    taken_at = CREATED + timedelta(seconds=seconds)
    return BatchSnapshot(overview, items(essays), decided, asked, taken_at)


def board(
    essays: int = 4,
    comparisons: int = 8,
    reliability: float = 0.95,
    components: int = 1,
    limits: tuple[float, float] | None = None,
) -> Scoreboard:
    """Every essay equally often compared, one logit apart."""
    return Scoreboard(
        scores=tuple(
            EssayScore(essay_id(number), number - (essays - 1) / 2, 0.4, comparisons, comparisons // 2)
            for number in range(essays)
        ),
        prior_sd=2.0,
        reliability=reliability,
        separation_reliability=None,
        position=PositionEffect(0.0, 0.1),
        components=components,
        decisions=essays * comparisons // 2,
        reliability_limits=limits,
    )


def wins(*pairs: tuple[int, int]) -> tuple[DecidedComparison, ...]:
    """Each pair with its winner first, shown first and second in turn."""
    return tuple(_won(winner, loser, turn % 2) for turn, (winner, loser) in enumerate(pairs))


def failures(*codes: ErrorCode, wave: int = 1) -> tuple[AskedComparison, ...]:
    pair = OrientedPair(essay_id(0), essay_id(1))
    return tuple(AskedComparison(pair, wave, 1, AskedState.FAILED, code) for code in codes)


def answered(wave: int = 1) -> AskedComparison:
    return AskedComparison(OrientedPair(essay_id(0), essay_id(1)), wave, 1, AskedState.DECIDED)


def _won(winner: int, loser: int, turn: int) -> DecidedComparison:
    pair = OrientedPair(essay_id(winner), essay_id(loser))
    if turn:
        return DecidedComparison(pair.swapped, Winner.SECOND, "offline")
    return DecidedComparison(pair, Winner.FIRST, "offline")
