"""What holds for every judge that asks a language model, whatever the protocol."""

import asyncio
from decimal import Decimal

import pytest

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import Verdict, Winner
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judges import RateLimits
from cj_assessment_service.implementations.judges.judges_file import TokenPrice
from cj_assessment_service.implementations.judges.language_model import LanguageModelJudge
from cj_assessment_service.implementations.judges.openai_chat import ChatWire
from cj_assessment_service.tests.fixtures.http_double import HttpReply
from cj_assessment_service.tests.fixtures.model_calls import (
    Behaviour,
    ModelCall,
    fails,
    graded_verdict,
    never_answers,
    sends,
    verdict,
)
from cj_assessment_service.tests.fixtures.openai_double import has_no_credit, repeats_the_key
from cj_assessment_service.tests.unit.implementations.judges.model_judges import (
    DIALECTS,
    KEY,
    Dialect,
    judge_at,
    scene,
    setup_of,
)
from cj_assessment_service.tests.unit.implementations.judges.tasks import LONG, SHORT, task

PRICE = TokenPrice(Decimal(1), Decimal("0.1"), Decimal(2), Decimal(10))


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    found: Dialect = DIALECTS[request.param]
    return found


class TestTheAnswer:
    async def test_a_verdict_comes_with_all_that_it_took(self, dialect: Dialect) -> None:
        async with scene(dialect, dialect.says(verdict("second"))) as it:
            reply = await it.verdict()
        usage = reply.usage
        assert (reply.winner, reply.confidence, reply.justification) == (
            Winner.SECOND,
            4,
            "It argues more clearly.",
        )
        assert (usage.model, usage.provider) == (dialect.model, it.double.origin.removeprefix("http://"))
        assert (usage.prompt_tokens, usage.completion_tokens, usage.attempts) == (1000, 20, 1)
        assert usage.seconds > 0

    async def test_what_this_machine_answers_is_free_and_goes_nowhere(self, dialect: Dialect) -> None:
        async with scene(dialect, dialect.says(verdict("second"))) as it:
            usage = (await it.verdict()).usage
        assert (usage.cost, usage.characters_sent) == (Decimal(0), 0)
        assert it.judge.traits.destination is None

    @pytest.mark.parametrize(("kind", "cost"), [("openai", "0.00048"), ("anthropic", "0.00067")])
    async def test_the_users_own_price_counts_cached_and_written_tokens_apart(
        self, kind: str, cost: str
    ) -> None:
        # 1000 tokens, of which 800 are cached; or 700 cached and 100 written; and 20 of the answer
        async with scene(DIALECTS[kind], DIALECTS[kind].says(verdict("second")), price=PRICE) as it:
            assert (await it.verdict()).usage.cost == Decimal(cost)

    async def test_margin_and_tie_are_read_where_they_were_asked_for(self, dialect: Dialect) -> None:
        script = [dialect.says(graded_verdict("first", "far")), dialect.says(graded_verdict("tie", None))]
        async with scene(dialect, *script) as it:
            replies = [await it.judge.compare(task(answers=AnswerForm.GRADED_OR_TIE)) for _ in range(2)]
        assert [(reply.winner, reply.level) for reply in replies if isinstance(reply, Verdict)] == [
            (Winner.FIRST, 3),
            (Winner.TIE, None),
        ]

    @pytest.mark.parametrize(
        ("said", "what"),
        [
            ("Both are fine.", "not a single JSON object"),
            (verdict("tie"), "winner"),
            ('{"winner": "first", "winner": "second"}', "more than once"),
            ("", "it is empty"),
            (None, "it is empty"),
        ],
    )
    async def test_what_is_no_verdict_is_a_failure_that_was_paid_for(
        self, dialect: Dialect, said: str | None, what: str
    ) -> None:
        async with scene(dialect, dialect.says(said)) as it:
            reply = await it.failure()
        assert reply.code is ErrorCode.INVALID_RESPONSE
        assert what in reply.message
        assert reply.usage is not None
        assert reply.usage.prompt_tokens == 1000

    async def test_a_text_that_was_cut_off_is_not_read_and_the_remedy_is_told(self, dialect: Dialect) -> None:
        async with scene(dialect, dialect.cut_off) as it:
            reply = await it.failure()
        assert reply.code is ErrorCode.ANSWER_CUT_OFF
        assert "max_tokens" in reply.message

    @pytest.mark.parametrize("body", ["", "null", "[]", "{}", "<html>Welcome</html>", "[" * 100_000])
    @pytest.mark.parametrize("content_type", ["application/json", "text/html"])
    async def test_a_body_that_is_no_answer_is_a_failure_of_unknown_price(
        self, dialect: Dialect, body: str, content_type: str
    ) -> None:
        async with scene(dialect, sends(body, content_type), price=PRICE) as it:
            reply = await it.failure()
        assert reply.code is ErrorCode.INVALID_RESPONSE
        assert reply.usage is not None
        assert reply.usage.cost is None


