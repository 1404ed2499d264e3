"""The ledger's one write: outcome, count and hand-over in a single transaction, with the answers nobody asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from cj_assessment_service.domain.batches import AnswerCounts, Claim
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import LedgerEntry, Outcome, Verdict
from cj_assessment_service.domain.identifiers import BatchId, ClaimToken
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    CJComparisonRepositoryProtocol,
    OrphanAnswerRepositoryProtocol,
    SessionProviderProtocol,
)


@dataclass(frozen=True, slots=True)
class LedgerWrite:
    """What was written, what it added to each batch, and the waves it completed."""

    entry: LedgerEntry
    counts: tuple[tuple[BatchId, AnswerCounts], ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class CallbackStateManager:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    comparisons: CJComparisonRepositoryProtocol
    orphans: OrphanAnswerRepositoryProtocol
    clock: Clock

    async def record(self, outcomes: Sequence[Outcome]) -> LedgerWrite:
        """Each outcome counts once, however often and wherever it is delivered; the last one of a wave brings the claim.

        Locks are taken in one order everywhere: questions by id, then batches by id.
        """
        now = self.clock.now()
        async with self.sessions.session() as session:
            entry = await self.comparisons.store_comparison_results(session, outcomes)
            counts = counts_by_batch(entry)
            claims = await self.batches.record_answers(session, counts, ClaimToken(uuid4()), now)
            if entry.unknown:
                await self.orphans.keep(session, _without_question(outcomes, entry), now)
            await session.commit()
        return LedgerWrite(entry, counts, claims)


def _without_question(outcomes: Sequence[Outcome], entry: LedgerEntry) -> list[Outcome]:
    unknown = set(entry.unknown)
    return [outcome for outcome in outcomes if outcome.request_id in unknown]


def counts_by_batch(entry: LedgerEntry) -> tuple[tuple[BatchId, AnswerCounts], ...]:
    """What the newly recorded outcomes add to each batch, by batch id."""
    batch_ids = sorted({recorded.batch_id for recorded in entry.recorded})
    return tuple(
        (batch_id, _count([r.outcome for r in entry.recorded if r.batch_id == batch_id]))
        for batch_id in batch_ids
    )


def _count(outcomes: Sequence[Outcome]) -> AnswerCounts:
    verdicts = [outcome.reply for outcome in outcomes if isinstance(outcome.reply, Verdict)]
    usages = [outcome.reply.usage for outcome in outcomes if outcome.reply.usage is not None]
    prices = [usage.cost for usage in usages if usage.cost is not None]
    return AnswerCounts(
        completed=len(verdicts),
        failed=len(outcomes) - len(verdicts),
        cost=sum(prices, Decimal(0)),
        prompt_tokens=sum(usage.prompt_tokens for usage in usages),
        completion_tokens=sum(usage.completion_tokens for usage in usages),
        unpriced=len(usages) - len(prices),
        cached_tokens=sum(usage.cached_tokens for usage in usages),
    )
