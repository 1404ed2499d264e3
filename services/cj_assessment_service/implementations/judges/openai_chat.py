"""The judge that asks a chat model: `openai:MODEL`, or `openai:MODEL@BASE_URL` for a compatible server.

Structured output is asked for until a server says it does not know it; from then on the answer is read as plain text, by
the same strict rules. No temperature is sent: reasoning models refuse one.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from time import perf_counter

from openai import AsyncOpenAI, BadRequestError, Omit, OpenAIError, UnprocessableEntityError, omit
from openai.types.shared_params import ResponseFormatJSONSchema
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt

from cj_assessment_service.cj_core_logic.judging.verdicts import answer_schema, excerpt, parse_verdict
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeReply, JudgeUsage
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judges import ComparisonTask, JudgePrompt, JudgeTraits, Quote
from cj_assessment_service.implementations.judges.chat_answer import ChatAnswer, price_of, read_chat_answer
from cj_assessment_service.implementations.judges.chat_endpoint import (
    KEY_VARIABLE,
    ChatEndpoint,
    parse_endpoint,
)
from cj_assessment_service.implementations.judges.chat_faults import (
    ATTEMPTS,
    failure_of,
    may_pass,
    speaks_of_response_format,
    wait_before_asking_again,
)
from cj_assessment_service.protocols import JudgeProtocol

_STRUCTURED: dict[AnswerForm, ResponseFormatJSONSchema] = {
    answers: {
        "type": "json_schema",
        "json_schema": {"name": "verdict", "schema": dict(answer_schema(answers)), "strict": True},
    }
    for answers in AnswerForm
}


@dataclass(slots=True)
class _Sent:
    """What has left with one question so far; counted as it leaves, because an attempt may end in an error."""

    attempts: int = 0
    characters: int = 0


class OpenAIChatJudge(JudgeProtocol):
    """Asks at most three times, each time for at most `answer_seconds`."""

    def __init__(
        self,
        endpoint: ChatEndpoint,
        answer_seconds: float = 60.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._endpoint = endpoint
        self._answer_seconds = answer_seconds
        self._sleep = sleep
        self._knows_schemas = True
        self._client = AsyncOpenAI(
            api_key=endpoint.api_key, base_url=endpoint.base_url, timeout=answer_seconds, max_retries=0
        )

    @property
    def traits(self) -> JudgeTraits:
        if self._endpoint.is_on_this_machine:
            return JudgeTraits()
        host = self._endpoint.host
        notice = f"Every text is sent to {host}. Make sure that you may share them."
        return JudgeTraits(notice=notice, destination=host)

    def quote(self, task: ComparisonTask) -> Quote:
        return Quote(len(task.prompt.system.encode()) + len(task.prompt.user.encode()), None)

    async def compare(self, task: ComparisonTask) -> JudgeReply:
        sent = _Sent()
        reply = await self._reply_to(task, sent)
        if reply.usage is None:
            return reply
        characters = 0 if self._endpoint.is_on_this_machine else sent.characters
        usage = replace(reply.usage, attempts=sent.attempts, characters_sent=characters)
        return replace(reply, usage=usage)

    async def _reply_to(self, task: ComparisonTask, sent: _Sent) -> JudgeReply:
        started = perf_counter()
        try:
            body = await self._ask_patiently(task, sent)
        except (OpenAIError, TimeoutError) as error:
            return failure_of(error, self._endpoint, perf_counter() - started)
        seconds = perf_counter() - started
        answer = read_chat_answer(body)
        if answer is None:
            message = f"{self._endpoint.host} did not send a chat completion. It says {excerpt(body)}."
            return _unreadable(message, JudgeUsage(self._endpoint.provider, self._endpoint.model, seconds))
        return _reply(answer, task.answers, _usage(answer, self._endpoint, seconds))

    async def close(self) -> None:
        await self._client.close()

    async def _ask_patiently(self, task: ComparisonTask, sent: _Sent) -> str:
        """The body of the answer. Raises OpenAIError or TimeoutError."""
        retrying = AsyncRetrying(
            retry=retry_if_exception(may_pass),
            wait=wait_before_asking_again,
            stop=stop_after_attempt(ATTEMPTS),
            sleep=self._sleep,
            reraise=True,
        )
        return await retrying.wraps(self._ask)(task, sent)

    async def _ask(self, task: ComparisonTask, sent: _Sent) -> str:
        asked_for = _STRUCTURED[task.answers] if self._knows_schemas else omit
        try:
            return await self._post(task.prompt, asked_for, sent)
        except (BadRequestError, UnprocessableEntityError) as error:
            if isinstance(asked_for, Omit) or not speaks_of_response_format(error):
                raise
        self._knows_schemas = False
        return await self._post(task.prompt, omit, sent)

    async def _post(
        self, prompt: JudgePrompt, response_format: ResponseFormatJSONSchema | Omit, sent: _Sent
    ) -> str:
        sent.attempts += 1
        sent.characters += len(prompt.system) + len(prompt.user)
        # the client's own timeout starts anew with every byte; ours is for the whole answer
        async with asyncio.timeout(self._answer_seconds):
            response = await self._client.chat.completions.with_raw_response.create(
                model=self._endpoint.model,
                messages=[
                    {"role": "system", "content": prompt.system},
                    {"role": "user", "content": prompt.user},
                ],
                response_format=response_format,
            )
        # a server may repeat what it was sent
        return self._endpoint.without_key(response.text)


def open_judge(argument: str) -> JudgeProtocol:
    """Raises InvalidJudge for an argument or a key that cannot work."""
    return OpenAIChatJudge(parse_endpoint(argument, os.environ.get(KEY_VARIABLE, "")))


def _usage(answer: ChatAnswer, endpoint: ChatEndpoint, seconds: float) -> JudgeUsage:
    model = answer.model or endpoint.model
    return JudgeUsage(
        provider=endpoint.provider,
        model=model,
        seconds=seconds,
        prompt_tokens=answer.prompt_tokens,
        completion_tokens=answer.completion_tokens,
        cost=price_of(answer, model, endpoint.base_url),
    )


def _reply(answer: ChatAnswer, answers: AnswerForm, usage: JudgeUsage) -> JudgeReply:
    """A text that was cut off, filtered or refused is not read, whatever it seems to say."""
    if answer.refusal is not None:
        return _unreadable(f"The model refuses to judge. It says {excerpt(answer.refusal)}.", usage)
    if answer.finish_reason == "length":
        return _unreadable("The answer was cut off at the model's length limit.", usage)
    if answer.finish_reason == "content_filter":
        return _unreadable("The provider's content filter withheld the answer.", usage)
    return parse_verdict(answer.content or "", answers, usage)


def _unreadable(message: str, usage: JudgeUsage) -> JudgeFailure:
    return JudgeFailure(ErrorCode.INVALID_RESPONSE, message, usage)
