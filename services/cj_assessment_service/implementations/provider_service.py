"""Judges behind the external LLM provider service: questions leave over HTTP, answers arrive as messages."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from pydantic import ValidationError

from cj_assessment_service.cj_core_logic.judging.cost_cover import cover
from cj_assessment_service.cj_core_logic.judging.refusals import out_of_reach, too_late, unasked
from cj_assessment_service.cj_core_logic.privacy.local_only import refuse_remote
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import ComparisonRequest, JudgeFailure, JudgeUsage, Outcome
from cj_assessment_service.domain.errors import ErrorCode, InvalidJudge
from cj_assessment_service.domain.judges import (
    Allowance,
    ComparisonOrder,
    ComparisonTask,
    JudgeSpec,
    JudgeTraits,
)
from cj_assessment_service.domain.policies import DispatchPolicy, PrivacyPolicy
from cj_assessment_service.domain.together import together
from cj_assessment_service.implementations.dispatch.circuit_breaker import CircuitBreaker
from cj_assessment_service.implementations.dispatch.patience import comes_back
from cj_assessment_service.implementations.dispatch.wave import Wave
from cj_assessment_service.implementations.opened_judges import OpenedJudges
from cj_assessment_service.implementations.provider_questions import (
    comparison_body,
    priced_judge,
    read_provider_judge,
)
from cj_assessment_service.implementations.remote_service import (
    RemoteCall,
    RemoteFault,
    RemoteService,
    host_of,
)
from cj_assessment_service.protocols import AnswerDeliveryProtocol, LLMInteractionProtocol, TelemetryProtocol
from cj_assessment_service.wire.provider_service import Queued

_ACCEPTED: Final = 202
_PERHAPS_TAKEN: Final = frozenset({ErrorCode.TIMEOUT, ErrorCode.CONNECTION_ERROR, ErrorCode.INVALID_RESPONSE})
"""Nobody knows whether the service works on the question all the same, and asks to be paid for it."""


@dataclass(slots=True)
class _Posting:
    """One question on its way, with the characters of it that a model reads; `sent` counts how often they left."""

    order: ComparisonOrder
    call: RemoteCall
    characters: int
    wave: Wave
    sent: int = 0
    perhaps_taken: bool = False


@dataclass(frozen=True, slots=True)
class ProviderServiceJudging(LLMInteractionProtocol):
    """Waits until the service has taken every question, or has not for good: then the question fails at once. While the
    service cannot be reached, questions wait for it to come back, but not for longer than `dispatch.patience`.

    What an answer costs is the service's to say. A cost limit is kept with our own price of the model, so only for judges
    that can be opened here.
    """

    url: str
    service: RemoteService
    judges: OpenedJudges
    answers: AnswerDeliveryProtocol
    telemetry: TelemetryProtocol
    clock: Clock
    privacy: PrivacyPolicy
    dispatch: DispatchPolicy
    _breaker: CircuitBreaker = field(init=False)

    def __post_init__(self) -> None:
        breaker = CircuitBreaker(self.dispatch.faults_to_open, self.dispatch.cooldown)
        object.__setattr__(self, "_breaker", breaker)

    async def perform_comparisons(self, tasks: Sequence[ComparisonTask], allowance: Allowance) -> None:
        for task in tasks:
            await self.get_traits(task.request.judge)
            if allowance.cost is not None:
                self._require_price(task.request.judge)
        covered = cover(tasks, self._most, allowance)
        for refused in covered.uncovered:
            request = refused.task.request
            await self._fail(request, unasked(request, refused.why, self.clock.now()))
        wave = Wave.within(allowance, self.clock)
        postings = [self._posting(order, wave, len(tasks)) for order in covered.orders]
        failures = await together(self._post(posting) for posting in postings)
        for posting, failure in zip(postings, failures, strict=True):
            if failure is not None:
                request = posting.order.task.request
                await self._fail(request, Outcome(request.request_id, failure, self.clock.now()))

    async def get_traits(self, judge: str) -> JudgeTraits:
        """Raises RemoteJudgeRefused on an installation that no text may leave."""
        read_provider_judge(judge)
        host = host_of(self.url)
        if self.privacy.local_only:
            refuse_remote(judge, host)
        notice = (
            f"Every text is sent to {host} and from there to a provider. Make sure that you may share them."
        )
        return JudgeTraits(notice=notice, destination=host, caches_prompts=True)

    def _require_price(self, judge: str) -> None:
        try:
            self.judges.traits(priced_judge(judge))
        except InvalidJudge as error:
            raise InvalidJudge(
                f"No cost limit can be kept for {judge}: the LLM provider service names no price beforehand, and here it"
                f" cannot be told, because the judge cannot be opened. {error} Or go without a limit."
            ) from error

    def _most(self, task: ComparisonTask) -> Decimal | None:
        """The service asks no alternates."""
        return self.judges.quote(priced_judge(task.request.judge), task)

    def _posting(self, order: ComparisonOrder, wave: Wave, wave_size: int) -> _Posting:
        body = comparison_body(order.task, wave_size)
        value = body.model_dump_json(exclude_none=True).encode()
        call = RemoteCall("POST", f"{self.url.rstrip('/')}/comparison", value)
        return _Posting(order, call, body.metadata.characters_sent, wave)

    async def _post(self, posting: _Posting) -> JudgeFailure | None:
        """Why the service did not take the question; None when it did."""
        while True:
            try:
                await self.service.retrying(posting.wave.sleep)(self._attempt_in_turn, posting)
            except RemoteFault as fault:
                if fault.code is not ErrorCode.CIRCUIT_BREAKER_OPEN:
                    return self._failure(posting, JudgeFailure(fault.code, str(fault)))
            else:
                return None
            if not await comes_back(self._breaker, self.dispatch.patience, posting.wave):
                why = out_of_reach(self.service.name)
                return self._failure(posting, too_late() if posting.wave.is_over else why)

    async def _attempt_in_turn(self, posting: _Posting) -> None:
        async with self.service.places:
            await self._attempt(posting)

    async def _attempt(self, posting: _Posting) -> None:
        """Raises RemoteFault."""
        loop = asyncio.get_running_loop()
        if posting.wave.is_over:
            raise RemoteFault(ErrorCode.TIME_LIMIT_EXCEEDED, too_late().message)
        if not self._breaker.admits(loop.time()):
            raise RemoteFault(ErrorCode.CIRCUIT_BREAKER_OPEN, out_of_reach(self.service.name).message)
        try:
            response = await self.service.attempt(posting.call)
            if response.status_code != _ACCEPTED:
                raise _unexpected(f"with status {response.status_code} instead of {_ACCEPTED}")
            try:
                Queued.model_validate_json(response.content)
            except ValidationError as error:
                raise _unexpected("without the id of a queued question") from error
        except RemoteFault as fault:
            self._learn(posting, fault, loop.time())
            raise
        self._breaker.reached()

    def _learn(self, posting: _Posting, fault: RemoteFault, now: float) -> None:
        posting.sent += fault.code is not ErrorCode.SERVICE_UNAVAILABLE or fault.status is not None
        posting.perhaps_taken |= fault.code in _PERHAPS_TAKEN
        if not fault.code.is_passing or fault.code is ErrorCode.RATE_LIMIT:
            self._breaker.reached()
        elif self._breaker.faulted(now):
            self.telemetry.judge_out_of_reach(self.service.name, fault.code)

    def _failure(self, posting: _Posting, failure: JudgeFailure) -> JudgeFailure:
        """With what it may have taken: the most it can cost, where nobody knows."""
        judge = JudgeSpec.parse(posting.order.task.request.judge)
        usage = JudgeUsage(
            provider=judge.kind,
            model=judge.argument,
            seconds=0.0,
            cost=posting.order.allowance.cost if posting.perhaps_taken else Decimal(0),
            attempts=posting.sent,
            characters_sent=posting.sent * posting.characters,
        )
        return JudgeFailure(failure.code, failure.message, usage)

    async def _fail(self, request: ComparisonRequest, outcome: Outcome) -> None:
        if isinstance(outcome.reply, JudgeFailure) and outcome.reply.code.never_left:
            self.telemetry.question_not_sent(request.batch_id, outcome.reply.code)
        await self.answers.deliver(request, outcome)


def _unexpected(how: str) -> RemoteFault:
    return RemoteFault(ErrorCode.INVALID_RESPONSE, f"The LLM provider service answered {how}.")
