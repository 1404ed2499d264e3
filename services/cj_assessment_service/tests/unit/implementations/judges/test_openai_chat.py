import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from cj_assessment_service.cj_core_logic.judging.verdicts import answer_schema
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import JudgeFailure, Verdict, Winner
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.implementations.judges.chat_endpoint import ChatEndpoint
from cj_assessment_service.implementations.judges.openai_chat import OpenAIChatJudge, open_judge
from cj_assessment_service.tests.fixtures.openai_double import (
    MODEL,
    Behaviour,
    ModelCall,
    HttpReply,
    OpenAIDouble,
    completion,
    fails,
    graded_verdict,
    has_no_credit,
    judges_by,
    knows_no_schema,
    messages_of,
    never_answers,
    refuses,
    repeats_the_key,
    says,
    sends,
    verdict,
)
from cj_assessment_service.tests.unit.implementations.judges.tasks import LONG, SHORT, task

KEY = "sk-local-0123456789abcdef"
SECOND_WINS = says(verdict("second"))


class Scene:
    """A judge in front of a double; `slept` holds the waits it would have made."""

    def __init__(self, double: OpenAIDouble, answer_seconds: float) -> None:
        self.double = double
        self.slept: list[float] = []
        self.judge = OpenAIChatJudge(ChatEndpoint(MODEL, double.base_url, KEY), answer_seconds, self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def verdict(self) -> Verdict:
        reply = await self.judge.compare(task())
        assert isinstance(reply, Verdict), reply
        return reply

    async def failure(self) -> JudgeFailure:
        reply = await self.judge.compare(task())
        assert isinstance(reply, JudgeFailure), reply
        return reply


@asynccontextmanager
async def scene(*script: Behaviour, answer_seconds: float = 30.0) -> AsyncIterator[Scene]:
    with OpenAIDouble(*script) as double:
        it = Scene(double, answer_seconds)
        yield it
        await it.judge.close()


class TestTheQuestion:
    async def test_system_and_user_prompt_go_out_as_they_are(self) -> None:
        async with scene(SECOND_WINS) as it:
            await it.verdict()
        prompt = task().prompt
        assert messages_of(it.double.calls[0]) == (("system", prompt.system), ("user", prompt.user))
        assert it.double.calls[0].texts == (SHORT, LONG)

    async def test_it_asks_for_the_schema_strictly_and_sends_no_temperature(self) -> None:
        async with scene(SECOND_WINS) as it:
            await it.verdict()
        assert it.double.calls[0].body.keys() == {"model", "messages", "response_format"}
        assert it.double.calls[0].body["response_format"] == {
            "type": "json_schema",
            "json_schema": {"name": "verdict", "schema": answer_schema(AnswerForm.WINNER), "strict": True},
        }

    @pytest.mark.parametrize("answers", AnswerForm)
    async def test_the_schema_has_the_form_the_question_asks_for(self, answers: AnswerForm) -> None:
        async with scene(SECOND_WINS) as it:
            await it.judge.compare(task(answers=answers))
        sent = it.double.calls[0].body["response_format"]
        assert isinstance(sent, dict)
        assert sent["json_schema"]["schema"] == answer_schema(answers)

    async def test_no_essay_id_is_sent(self) -> None:
        async with scene(SECOND_WINS) as it:
            await it.judge.compare(task("ANCHOR_7f3e", "pupil-91"))
        assert "ANCHOR_7f3e" not in str(it.double.calls[0].body)
        assert "pupil-91" not in str(it.double.calls[0].body)

    async def test_the_key_goes_into_the_header(self) -> None:
        async with scene(SECOND_WINS) as it:
            await it.verdict()
        assert it.double.calls[0].headers["authorization"] == f"Bearer {KEY}"


class TestTheAnswer:
    async def test_a_verdict_comes_with_tokens_and_the_model_that_answered(self) -> None:
        async with scene(SECOND_WINS) as it:
            reply = await it.verdict()
        assert (reply.winner, reply.confidence, reply.justification) == (
            Winner.SECOND,
            4,
            "It argues more clearly.",
        )
        assert (reply.usage.model, reply.usage.prompt_tokens, reply.usage.completion_tokens) == (
            MODEL,
            1000,
            20,
        )
        assert reply.usage.provider == it.double.base_url.removeprefix("http://").removesuffix("/v1")

    async def test_margin_and_tie_are_read_where_they_were_asked_for(self) -> None:
        async with scene(says(graded_verdict("first", "far")), says(graded_verdict("tie", None))) as it:
            question = task(answers=AnswerForm.GRADED_OR_TIE)
            replies = [await it.judge.compare(question) for _ in range(2)]
        assert [(reply.winner, reply.level) for reply in replies if isinstance(reply, Verdict)] == [
            (Winner.FIRST, 3),
            (Winner.TIE, None),
        ]

    async def test_a_server_that_knows_no_schema_is_still_read_in_the_form_asked_for(self) -> None:
        async with scene(knows_no_schema(says(graded_verdict("second", "slightly")))) as it:
            reply = await it.judge.compare(task(answers=AnswerForm.GRADED))
        assert isinstance(reply, Verdict)
        assert reply.level == 1

    async def test_the_order_of_the_texts_decides_which_place_wins(self) -> None:
        def longer(first: str, second: str) -> str:
            return "first" if len(first) > len(second) else "second"

        async with scene(judges_by(longer)) as it:
            one = await it.judge.compare(task(first_text=LONG, second_text=SHORT))
            other = await it.judge.compare(task(first_text=SHORT, second_text=LONG))
        assert [reply.winner for reply in (one, other) if isinstance(reply, Verdict)] == ["first", "second"]

    @pytest.mark.parametrize(
        ("behaviour", "what"),
        [
            (says("Both are fine."), "not a single JSON object"),
            (says(verdict("tie")), "winner"),
            (says(""), "it is empty"),
            (says(None), "it is empty"),
            (says(verdict("first"), "length"), "cut off"),
            (says(verdict("first"), "content_filter"), "content filter"),
            (refuses("I cannot help with that."), "refuses to judge. It says 'I cannot help"),
        ],
    )
    async def test_what_is_no_verdict_is_a_failure_that_was_paid_for(
        self, behaviour: Behaviour, what: str
    ) -> None:
        async with scene(behaviour) as it:
            reply = await it.failure()
        assert reply.code is ErrorCode.INVALID_RESPONSE
        assert what in reply.message
        assert reply.usage is not None
        assert reply.usage.prompt_tokens == 1000
        assert it.double.count == 1

    @pytest.mark.parametrize(
        "body",
        ["", "null", "[]", "{}", '{"choices": []}', '{"choices": {}}', "<html>Welcome</html>", "[" * 100_000],
    )
    @pytest.mark.parametrize("content_type", ["application/json", "text/html"])
    async def test_a_body_that_is_no_completion_is_a_failure(self, body: str, content_type: str) -> None:
        async with scene(sends(body, content_type)) as it:
            assert (await it.failure()).code is ErrorCode.INVALID_RESPONSE

    @pytest.mark.parametrize(
        "choice",
        ["7", "null", '{"message": null}', '{"message": {"content": ["parts"]}}', '{"text": "old style"}'],
    )
    async def test_a_choice_without_a_text_is_a_failure(self, choice: str) -> None:
        async with scene(sends(f'{{"choices": [{choice}]}}')) as it:
            assert (await it.failure()).code is ErrorCode.INVALID_RESPONSE

    async def test_odd_counts_and_names_are_taken_for_missing(self) -> None:
        message = '{"content": "{\\"winner\\": \\"first\\", \\"justification\\": \\"x\\"}"}'
        usage = '{"prompt_tokens": -5, "completion_tokens": "many", "prompt_tokens_details": null}'
        body = f'{{"model": "\\u0000", "choices": [{{"message": {message}}}], "usage": {usage}}}'
        async with scene(sends(body)) as it:
            reply = await it.verdict()
        assert (reply.usage.model, reply.usage.prompt_tokens, reply.usage.completion_tokens) == (MODEL, 0, 0)


class TestServersWithoutStructuredOutput:
    async def test_the_question_is_repeated_plainly_and_the_server_remembered(self) -> None:
        async with scene(knows_no_schema(SECOND_WINS)) as it:
            await it.verdict()
            await it.verdict()
        assert [call.asks_for_schema for call in it.double.calls] == [True, False, False]

    async def test_questions_under_way_at_the_same_time_all_get_through(self) -> None:
        async with scene(knows_no_schema(SECOND_WINS)) as it:
            replies = await asyncio.gather(*(it.judge.compare(task()) for _ in range(5)))
        assert all(isinstance(reply, Verdict) for reply in replies)

    async def test_a_plain_answer_is_read_as_strictly(self) -> None:
        async with scene(knows_no_schema(says("The first one, I think."))) as it:
            assert (await it.failure()).code is ErrorCode.INVALID_RESPONSE

    async def test_another_refusal_is_not_mistaken_for_it(self) -> None:
        async with scene(fails(400, "Invalid 'messages': too long.")) as it:
            reply = await it.failure()
        assert reply.code is ErrorCode.VALIDATION_ERROR
        assert "too long" in reply.message
        assert it.double.count == 1


class TestFaultsThatPass:
    async def test_after_two_faults_the_third_attempt_counts(self) -> None:
        async with scene(fails(500), fails(429), SECOND_WINS) as it:
            await it.verdict()
        assert it.double.count == 3

    async def test_waits_grow(self) -> None:
        async with scene(fails(503)) as it:
            await it.failure()
        first, second = it.slept
        assert 1 <= first <= 2 <= second <= 3

    async def test_it_waits_as_long_as_the_server_asks(self) -> None:
        async with scene(fails(429, "slow down", ("Retry-After", "7")), SECOND_WINS) as it:
            await it.verdict()
        assert it.slept == [7.0]

    async def test_a_date_to_wait_for_is_read_against_the_clock_of_the_server(self) -> None:
        dates = (
            ("Date", "Fri, 01 Jan 2027 00:00:00 GMT"),
            ("Retry-After", "Fri, 01 Jan 2027 00:00:30 GMT"),
        )
        async with scene(fails(429, "slow down", *dates), SECOND_WINS) as it:
            await it.verdict()
        assert it.slept == [30.0]

    async def test_a_wait_beyond_a_minute_is_left_to_a_later_wave(self) -> None:
        async with scene(fails(429, "slow down", ("Retry-After", "3600")), SECOND_WINS) as it:
            reply = await it.failure()
        assert (reply.code, it.slept, it.double.count) == (ErrorCode.RATE_LIMIT, [], 1)

    @pytest.mark.parametrize("asked", ["-5", "nan", "soon", "", "Fri, 01 Jan 2027 00:00:30 GMT"])
    async def test_a_senseless_wait_is_ignored(self, asked: str) -> None:
        async with scene(fails(429, "slow down", ("Retry-After", asked)), SECOND_WINS) as it:
            await it.verdict()
        assert 1 <= it.slept[0] <= 2

    @pytest.mark.parametrize(
        ("status", "code"),
        [
            (408, ErrorCode.TIMEOUT),
            (409, ErrorCode.EXTERNAL_SERVICE_ERROR),
            (429, ErrorCode.RATE_LIMIT),
            (500, ErrorCode.EXTERNAL_SERVICE_ERROR),
            (503, ErrorCode.EXTERNAL_SERVICE_ERROR),
        ],
    )
    async def test_a_fault_that_stays_is_told_after_three_attempts(
        self, status: int, code: ErrorCode
    ) -> None:
        async with scene(fails(status)) as it:
            reply = await it.failure()
        assert (reply.code, reply.code.is_retryable, it.double.count) == (code, True, 3)

    async def test_a_server_that_never_answers_is_a_timeout(self) -> None:
        async with scene(never_answers, answer_seconds=0.1) as it:
            reply = await it.failure()
            assert (reply.code, it.double.count) == (ErrorCode.TIMEOUT, 3)

    async def test_a_server_that_is_not_there_is_a_connection_error(self) -> None:
        with OpenAIDouble(SECOND_WINS) as double:
            it = Scene(double, answer_seconds=30.0)
        reply = await it.failure()
        await it.judge.close()
        assert reply.code is ErrorCode.CONNECTION_ERROR
        assert len(it.slept) == 2


class TestFaultsThatStay:
    @pytest.mark.parametrize(
        ("status", "code"),
        [
            (400, ErrorCode.VALIDATION_ERROR),
            (401, ErrorCode.AUTHENTICATION_ERROR),
            (403, ErrorCode.AUTHORIZATION_ERROR),
            (404, ErrorCode.RESOURCE_NOT_FOUND),
            (422, ErrorCode.VALIDATION_ERROR),
        ],
    )
    async def test_nothing_is_gained_by_asking_again(self, status: int, code: ErrorCode) -> None:
        async with scene(fails(status)) as it:
            reply = await it.failure()
        assert (reply.code, reply.code.is_retryable, it.double.count) == (code, False, 1)

    async def test_spent_credit_is_no_rate_limit(self) -> None:
        async with scene(has_no_credit) as it:
            reply = await it.failure()
        assert (reply.code, it.double.count) == (ErrorCode.AUTHORIZATION_ERROR, 1)
        assert "credit" in reply.message


class TestCancelling:
    async def test_a_cancelled_question_stays_cancelled(self) -> None:
        arrived = asyncio.Event()
        loop = asyncio.get_running_loop()

        def tells_and_waits(call: ModelCall) -> HttpReply:
            loop.call_soon_threadsafe(arrived.set)
            return never_answers(call)

        async with scene(tells_and_waits) as it:
            question = asyncio.create_task(it.judge.compare(task()))
            await arrived.wait()
            question.cancel()
            with pytest.raises(asyncio.CancelledError):
                await question


class TestTheKey:
    @pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429, 500])
    async def test_it_is_in_no_message_even_if_the_server_repeats_it(self, status: int) -> None:
        async with scene(repeats_the_key(status)) as it:
            reply = await it.failure()
        assert KEY[3:] not in str(reply)

    @pytest.mark.parametrize(
        "behaviour",
        [
            sends(f"you sent {KEY}"),
            says(f"you sent {KEY}"),
            refuses(f"because of {KEY}"),
            says(verdict("first", justification=f"I was given {KEY}.")),
            sends(completion({"content": verdict("first")}, model=f"model-{KEY}")),
        ],
    )
    async def test_it_is_in_no_reply_even_if_the_answer_repeats_it(self, behaviour: Behaviour) -> None:
        async with scene(behaviour) as it:
            assert KEY not in str(await it.judge.compare(task()))

    @pytest.mark.parametrize("show", [repr, str])
    def test_it_is_in_no_representation(self, show: Callable[[object], str]) -> None:
        endpoint = ChatEndpoint(MODEL, "http://127.0.0.1:9/v1", KEY)
        assert KEY not in show(endpoint) + show(OpenAIChatJudge(endpoint))


class TestTheNotice:
    def test_people_are_told_where_their_texts_go(self) -> None:
        judge = OpenAIChatJudge(ChatEndpoint(MODEL, "https://api.openai.com/v1", KEY))
        assert (
            judge.traits.notice == "Every text is sent to api.openai.com. Make sure that you may share them."
        )

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1:11434", "[::1]:8000"])
    def test_a_server_on_this_machine_needs_no_notice(self, host: str) -> None:
        assert open_judge(f"llama@http://{host}/v1").traits.notice is None


async def test_a_refused_question_costs_nothing_and_one_that_timed_out_an_unknown_sum() -> None:
    async with scene(fails(400)) as it:
        refused = (await it.failure()).usage
    async with scene(never_answers, answer_seconds=0.1) as it:
        late = (await it.failure()).usage
    assert refused is not None
    assert late is not None
    assert (refused.model, refused.cost, late.cost) == (MODEL, Decimal(0), None)


async def test_an_unlisted_server_has_no_known_price() -> None:
    async with scene(SECOND_WINS) as it:
        reply = await it.verdict()
    assert reply.usage.cost is None
