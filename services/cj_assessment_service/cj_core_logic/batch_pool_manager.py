"""The failed pool: which questions got no readable answer. It is a query over the ledger, never a list of its own."""

from dataclasses import dataclass

from cj_assessment_service.domain.comparisons import AskedComparison, AskedState
from cj_assessment_service.domain.policies import PairingPolicy


@dataclass(frozen=True, slots=True)
class FailedPool:
    """`waiting` may be asked again; `given_up` failed for good or too often."""

    waiting: tuple[AskedComparison, ...]
    given_up: tuple[AskedComparison, ...]


@dataclass(frozen=True, slots=True)
class BatchPoolManager:
    policy: PairingPolicy

    def pool_of(self, asked: tuple[AskedComparison, ...]) -> FailedPool:
        """Only the latest question of a pair counts; an answered pair has left the pool."""
        latest = {question.pair.unordered: question for question in asked}
        failed = [question for question in latest.values() if question.state is AskedState.FAILED]
        waiting = tuple(question for question in failed if self._may_be_repeated(question))
        return FailedPool(
            waiting=waiting,
            given_up=tuple(question for question in failed if not self._may_be_repeated(question)),
        )

    def _may_be_repeated(self, question: AskedComparison) -> bool:
        return (
            question.error_code is not None
            and question.error_code.is_retryable
            and question.attempt < self.policy.max_attempts_per_question
        )