class TestServersWithoutStructuredAnswers:
    async def test_the_question_is_repeated_plainly_and_the_server_remembered(self, dialect: Dialect) -> None:
        refusal = fails(400, f"Unknown parameter: '{dialect.schema_field}'.")
        answer = dialect.says(verdict("first"))

        def knows_no_schema(call: ModelCall) -> HttpReply:
            return (refusal if dialect.schema_field in call.body else answer)(call)

        async with scene(dialect, knows_no_schema) as it:
            await it.verdict()
            await it.verdict()
        asked = [dialect.schema_field in call.body for call in it.double.calls]
        assert asked == [True, False, False]

    async def test_another_refusal_is_not_asked_again(self, dialect: Dialect) -> None:
        async with scene(dialect, fails(400, "The prompt is too long.")) as it:
            reply = await it.failure()
        assert (reply.code, it.double.count) == (ErrorCode.VALIDATION_ERROR, 1)
        assert "too long" in reply.message


class TestFaults:
    @pytest.mark.parametrize(
        ("status", "code"),
        [
            (400, ErrorCode.VALIDATION_ERROR),
            (401, ErrorCode.AUTHENTICATION_ERROR),
            (402, ErrorCode.AUTHORIZATION_ERROR),
            (403, ErrorCode.AUTHORIZATION_ERROR),
            (404, ErrorCode.RESOURCE_NOT_FOUND),
            (408, ErrorCode.TIMEOUT),
            (409, ErrorCode.EXTERNAL_SERVICE_ERROR),
            (413, ErrorCode.VALIDATION_ERROR),
            (422, ErrorCode.VALIDATION_ERROR),
            (429, ErrorCode.RATE_LIMIT),
            (500, ErrorCode.EXTERNAL_SERVICE_ERROR),
            (503, ErrorCode.EXTERNAL_SERVICE_ERROR),
            (529, ErrorCode.EXTERNAL_SERVICE_ERROR),
        ],
    )
    async def test_each_is_told_by_its_kind_after_one_attempt(
        self, dialect: Dialect, status: int, code: ErrorCode
    ) -> None:
        async with scene(dialect, fails(status)) as it:
            reply = await it.failure()
        assert (reply.code, it.double.count) == (code, 1)
        assert reply.usage is not None
        assert reply.usage.attempts == 1

    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ([("Retry-After", "7")], 7.0),
            (
                [
                    ("Date", "Fri, 01 Jan 2027 00:00:00 GMT"),
                    ("Retry-After", "Fri, 01 Jan 2027 00:00:30 GMT"),
                ],
                30.0,
            ),
            ([], None),
            *[([("Retry-After", asked)], None) for asked in ("-5", "nan", "soon", "")],
            ([("Retry-After", "Fri, 01 Jan 2027 00:00:30 GMT")], None),
        ],
    )
    @pytest.mark.parametrize("status", [429, 503])
    async def test_the_wait_a_server_asks_for_is_passed_on(
        self, dialect: Dialect, status: int, headers: list[tuple[str, str]], seconds: float | None
    ) -> None:
        async with scene(dialect, fails(status, "slow down", *headers)) as it:
            assert (await it.failure()).retry_after == seconds

    async def test_spent_credit_is_no_rate_limit(self, dialect: Dialect) -> None:
        async with scene(dialect, has_no_credit) as it:
            reply = await it.failure()
        assert reply.code is ErrorCode.AUTHORIZATION_ERROR
        assert "credit" in reply.message

    async def test_a_server_that_never_answers_is_a_timeout_of_unknown_price(self, dialect: Dialect) -> None:
        async with scene(dialect, never_answers, options="?seconds=0.1", price=PRICE) as it:
            reply = await it.failure()
        assert reply.code is ErrorCode.TIMEOUT
        assert reply.usage is not None
        assert reply.usage.cost is None

    async def test_a_refused_question_costs_nothing(self, dialect: Dialect) -> None:
        async with scene(dialect, fails(429), price=PRICE) as it:
            usage = (await it.failure()).usage
        assert usage is not None
        assert usage.cost == 0

    async def test_a_server_that_is_not_there_is_a_connection_error(self, dialect: Dialect) -> None:
        with dialect.double(dialect.says(verdict("first"))) as double:
            judge = judge_at(dialect, double)
        reply = await judge.compare(task())
        await judge.close()
        assert not isinstance(reply, Verdict)
        assert reply.code is ErrorCode.CONNECTION_ERROR

    async def test_a_cancelled_question_stays_cancelled(self, dialect: Dialect) -> None:
        arrived = asyncio.Event()
        loop = asyncio.get_running_loop()

        def tells_and_waits(call: ModelCall) -> HttpReply:
            loop.call_soon_threadsafe(arrived.set)
            return never_answers(call)

        async with scene(dialect, tells_and_waits) as it:
            question = asyncio.create_task(it.judge.compare(task()))
            await arrived.wait()
            question.cancel()
            with pytest.raises(asyncio.CancelledError):
                await question


