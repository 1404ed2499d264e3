"""Records a wave: scores, reserved budget and questions become true together, before anything is sent."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from cj_assessment_service.domain.batches import BatchSnapshot, Claim, Scoring
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import (
    AskedState,
    AssignedComparison,
    ComparisonRequest,
    NewRequest,
)
from cj_assessment_service.domain.identifiers import RequestId
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    CJComparisonRepositoryProtocol,
    CJEssayRepositoryProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)


@dataclass(frozen=True, slots=True)
class BatchSubmission:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    essays: CJEssayRepositoryProtocol
    comparisons: CJComparisonRepositoryProtocol
    telemetry: TelemetryProtocol
    clock: Clock

    async def submit(
        self,
        claim: Claim,
        plan: Sequence[AssignedComparison],
        snapshot: BatchSnapshot,
        scoring: Scoring | None,
    ) -> tuple[ComparisonRequest, ...]:
        """The recorded questions, ready to be sent; none when another process took the hand-over."""
        requests = _requests_of(claim, plan, snapshot)
        now = self.clock.now()
        async with self.sessions.session() as session:
            await self.comparisons.add_requests(session, requests, now)
            if scoring is not None:
                await self.essays.store_scores(session, claim.batch_id, scoring.board.scores)
                await self.batches.record_scoring(session, claim, scoring.record)
            if not await self.batches.open_wave(session, claim, len(requests), now):
                return ()
            await session.commit()
        self.telemetry.wave_recorded(claim.batch_id, claim.wave + 1, requests)
        return tuple(new.request for new in requests)


def _requests_of(
    claim: Claim, plan: Sequence[AssignedComparison], snapshot: BatchSnapshot
) -> tuple[NewRequest, ...]:
    asked_before = Counter(
        (question.judge, question.pair)
        for question in snapshot.asked
        if question.state is not AskedState.FAILED
    )
    requests = []
    for one in plan:
        planned = one.planned
        request = ComparisonRequest(
            request_id=RequestId(uuid4()),
            batch_id=claim.batch_id,
            wave=claim.wave + 1,
            pair=planned.pair,
            judge=one.judge,
            repeat=asked_before[one.judge, planned.pair],
        )
        asked_before[one.judge, planned.pair] += 1
        requests.append(NewRequest(request, planned.mode, planned.attempt))
    return tuple(requests)
