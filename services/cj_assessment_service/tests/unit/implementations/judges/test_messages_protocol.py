import json

import pytest

from cj_assessment_service.cj_core_logic.judging.verdicts import answer_schema
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.implementations.judges.messages_protocol import messages_request, read_message
from cj_assessment_service.implementations.judges.model_answer import Ending, ModelAnswer, TokenCounts
from cj_assessment_service.implementations.judges.structures import Structure
from cj_assessment_service.tests.fixtures.anthropic_double import MODEL, message, refuses_message, replies
from cj_assessment_service.tests.fixtures.model_calls import verdict
from cj_assessment_service.tests.unit.implementations.judges.model_judges import DIALECTS, scene, setup_of
from cj_assessment_service.tests.unit.implementations.judges.tasks import task

MESSAGES = DIALECTS["anthropic"]
NAME = f"anthropic:{MODEL}"
KEYS = {"anthropic": "k-0123456789"}


def request(options: str = "", structure: Structure = Structure.SCHEMA) -> dict[str, object]:
    setup = setup_of(f"{NAME}{options}", KEYS)
    return dict(messages_request(task(), setup.endpoint, setup.options, structure))


def test_the_stable_part_stands_first_and_its_last_block_is_marked_to_be_kept() -> None:
    sent, prompt = request(), task().prompt
    assert sent["system"] == [{"type": "text", "text": prompt.system}]
    assert sent["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": prompt.context, "cache_control": {"type": "ephemeral"}},
                {"type": "text", "text": prompt.texts},
            ],
        }
    ]


def test_the_length_is_always_bounded_and_nothing_is_sent_unasked() -> None:
    assert request(structure=Structure.TEXT).keys() == {"model", "max_tokens", "system", "messages"}


@pytest.mark.parametrize("answers", AnswerForm)
async def test_the_schema_has_the_form_the_question_asks_for(answers: AnswerForm) -> None:
    async with scene(MESSAGES, replies(verdict("second")), options="?effort=high") as it:
        await it.judge.compare(task(answers=answers))
    assert it.double.calls[0].body["output_config"] == {
        "format": {"type": "json_schema", "schema": answer_schema(answers)},
        "effort": "high",
    }


def test_read_written_and_fresh_tokens_are_added_up() -> None:
    assert read_message(message("hello")) == ModelAnswer(
        MODEL, "hello", None, Ending.COMPLETE, TokenCounts(1000, 700, 100, 20)
    )


def test_thoughts_are_no_part_of_the_answer() -> None:
    blocks = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "hello"}]
    read = read_message(json.dumps({"content": blocks, "stop_reason": "end_turn"}))
    assert read is not None
    assert read.text == "hello"


@pytest.mark.parametrize("stopped", ["max_tokens", "model_context_window_exceeded"])
async def test_an_answer_that_met_a_limit_was_cut_off(stopped: str) -> None:
    async with scene(MESSAGES, replies(verdict("first"), stopped)) as it:
        assert (await it.failure()).code is ErrorCode.ANSWER_CUT_OFF


async def test_a_refusal_is_told_whatever_text_stands_beside_it() -> None:
    async with scene(MESSAGES, replies(verdict("first"), "refusal")) as it:
        assert (await it.failure()).code is ErrorCode.ANSWER_REFUSED


@pytest.mark.parametrize(
    ("status", "kind", "said", "code"),
    [
        (400, "invalid_request_error", "Your credit balance is too low.", ErrorCode.AUTHORIZATION_ERROR),
        (402, "billing_error", "Pay first.", ErrorCode.AUTHORIZATION_ERROR),
        (529, "overloaded_error", "Overloaded", ErrorCode.EXTERNAL_SERVICE_ERROR),
    ],
)
async def test_the_providers_own_errors_are_understood(
    status: int, kind: str, said: str, code: ErrorCode
) -> None:
    async with scene(MESSAGES, refuses_message(status, kind, said)) as it:
        reply = await it.failure()
    assert reply.code is code
    assert said in reply.message
