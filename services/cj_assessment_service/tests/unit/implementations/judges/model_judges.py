"""Judges that ask a language model, in front of a double of each protocol."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cj_assessment_service.domain.comparisons import JudgeFailure, Verdict
from cj_assessment_service.domain.judges import JudgeSpec, RateLimits
from cj_assessment_service.implementations.judges.anthropic_messages import MessagesWire
from cj_assessment_service.implementations.judges.judges_file import TokenPrice
from cj_assessment_service.implementations.judges.language_model import LanguageModelJudge, ModelWire
from cj_assessment_service.implementations.judges.model_endpoint import open_endpoint
from cj_assessment_service.implementations.judges.model_options import read_options
from cj_assessment_service.implementations.judges.model_prices import ModelPrices
from cj_assessment_service.implementations.judges.model_setup import ModelSetup
from cj_assessment_service.implementations.judges.openai_chat import ChatWire
from cj_assessment_service.tests.fixtures import anthropic_double, openai_double
from cj_assessment_service.tests.fixtures.anthropic_double import AnthropicDouble, replies
from cj_assessment_service.tests.fixtures.model_calls import Behaviour
from cj_assessment_service.tests.fixtures.openai_double import OpenAIDouble, says
from cj_assessment_service.tests.unit.implementations.judges.tasks import task

KEY = "sk-local-0123456789abcdef"
Double = OpenAIDouble | AnthropicDouble


@dataclass(frozen=True, slots=True)
class Dialect:
    """One protocol: its judge, its double and how a model says something in it."""

    kind: str
    model: str
    wire: Callable[[ModelSetup], ModelWire]
    double: Callable[..., Double]
    path: str
    says: Callable[[str | None], Behaviour]
    cut_off: Behaviour
    schema_field: str


DIALECTS = {
    "openai": Dialect(
        "openai",
        openai_double.MODEL,
        ChatWire,
        OpenAIDouble,
        "/v1",
        says,
        says(openai_double.verdict("first"), "length"),
        "response_format",
    ),
    "anthropic": Dialect(
        "anthropic",
        anthropic_double.MODEL,
        MessagesWire,
        AnthropicDouble,
        "",
        replies,
        replies(openai_double.verdict("first"), "max_tokens"),
        "output_config",
    ),
}


def setup_of(name: str, keys: dict[str, str] | None = None, price: TokenPrice | None = None) -> ModelSetup:
    spec = JudgeSpec.parse(name)
    endpoint = open_endpoint(spec, {}, keys or {})
    return ModelSetup(endpoint, read_options(spec, endpoint, RateLimits()), ModelPrices(endpoint, price))


@dataclass(frozen=True, slots=True)
class Scene:
    """A judge in front of a double."""

    double: Double
    judge: LanguageModelJudge

    async def verdict(self) -> Verdict:
        reply = await self.judge.compare(task())
        assert isinstance(reply, Verdict), reply
        return reply

    async def failure(self) -> JudgeFailure:
        reply = await self.judge.compare(task())
        assert isinstance(reply, JudgeFailure), reply
        return reply


def judge_at(
    dialect: Dialect, double: Double, options: str = "", price: TokenPrice | None = None
) -> LanguageModelJudge:
    name = f"{dialect.kind}:{dialect.model}@{double.origin}{dialect.path}{options}"
    setup = setup_of(name, {double.origin.removeprefix("http://"): KEY}, price)
    return LanguageModelJudge(setup, dialect.wire(setup))


@asynccontextmanager
async def scene(
    dialect: Dialect, *script: Behaviour, options: str = "", price: TokenPrice | None = None
) -> AsyncIterator[Scene]:
    with dialect.double(*script) as double:
        it = Scene(double, judge_at(dialect, double, options, price))
        yield it
        await it.judge.close()
