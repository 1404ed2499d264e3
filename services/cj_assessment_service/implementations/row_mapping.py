"""Rows to domain values, in one place, so that no row leaves a repository."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cj_assessment_service.domain.batches import BatchIdentity, BatchOverview, BatchSettings, Progress
from cj_assessment_service.domain.comparisons import (
    AnswerRemark,
    AskedComparison,
    AskedState,
    ComparisonRequest,
    JudgeUsage,
    OrientedPair,
    RecordedComparison,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import (
    AssignmentId,
    BatchId,
    CorrelationId,
    EssayId,
    OrganisationId,
    OuterBatchId,
    RequestId,
    UserId,
)
from cj_assessment_service.domain.panels import Panel, PanelMember
from cj_assessment_service.domain.privacy import PrivacySettings
from cj_assessment_service.models_db import CJBatchState, CJBatchUpload, ComparisonPair, PanelSeat

UNKNOWN = "unknown"
"""The provider and model of an answer that came without."""

WINNER_COLUMN = {Winner.FIRST: "essay_a", Winner.SECOND: "essay_b", Winner.TIE: "tie"}
WINNER_VALUE = {column: winner for winner, column in WINNER_COLUMN.items()}


def _to_member(seat: PanelSeat) -> PanelMember:
    return PanelMember(seat.judge, seat.role, seat.share)


@dataclass(frozen=True, slots=True)
class LedgerCounts:
    """Questions of a batch that no judge could answer, and answers it took from earlier ones."""

    unsent: int
    reused: int


def to_overview(
    upload: CJBatchUpload, state: CJBatchState, seats: Sequence[PanelSeat], counts: LedgerCounts
) -> BatchOverview:
    """`seats` in their order."""
    return BatchOverview(
        identity=BatchIdentity(
            batch_id=BatchId(upload.id),
            outer_id=OuterBatchId(upload.bos_batch_id),
            correlation_id=CorrelationId(upload.event_correlation_id),
            user_id=UserId(upload.user_id),
            organisation_id=OrganisationId(upload.org_id) if upload.org_id is not None else None,
            assignment_id=AssignmentId(upload.assignment_id) if upload.assignment_id is not None else None,
            course_code=upload.course_code,
            trace_parent=upload.trace_parent,
        ),
        settings=BatchSettings(
            panel=Panel(tuple(_to_member(seat) for seat in seats)),
            seed=upload.pair_seed,
            language=upload.language,
            budget=upload.budget_requested,
            max_cost=upload.max_cost,
            max_seconds=upload.max_seconds,
            target_reliability=upload.target_reliability,
            max_expected_grade_changes=upload.max_expected_grade_changes,
            answers=upload.answer_form,
            strategy=upload.pair_strategy,
            plan_use=upload.pair_plan_use,
            reuse_answers=upload.reuse_answers,
            privacy=PrivacySettings(
                local_only=upload.local_only,
                names=upload.name_handling,
                replacements=upload.names_replaced,
                texts_changed=upload.texts_with_names,
            ),
        ),
        status=upload.status,
        state=state.state,
        progress=Progress(
            submitted=state.submitted_comparisons,
            completed=state.completed_comparisons,
            failed=state.failed_comparisons,
            budget=state.total_budget,
            unsent=counts.unsent,
        ),
        wave=state.current_iteration,
        essays_requested=upload.requested_essay_count,
        essays_loaded=upload.expected_essay_count,
        spent=state.spent_cost,
        prompt_tokens=state.prompt_tokens,
        completion_tokens=state.completion_tokens,
        unpriced=state.unpriced_comparisons,
        reliability=state.reliability,
        stop_reason=upload.stop_reason,
        failure_detail=upload.failure_detail,
        created_at=upload.created_at,
        last_activity_at=state.last_activity_at,
        completed_at=upload.completed_at,
        reliability_limits=_to_limits(state),
        expected_grade_changes=state.expected_grade_changes,
        cached_tokens=state.cached_tokens,
        texts_deleted_at=upload.texts_deleted_at,
        excluded_judges=tuple(seat.judge for seat in seats if seat.excluded_at is not None),
        reused=counts.reused,
        finish_requested_at=upload.finish_requested_at,
    )


def _to_limits(state: CJBatchState) -> tuple[float, float] | None:
    if state.reliability_low is None or state.reliability_high is None:
        return None
    return state.reliability_low, state.reliability_high


def to_pair(first: str, second: str) -> OrientedPair:
    return OrientedPair(EssayId(first), EssayId(second))


def to_request(row: ComparisonPair) -> ComparisonRequest:
    return ComparisonRequest(
        request_id=RequestId(row.request_correlation_id),
        batch_id=BatchId(row.cj_batch_id),
        wave=row.wave,
        pair=to_pair(row.essay_a_els_id, row.essay_b_els_id),
        judge=row.judge,
        repeat=row.repeat,
    )


def to_asked(
    pair: OrientedPair, wave: int, attempt: int, winner: str | None, error: str | None, judge: str
) -> AskedComparison:
    code = ErrorCode(error) if error is not None else None
    state = (
        AskedState.DECIDED
        if winner is not None
        else AskedState.FAILED
        if code is not None
        else AskedState.OUTSTANDING
    )
    return AskedComparison(
        pair=pair,
        wave=wave,
        attempt=attempt,
        state=state,
        error_code=code,
        judge=judge,
        winner=WINNER_VALUE[winner] if winner is not None else None,
    )


def to_verdict(row: ComparisonPair, winner: str) -> Verdict:
    return Verdict(
        winner=WINNER_VALUE[winner],
        usage=_to_usage(row) or JudgeUsage(UNKNOWN, UNKNOWN, seconds=0.0),
        justification=row.justification,
        confidence=row.confidence,
        level=row.level,
        p_first=row.p_first,
        remarks=_to_remarks(row),
    )


def to_recorded(row: ComparisonPair, sequence: int) -> RecordedComparison:
    return RecordedComparison(
        request_id=RequestId(row.request_correlation_id),
        sequence=sequence,
        wave=row.wave,
        judge=row.judge,
        pair=to_pair(row.essay_a_els_id, row.essay_b_els_id),
        winner=WINNER_VALUE[row.winner] if row.winner is not None else None,
        confidence=row.confidence,
        justification=row.justification,
        error=ErrorCode(row.error_code) if row.error_code is not None else None,
        usage=_to_usage(row),
        submitted_at=row.submitted_at,
        completed_at=row.completed_at,
        error_message=row.error_message,
        level=row.level,
        p_first=row.p_first,
        prompt_version=row.prompt_version,
        is_reused=row.is_reused,
        remarks=_to_remarks(row),
    )


def _to_remarks(row: ComparisonPair) -> tuple[AnswerRemark, ...]:
    return tuple(AnswerRemark(remark) for remark in row.remarks)


def _to_usage(row: ComparisonPair) -> JudgeUsage | None:
    if row.provider is None or row.model is None:
        return None
    return JudgeUsage(
        provider=row.provider,
        model=row.model,
        seconds=row.response_seconds or 0.0,
        prompt_tokens=row.prompt_tokens or 0,
        completion_tokens=row.completion_tokens or 0,
        cost=Decimal(row.cost) if row.cost is not None else None,
        cached_tokens=row.cached_tokens or 0,
        attempts=row.attempts if row.attempts is not None else 1,
        characters_sent=row.characters_sent or 0,
    )
