import json

import pytest

from cj_assessment_service.cj_core_logic.judging.verdicts import answer_schema
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import JudgeFailure, Verdict, Winner
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.implementations.judges.chat_protocol import chat_request, read_chat_answer
from cj_assessment_service.implementations.judges.model_answer import Ending, ModelAnswer, TokenCounts
from cj_assessment_service.implementations.judges.structures import Structure
from cj_assessment_service.tests.fixtures.model_calls import Behaviour, verdict
from cj_assessment_service.tests.fixtures.openai_double import (
    completion,
    judges_by,
    messages_of,
    refuses,
    says,
    weighs,
)
from cj_assessment_service.tests.unit.implementations.judges.model_judges import DIALECTS, scene, setup_of
from cj_assessment_service.tests.unit.implementations.judges.tasks import LONG, SHORT, task

CHAT = DIALECTS["openai"]
KEYS = {"openai": "k-0123456789", "mistral": "k-0123456789"}


def request(name: str, structure: Structure = Structure.SCHEMA) -> dict[str, object]:
    setup = setup_of(name, KEYS)
    return dict(chat_request(task(), setup.endpoint, setup.options, structure))


class TestTheQuestion:
    async def test_system_and_user_prompt_go_out_as_they_are(self) -> None:
        async with scene(CHAT, says(verdict("second"))) as it:
            await it.verdict()
        prompt = task().prompt
        assert messages_of(it.double.calls[0]) == (("system", prompt.system), ("user", prompt.user))
        assert it.double.calls[0].texts == (SHORT, LONG)

    @pytest.mark.parametrize(
        ("name", "length"),
        [
            ("openai:m", "max_completion_tokens"),
            ("mistral:m", "max_tokens"),
            ("openai:m@http://h/v1", "max_tokens"),
        ],
    )
    def test_the_length_is_always_bounded_and_nothing_is_sent_unasked(self, name: str, length: str) -> None:
        assert request(name).keys() == {"model", "messages", "response_format", length}

    def test_every_option_that_is_asked_for_is_sent(self) -> None:
        name = "openai:m?effort=low&verbosity=high&temperature=0&max_tokens=900&logprobs=yes"
        sent = request(name, Structure.TEXT)
        assert sent == {
            "model": "m",
            "messages": sent["messages"],
            "reasoning_effort": "low",
            "verbosity": "high",
            "temperature": 0.0,
            "max_completion_tokens": 900,
            "logprobs": True,
            "top_logprobs": 20,
        }

    @pytest.mark.parametrize("answers", AnswerForm)
    async def test_the_schema_is_strict_and_has_the_form_the_question_asks_for(
        self, answers: AnswerForm
    ) -> None:
        async with scene(CHAT, says(verdict("second"))) as it:
            await it.judge.compare(task(answers=answers))
        assert it.double.calls[0].body["response_format"] == {
            "type": "json_schema",
            "json_schema": {"name": "verdict", "schema": answer_schema(answers), "strict": True},
        }

    async def test_no_essay_id_is_sent(self) -> None:
        async with scene(CHAT, says(verdict("second"))) as it:
            await it.judge.compare(task("ANCHOR_7f3e", "pupil-91"))
        assert "ANCHOR_7f3e" not in str(it.double.calls[0].body)
        assert "pupil-91" not in str(it.double.calls[0].body)


class TestTheAnswer:
    def test_a_completion_is_read_whole(self) -> None:
        body = completion({"role": "assistant", "content": "hello", "refusal": None})
        assert read_chat_answer(body) == ModelAnswer(
            "gpt-4o-mini", "hello", None, Ending.COMPLETE, TokenCounts(1000, 800, 0, 20)
        )

    def test_no_more_tokens_can_be_cached_than_were_sent(self) -> None:
        usage = {"prompt_tokens": 5, "prompt_tokens_details": {"cached_tokens": 9}}
        read = read_chat_answer(json.dumps({"choices": [{}], "usage": usage}))
        assert read is not None
        assert read.counts == TokenCounts(5, 5)

    @pytest.mark.parametrize("body", ['{"choices": []}', '{"choices": {}}', '{"choices": null}'])
    def test_without_a_choice_there_is_no_answer(self, body: str) -> None:
        assert read_chat_answer(body) is None

    def test_of_several_blocks_the_thoughts_are_left_out(self) -> None:
        thought = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
        body = completion({"content": [thought, {"type": "text", "text": "hello"}]})
        read = read_chat_answer(body)
        assert read is not None
        assert read.text == "hello"

    @pytest.mark.parametrize(
        ("behaviour", "code"),
        [
            (says(verdict("first"), "content_filter"), ErrorCode.ANSWER_FILTERED),
            (refuses("I cannot help with that."), ErrorCode.ANSWER_REFUSED),
        ],
    )
    async def test_refused_and_filtered_answers_are_told_apart(
        self, behaviour: Behaviour, code: ErrorCode
    ) -> None:
        async with scene(CHAT, behaviour) as it:
            reply = await it.failure()
        assert reply.code is code
        assert reply.usage is not None
        assert reply.usage.prompt_tokens == 1000

    async def test_the_order_of_the_texts_decides_which_place_wins(self) -> None:
        async with scene(CHAT, judges_by(lambda a, b: "first" if len(a) > len(b) else "second")) as it:
            one = await it.judge.compare(task(first_text=LONG, second_text=SHORT))
            other = await it.judge.compare(task(first_text=SHORT, second_text=LONG))
        assert [reply.winner for reply in (one, other) if isinstance(reply, Verdict)] == ["first", "second"]


class TestProbabilities:
    async def test_the_probability_of_the_first_is_read_and_the_winner_stays_what_was_said(self) -> None:
        behaviour = weighs(verdict("second"), first=0.7, second=0.3)
        async with scene(CHAT, behaviour, options="?logprobs=yes") as it:
            reply = await it.verdict()
        assert reply.winner is Winner.SECOND
        assert reply.p_first == pytest.approx(0.7)

    @pytest.mark.parametrize("options", ["", "?logprobs=no"])
    async def test_nobody_asks_for_it_unasked(self, options: str) -> None:
        async with scene(CHAT, weighs(verdict("second"), first=0.7, second=0.3), options=options) as it:
            assert (await it.verdict()).p_first is None

    @pytest.mark.parametrize(
        "logprobs",
        [
            5,
            {},
            {"content": 5},
            {"content": [5]},
            {"content": [{"token": 5, "logprob": "x", "top_logprobs": [None]}]},
            {"content": [{"token": verdict("second"), "logprob": 1e400, "bytes": [999]}]},
        ],
    )
    async def test_a_server_that_sends_nonsense_costs_only_the_probability(self, logprobs: object) -> None:
        body = completion({"content": verdict("second")}, logprobs=logprobs)
        setup = setup_of("openai:m", KEYS)
        read = read_chat_answer(body)
        assert setup.endpoint.model == "m"
        assert read is not None
        assert read.text == verdict("second")


async def test_the_model_that_answered_is_noted_unless_its_name_cannot_be_shown() -> None:
    named = completion({"content": verdict("first")}, model="gpt-4o-mini-2024-07-18")
    strange = completion({"content": verdict("first")}, model="a\nb")
    assert [read.model for body in (named, strange) if (read := read_chat_answer(body))] == [
        "gpt-4o-mini-2024-07-18",
        None,
    ]


def test_a_failure_is_no_verdict() -> None:
    assert not isinstance(JudgeFailure(ErrorCode.TIMEOUT, "late"), Verdict)
