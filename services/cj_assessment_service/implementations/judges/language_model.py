"""The judge that asks a language model. What differs between protocols is behind `ModelWire`."""

import asyncio
from time import perf_counter
from typing import Final, Protocol

from cj_assessment_service.cj_core_logic.judging.verdicts import answer_schema
from cj_assessment_service.domain.comparisons import JudgeReply
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judges import ComparisonTask, JudgeTraits, Quote
from cj_assessment_service.implementations.judges.answer_reading import AnswerReader, Taken
from cj_assessment_service.implementations.judges.model_answer import ModelAnswer
from cj_assessment_service.implementations.judges.model_faults import ModelFault
from cj_assessment_service.implementations.judges.model_setup import ModelSetup
from cj_assessment_service.implementations.judges.provider_profiles import Feature
from cj_assessment_service.implementations.judges.structures import Structure
from cj_assessment_service.protocols import JudgeProtocol

OVERHEAD_TOKENS: Final = 1024
"""More than any provider adds to a question of its own: marks of roles, and words around the schema."""


class ModelWire(Protocol):
    """A line to one model."""

    async def ask(self, task: ComparisonTask, structure: Structure) -> str:
        """Sends the question once and returns the body of the answer, without the key. Raises ModelFault."""
        ...

    def read(self, body: str) -> ModelAnswer | None:
        """None for a body that is no answer."""
        ...

    async def close(self) -> None: ...


class LanguageModelJudge(JudgeProtocol):
    """Structured answers are asked for until a server says it does not know them; from then on the answer is read as plain
    text, by the same strict rules. The refused question is asked anew at once: it was answered by nobody and cost nothing.
    """

    def __init__(self, setup: ModelSetup, wire: ModelWire) -> None:
        self._setup = setup
        self._wire = wire
        self._reader = AnswerReader(setup.endpoint, setup.prices)
        self._structure = (
            Structure.SCHEMA if Feature.SCHEMA in setup.endpoint.profile.features else Structure.TEXT
        )

    @property
    def traits(self) -> JudgeTraits:
        destination = self._setup.endpoint.destination
        notice = f"Every text is sent to {destination}. Make sure that you may share them."
        return JudgeTraits(
            notice=None if destination is None else notice,
            destination=destination,
            limits=self._setup.options.limits,
            caches_prompts=True,
            answers_in_batches=self._setup.options.answers_in_batches,
        )

    def quote(self, task: ComparisonTask) -> Quote:
        """No token is shorter than a byte, whatever the tokeniser."""
        texts = (task.prompt.system, task.prompt.user, str(answer_schema(task.answers)))
        prompt = OVERHEAD_TOKENS + sum(len(text.encode("utf-8", "replace")) for text in texts)
        answer = self._setup.options.answer_tokens
        most = self._setup.prices.most(prompt, answer)
        if most is not None and self._setup.options.answers_in_batches:
            most *= self._setup.endpoint.profile.batch_price_factor
        return Quote(prompt + answer, most)

    async def compare(self, task: ComparisonTask) -> JudgeReply:
        started, characters = perf_counter(), self._characters(task)
        structure = self._structure
        got = await self._ask(task, structure)
        if structure is Structure.SCHEMA and isinstance(got, ModelFault) and got.is_about_structure():
            self._structure = Structure.TEXT
            characters *= 2
            got = await self._ask(task, Structure.TEXT)
        taken = Taken(perf_counter() - started, characters)
        if isinstance(got, ModelFault):
            return self._reader.failure(got, taken)
        answer = self._wire.read(got)
        if answer is None:
            return self._reader.unreadable(got, taken)
        return self._reader.reply(answer, task.answers, taken)

    async def close(self) -> None:
        await self._wire.close()

    async def _ask(self, task: ComparisonTask, structure: Structure) -> str | ModelFault:
        """The body of the answer. The client's own timeout starts anew with every byte; ours is for the whole answer."""
        try:
            async with asyncio.timeout(self._setup.options.seconds):
                return await self._wire.ask(task, structure)
        except TimeoutError:
            return ModelFault(ErrorCode.TIMEOUT, "nothing")
        except ModelFault as fault:
            return fault

    def _characters(self, task: ComparisonTask) -> int:
        """That leave this machine each time the question does."""
        if self._setup.endpoint.destination is None:
            return 0
        return len(task.prompt.system) + len(task.prompt.user)
