"""Hands the questions of a wave to a provider as a whole: recorded first, so that none is ever sent twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

from cj_assessment_service.cj_core_logic.judging.cost_cover import cover
from cj_assessment_service.cj_core_logic.judging.refusals import unasked
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import JudgeFailure, Outcome
from cj_assessment_service.domain.errors import Rejected, TryAgain
from cj_assessment_service.domain.identifiers import RequestId, SubmissionId
from cj_assessment_service.domain.judges import Allowance, ComparisonTask, JudgeSpec
from cj_assessment_service.domain.provider_batches import ProviderBatch
from cj_assessment_service.protocols import (
    JudgeProviderProtocol,
    ProviderBatchRepositoryProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)

MOST_QUESTIONS = 10_000
"""In one submission. Providers take more, but not without limits on the size of a file."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The failures of the questions that are not with the provider, and what the others may cost at most (0 where no cost is
    limited).
    """

    failed: tuple[Outcome, ...]
    kept: Decimal


@dataclass(frozen=True, slots=True)
class ProviderBatchSubmission:
    sessions: SessionProviderProtocol
    provider_batches: ProviderBatchRepositoryProtocol
    judges: JudgeProviderProtocol
    telemetry: TelemetryProtocol
    clock: Clock

    async def submit(self, tasks: Sequence[ComparisonTask], allowance: Allowance) -> Submitted:
        """Sends each question of one wave once; those that are part of an open submission already are left to it. Questions
        that the allowance does not cover or the provider refuses fail.

        Where nobody knows whether the provider got them, the questions stay with their submission, and its collection
        finds out what became of it.
        """
        batch_id = tasks[0].request.batch_id
        async with self.sessions.session() as session:
            waiting = await self.provider_batches.get_waiting(session, batch_id)
        fresh = [task for task in tasks if task.request.request_id not in waiting]
        most = await self._most(tasks) if allowance.cost is not None else {}
        under_way = sum(
            (price or Decimal(0) for request_id, price in most.items() if request_id in waiting), Decimal(0)
        )
        covered = cover(fresh, lambda task: most[task.request.request_id], allowance.less(under_way))
        failed = [unasked(each.task.request, each.why, self.clock.now()) for each in covered.uncovered]
        affordable = [order.task for order in covered.orders]
        for judge in sorted({task.request.judge for task in affordable}):
            of_judge = [task for task in affordable if task.request.judge == judge]
            for start in range(0, len(of_judge), MOST_QUESTIONS):
                failed += await self._submit(of_judge[start : start + MOST_QUESTIONS], allowance)
        kept = sum((order.allowance.cost or Decimal(0) for order in covered.orders), under_way)
        return Submitted(tuple(failed), kept)

    async def _most(self, tasks: Sequence[ComparisonTask]) -> dict[RequestId, Decimal | None]:
        """What each question can cost, None where that is unknown."""
        most: dict[RequestId, Decimal | None] = {}
        for judge in {task.request.judge for task in tasks}:
            opened = self.judges.open(JudgeSpec.parse(judge))
            most |= {
                task.request.request_id: opened.quote(task).cost
                for task in tasks
                if task.request.judge == judge
            }
            await opened.close()
        return most

    async def _characters(self, tasks: Sequence[ComparisonTask]) -> tuple[int, ...]:
        """That leave this machine with each of the tasks, which are one judge's."""
        opened = self.judges.open(JudgeSpec.parse(tasks[0].request.judge))
        leaves = opened.traits.destination is not None
        await opened.close()
        return tuple(len(task.prompt.system) + len(task.prompt.user) if leaves else 0 for task in tasks)

    async def _submit(self, tasks: Sequence[ComparisonTask], allowance: Allowance) -> list[Outcome]:
        first = tasks[0]
        batch = ProviderBatch(
            submission_id=SubmissionId(uuid4()),
            batch_id=first.request.batch_id,
            judge=first.request.judge,
            answers=first.answers,
            request_ids=tuple(task.request.request_id for task in tasks),
            created_at=self.clock.now(),
            until=datetime.fromtimestamp(allowance.until, UTC) if allowance.until is not None else None,
            characters=await self._characters(tasks),
        )
        async with self.sessions.session() as session:
            await self.provider_batches.prepare(session, batch)
            await session.commit()
        opened = self.judges.open_batch(JudgeSpec.parse(batch.judge))
        try:
            provider_id = await opened.submit(batch.submission_id, tasks)
        except TryAgain as error:
            # a provider's own words may repeat what it was sent
            self.telemetry.delivery_failed(batch.judge, type(error).__name__)
            return []
        except Rejected as error:
            await self._mark_over(batch)
            refusal = JudgeFailure(error.code, str(error))
            return [unasked(task.request, refusal, self.clock.now()) for task in tasks]
        finally:
            await opened.close()
        async with self.sessions.session() as session:
            await self.provider_batches.mark_submitted(
                session, batch.submission_id, provider_id, self.clock.now()
            )
            await session.commit()
        self.telemetry.provider_batch_submitted(batch)
        return []

    async def _mark_over(self, batch: ProviderBatch) -> None:
        async with self.sessions.session() as session:
            await self.provider_batches.mark_over(session, batch.submission_id, self.clock.now())
            await session.commit()