class TestTheKey:
    async def test_it_goes_into_the_header(self, dialect: Dialect) -> None:
        async with scene(dialect, dialect.says(verdict("first"))) as it:
            await it.verdict()
        headers = it.double.calls[0].headers
        assert KEY in {headers.get("x-api-key"), headers.get("authorization", "").removeprefix("Bearer ")}

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429, 500])
    async def test_it_is_in_no_message_even_if_the_server_repeats_it(
        self, dialect: Dialect, status: int
    ) -> None:
        async with scene(dialect, repeats_the_key(status)) as it:
            reply = await it.failure()
        assert KEY[3:] not in str(reply)

    @pytest.mark.parametrize(
        "said", [f"you sent {KEY}", verdict("first", justification=f"I was given {KEY}.")]
    )
    async def test_it_is_in_no_reply_even_if_the_answer_repeats_it(self, dialect: Dialect, said: str) -> None:
        async with scene(dialect, sends(f"you sent {KEY}"), dialect.says(said)) as it:
            assert KEY not in f"{await it.judge.compare(task())} {await it.judge.compare(task())}"

    def test_it_is_in_no_representation(self) -> None:
        setup = setup_of("openai:m", {"openai": KEY})
        assert KEY not in f"{setup!r} {LanguageModelJudge(setup, ChatWire(setup))!r}"


class TestTheQuote:
    @pytest.mark.parametrize("text", [SHORT, LONG, "Å" * 300, "🐶" * 300, "\ud83d", ""])
    def test_no_tokeniser_can_need_more(self, text: str) -> None:
        setup = setup_of("openai:gpt-4o-mini?max_tokens=500", {"openai": KEY})
        quote = LanguageModelJudge(setup, ChatWire(setup)).quote(task(first_text=text))
        prompt = task(first_text=text).prompt
        assert quote.tokens > len((prompt.system + prompt.user).encode("utf-8", "replace")) + 500
        assert quote.cost is not None
        assert quote.cost >= Decimal("0.60") * 500 / 1_000_000

    def test_an_unknown_price_is_said_and_this_machine_is_free(self) -> None:
        unknown, local = setup_of("openai:m@https://llm.example.org/v1"), setup_of("ollama:llama3")
        assert LanguageModelJudge(unknown, ChatWire(unknown)).quote(task()).cost is None
        assert LanguageModelJudge(local, ChatWire(local)).quote(task()).cost == 0

    async def test_an_answer_as_long_as_allowed_stays_within_it(self, dialect: Dialect) -> None:
        async with scene(
            dialect, dialect.says(verdict("first")), options="?max_tokens=20", price=PRICE
        ) as it:
            quote, reply = it.judge.quote(task()), await it.verdict()
        assert quote.cost is not None
        assert reply.usage.cost is not None
        assert reply.usage.cost <= quote.cost


class TestTheTraits:
    def test_people_are_told_where_their_texts_go(self) -> None:
        setup = setup_of("anthropic:claude-haiku-4-5?rpm=50", {"anthropic": KEY})
        traits = LanguageModelJudge(setup, ChatWire(setup)).traits
        assert traits.notice == "Every text is sent to api.anthropic.com. Make sure that you may share them."
        assert (traits.destination, traits.limits) == ("api.anthropic.com", RateLimits(50))
        assert traits.caches_prompts


@pytest.mark.parametrize("behaviour", [fails(500), never_answers])
async def test_characters_count_from_the_moment_they_may_have_left(behaviour: Behaviour) -> None:
    # a host that is not this machine as far as its name goes
    with DIALECTS["openai"].double(behaviour) as double:
        setup = setup_of(f"ollama:m-cloud@{double.origin}/v1?seconds=0.2")
        judge = LanguageModelJudge(setup, ChatWire(setup))
        usage = (await judge.compare(task())).usage
        await judge.close()
    prompt = task().prompt
    assert usage is not None
    assert usage.characters_sent == len(prompt.system) + len(prompt.user)
