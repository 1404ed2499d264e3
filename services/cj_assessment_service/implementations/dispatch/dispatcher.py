"""Brings single questions to judges that work inside this process."""

import asyncio
from collections.abc import Sequence

from cj_assessment_service.cj_core_logic.judging.refusals import out_of_reach, too_late
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeReply, Outcome
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judges import Allowance, ComparisonTask, JudgeSpec, JudgeTraits
from cj_assessment_service.domain.policies import DispatchPolicy
from cj_assessment_service.implementations.dispatch.circuit_breaker import CircuitBreaker
from cj_assessment_service.implementations.dispatch.desk import Desk, Question, never_left
from cj_assessment_service.implementations.dispatch.lane import Lane
from cj_assessment_service.implementations.dispatch.token_estimate import TokenEstimate
from cj_assessment_service.implementations.dispatch.warm_ups import WarmUps
from cj_assessment_service.implementations.dispatch.wave import Wave
from cj_assessment_service.protocols import JudgeProviderProtocol, QuestionDispatchProtocol, TelemetryProtocol


class Dispatcher(QuestionDispatchProtocol):
    """All batches of the process share the limits of each destination."""

    def __init__(
        self,
        judges: JudgeProviderProtocol,
        clock: Clock,
        policy: DispatchPolicy,
        telemetry: TelemetryProtocol,
    ) -> None:
        self._provider = judges
        self._clock = clock
        self._policy = policy
        self._telemetry = telemetry
        self._desks: dict[str, Desk] = {}
        self._lanes: dict[str, Lane] = {}
        self._warm_ups = WarmUps(policy.cached_prefix_characters, policy.cache_lifetime)

    def open_wave(self, allowance: Allowance) -> Wave:
        return Wave.within(allowance, self._clock)

    def admit(self, task: ComparisonTask) -> None:
        """Raises InvalidJudge for a task whose judge, or an alternate of it, does not exist."""
        self._desks_for(task)

    def traits(self, judge: str) -> JudgeTraits:
        """Raises InvalidJudge."""
        return self._desk(judge).traits

    async def ask(self, task: ComparisonTask, allowance: Allowance) -> Outcome:
        return await self.ask_within(self.open_wave(allowance), task)

    async def ask_within(self, wave: Wave, task: ComparisonTask) -> Outcome:
        """As one of all questions of the wave, which share what it may take."""
        async with self._desk(task.request.judge).places:
            return await self._outcome(Question(task, wave))

    async def close(self) -> None:
        for desk in self._desks.values():
            await desk.judge.close()

    async def _outcome(self, question: Question) -> Outcome:
        desk, reply = await self._answer(question)
        request = question.task.request
        alternate = None
        if isinstance(reply, JudgeFailure) and reply.code.never_left:
            self._telemetry.question_not_sent(request.batch_id, reply.code)
        elif desk.name != request.judge:
            alternate = desk.name
            self._telemetry.answered_by_alternate(request.judge, alternate)
        return Outcome(
            request.request_id, question.tally.onto(reply, desk.name), self._clock.now(), judge=alternate
        )

    async def _answer(self, question: Question) -> tuple[Desk, JudgeReply]:
        """By the first judge that can be reached. A question that could not leave at all waits for the one it was meant
        for to come back.
        """
        desks = self._desks_for(question.task)
        while True:
            desk, reply = await self._ask_in_turn(question, desks)
            if not _found_a_closed_door(reply):
                return desk, reply
            if not await desks[0].comes_back(question.wave):
                return desks[0], too_late() if question.wave.is_over else reply

    async def _ask_in_turn(self, question: Question, desks: Sequence[Desk]) -> tuple[Desk, JudgeReply]:
        """The reply that settles the question; else the one of the last judge it left for, else why it never did."""
        desk: Desk = desks[0]
        reply: JudgeReply = out_of_reach(desk.name)
        for candidate in desks:
            if candidate.is_shut():
                continue
            said = await candidate.ask(question)
            if not never_left(said) or never_left(reply):
                desk, reply = candidate, said
            if not isinstance(said, JudgeFailure) or not (said.code.is_passing or _found_a_closed_door(said)):
                break
        return desk, reply

    def _desks_for(self, task: ComparisonTask) -> tuple[Desk, ...]:
        return tuple(self._desk(name) for name in (task.request.judge, *task.alternates))

    def _desk(self, name: str) -> Desk:
        """Raises InvalidJudge."""
        if name not in self._desks:
            judge = self._provider.open(JudgeSpec.parse(name))
            traits = judge.traits
            lane = self._lanes.setdefault(traits.destination or name, Lane(self._policy.concurrency))
            lane.keep_to(traits.limits)
            breaker = CircuitBreaker(self._policy.faults_to_open, self._policy.cooldown)
            self._desks[name] = Desk(
                name=name,
                judge=judge,
                traits=traits,
                lane=lane,
                breaker=breaker,
                tokens=TokenEstimate(),
                places=asyncio.Semaphore(self._policy.concurrency),
                warm_ups=self._warm_ups,
                policy=self._policy,
                telemetry=self._telemetry,
            )
        return self._desks[name]


def _found_a_closed_door(reply: JudgeReply) -> bool:
    return isinstance(reply, JudgeFailure) and reply.code is ErrorCode.CIRCUIT_BREAKER_OPEN
