"""Plays the judge's side: reads the outstanding questions of a batch and answers them as messages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from cj_assessment_service.domain.comparisons import (
    ComparisonRequest,
    JudgeFailure,
    JudgeReply,
    JudgeUsage,
    Outcome,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.protocols import CJComparisonRepositoryProtocol, SessionProviderProtocol
from cj_assessment_service.wire.comparison_result import encode_comparison_result
from cj_assessment_service.wire.topics import COMPARISON_RESULT

Answer = Callable[[ComparisonRequest], JudgeReply]

USAGE = JudgeUsage(provider="simulator", model="by-id", seconds=0.0)


def seven_of_ten() -> Answer:
    """A judge with a perfect order whose key has expired for three questions of ten."""
    turns = count()

    def answer(request: ComparisonRequest) -> JudgeReply:
        if next(turns) % 10 < 7:
            return smaller_id_wins(request)
        return JudgeFailure(ErrorCode.AUTHENTICATION_ERROR, "the key expired")

    return answer


def smaller_id_wins(request: ComparisonRequest) -> JudgeReply:
    """A judge with a perfect order: essay-00 is the best."""
    first = request.pair.first < request.pair.second
    return Verdict(Winner.FIRST if first else Winner.SECOND, USAGE, "Better.", 5)


@dataclass(frozen=True, slots=True)
class CallbackSimulator:
    sessions: SessionProviderProtocol
    comparisons: CJComparisonRepositoryProtocol

    async def outstanding(self, batch_id: BatchId) -> tuple[ComparisonRequest, ...]:
        async with self.sessions.session() as session:
            return await self.comparisons.get_outstanding(session, batch_id)

    async def callbacks(self, batch_id: BatchId, answer: Answer = smaller_id_wins) -> tuple[Message, ...]:
        """One message for each question that is out."""
        return as_messages(await self.outstanding(batch_id), answer)


def as_messages(
    requests: Sequence[ComparisonRequest], answer: Answer = smaller_id_wins
) -> tuple[Message, ...]:
    now = datetime.now(UTC)
    return tuple(
        Message(
            COMPARISON_RESULT,
            str(request.batch_id),
            encode_comparison_result(request, Outcome(request.request_id, answer(request), now)),
        )
        for request in requests
    )
