"""Judges that answer by a script, and a dispatcher that asks them in virtual time."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import uuid4

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import (
    ComparisonRequest,
    JudgeFailure,
    JudgeReply,
    JudgeUsage,
    OrientedPair,
    Outcome,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.errors import ErrorCode, InvalidJudge
from cj_assessment_service.domain.identifiers import BatchId, EssayId, RequestId
from cj_assessment_service.domain.judges import (
    UNLIMITED,
    Allowance,
    ComparisonTask,
    JudgePrompt,
    JudgeSpec,
    JudgeTraits,
    Quote,
)
from cj_assessment_service.domain.policies import DispatchPolicy
from cj_assessment_service.implementations.answer_delivery import AnswerMessages
from cj_assessment_service.implementations.dispatch.dispatcher import Dispatcher
from cj_assessment_service.implementations.dispatch.in_process_judging import InProcessJudging
from cj_assessment_service.implementations.in_process_bus import InProcessMessageBus
from cj_assessment_service.protocols import BatchJudgeProtocol, JudgeProtocol, JudgeProviderProtocol
from cj_assessment_service.tests.fixtures.telemetry import new_telemetry
from cj_assessment_service.tests.unit.implementations.dispatch.virtual_time import (
    LoopClock,
    in_virtual_time,
    seconds_passed,
)
from cj_assessment_service.wire.comparison_result import decode_comparison_result
from cj_assessment_service.wire.topics import COMPARISON_RESULT

CENT = Decimal("0.01")
POLICY = DispatchPolicy()
PLAIN = JudgeTraits()
Turn = Callable[[ComparisonTask], JudgeReply]


def usage(cost: Decimal | None = CENT) -> JudgeUsage:
    return JudgeUsage("test", "model", 0.5, prompt_tokens=100, cost=cost, characters_sent=400)


def answers(_task: ComparisonTask) -> JudgeReply:
    return Verdict(Winner.FIRST, usage())


def fails(code: ErrorCode, retry_after: float | None = None, cost: Decimal | None = Decimal(0)) -> Turn:
    return lambda _task: JudgeFailure(code, "as the script says", usage(cost), retry_after)


@dataclass(slots=True)
class ScriptedJudge(JudgeProtocol):
    """Plays its script question by question and repeats the last turn for ever. Each question takes `seconds`."""

    script: Sequence[Turn] = (answers,)
    seconds: float = 1.0
    price: Decimal | None = CENT
    traits_: JudgeTraits = PLAIN
    asked_at: list[float] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    closed: bool = False

    @property
    def traits(self) -> JudgeTraits:
        return self.traits_

    def quote(self, task: ComparisonTask) -> Quote:
        return Quote(len(task.prompt.user), self.price)

    async def compare(self, task: ComparisonTask) -> JudgeReply:
        turn = self.script[min(len(self.asked_at), len(self.script) - 1)]
        self.asked_at.append(seconds_passed())
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        await asyncio.sleep(self.seconds)
        self.at_once -= 1
        return turn(task)

    async def close(self) -> None:
        self.closed = True


@dataclass(frozen=True, slots=True)
class NamedJudges(JudgeProviderProtocol):
    judges: dict[str, ScriptedJudge]

    def open(self, spec: JudgeSpec) -> JudgeProtocol:
        if spec.kind not in self.judges:
            raise InvalidJudge("there is no such judge here")
        return self.judges[spec.kind]

    def open_batch(self, spec: JudgeSpec) -> BatchJudgeProtocol:
        raise InvalidJudge(f"{spec} takes no batches")


@dataclass(frozen=True, slots=True)
class Dispatched:
    """Outcomes in the order they came in, and when the last one did."""

    outcomes: tuple[Outcome, ...]
    seconds: float

    @property
    def verdicts(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome.reply, Verdict))

    @property
    def codes(self) -> tuple[ErrorCode, ...]:
        replies = (outcome.reply for outcome in self.outcomes)
        return tuple(reply.code for reply in replies if isinstance(reply, JudgeFailure))

    @property
    def usage(self) -> JudgeUsage:
        """Of the only outcome."""
        (outcome,) = self.outcomes
        assert outcome.reply.usage is not None
        return outcome.reply.usage

    @property
    def spent(self) -> Decimal:
        usages = (outcome.reply.usage for outcome in self.outcomes)
        return sum((u.cost for u in usages if u is not None and u.cost is not None), Decimal(0))


def tasks(count: int, judge: str = "test", context: str = "") -> tuple[ComparisonTask, ...]:
    pair = OrientedPair(EssayId("a"), EssayId("b"))
    return tuple(
        ComparisonTask(
            request=ComparisonRequest(RequestId(uuid4()), BatchId(1), 1, pair, judge),
            first_text="x",
            second_text="y",
            prompt=JudgePrompt("", context, "x or y", "v"),
            language="en",
            answers=AnswerForm.WINNER,
        )
        for _ in range(count)
    )


def with_alternates(questions: Sequence[ComparisonTask], *alternates: str) -> tuple[ComparisonTask, ...]:
    return tuple(replace(question, alternates=alternates) for question in questions)


def dispatched(
    judges: dict[str, ScriptedJudge],
    questions: Sequence[ComparisonTask],
    allowance: Allowance = UNLIMITED,
    policy: DispatchPolicy = POLICY,
) -> Dispatched:
    return in_virtual_time(dispatch(judges, questions, allowance, policy))


async def dispatch(
    judges: dict[str, ScriptedJudge],
    questions: Sequence[ComparisonTask],
    allowance: Allowance = UNLIMITED,
    policy: DispatchPolicy = POLICY,
) -> Dispatched:
    """All questions as one wave, asked and answered."""
    bus = InProcessMessageBus()
    source = bus.subscribe(COMPARISON_RESULT)
    dispatcher = Dispatcher(NamedJudges(judges), LoopClock(), policy, new_telemetry())
    judging = InProcessJudging(dispatcher, AnswerMessages(bus))
    working = asyncio.create_task(judging.run())
    await judging.perform_comparisons(questions, allowance)
    outcomes: list[Outcome] = []
    expected = len({question.request.request_id for question in questions})
    while len(outcomes) < expected:
        outcomes.extend(
            decode_comparison_result(arrived.message.value) for arrived in await source.poll(1000)
        )
    finished = seconds_passed()
    working.cancel()
    await asyncio.wait([working])
    return Dispatched(tuple(outcomes), finished)
