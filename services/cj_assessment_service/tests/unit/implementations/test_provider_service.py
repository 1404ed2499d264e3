"""The LLM provider service gets every question, or the question fails and the batch goes on."""

import asyncio
import json
import socket
import time
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest

from cj_assessment_service.cj_core_logic.judging.prompts import build_prompt
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import JudgeFailure, Outcome
from cj_assessment_service.domain.errors import ErrorCode, InvalidJudge, RemoteJudgeRefused
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.instructions import AssessmentBrief, AssessmentContext
from cj_assessment_service.domain.judges import UNLIMITED, Allowance, ComparisonTask
from cj_assessment_service.domain.policies import DispatchPolicy, PrivacyPolicy, RemotePolicy
from cj_assessment_service.implementations.in_process_bus import InProcessMessageBus
from cj_assessment_service.tests.fixtures.http_double import NEVER, HttpReply
from cj_assessment_service.tests.fixtures.judging_ways import (
    FAST,
    FAST_CALLS,
    JUDGE,
    Judging,
    provider_judging,
    put_to,
)
from cj_assessment_service.tests.fixtures.provider_service_double import (
    ProviderServiceDouble,
    queued,
    request_ids,
    scripted,
)
from cj_assessment_service.tests.unit.implementations.dispatch.scripts import CENT, ScriptedJudge, tasks
from cj_assessment_service.wire.topics import COMPARISON_RESULT

BUSY = HttpReply(429, '{"error": {"message": "Slowly, please."}}')
BROKEN = HttpReply(500, "<html>oh dear</html>")


def question(judge: str = JUDGE) -> ComparisonTask:
    (asked,) = put_to(judge, tasks(1))
    brief = AssessmentBrief(AssessmentContext("Write about rain.", "Be fair.", ""))
    prompt = build_prompt(brief, "Regn är blött.", "Rain is wet.", "4f1c9a7be0d23856", AnswerForm.GRADED)
    return replace(
        asked, first_text="Regn är blött.", second_text="Rain is wet.", prompt=prompt, outer_id="outer-7"
    )


async def failures(
    double_url: str,
    asked: tuple[ComparisonTask, ...],
    allowance: Allowance = UNLIMITED,
    calls: RemotePolicy = FAST_CALLS,
    dispatch: DispatchPolicy = FAST,
) -> list[Outcome]:
    """Whatever was answered by the time everything was handed over."""
    bus = InProcessMessageBus()
    answers = bus.subscribe(COMPARISON_RESULT)
    price = ScriptedJudge(price=CENT)
    async with provider_judging(double_url, bus, price, calls, dispatch) as way:
        await way.perform_comparisons(asked, allowance)
        return await Judging(way, answers).outcomes(0)


def only(outcomes: list[Outcome]) -> JudgeFailure:
    (outcome,) = outcomes
    assert isinstance(outcome.reply, JudgeFailure)
    return outcome.reply


async def test_a_question_is_sent_with_all_that_its_answer_needs() -> None:
    asked = question("openai:gpt-5-mini?effort=low&verbosity=low&temperature=0&max_tokens=700")
    with ProviderServiceDouble() as double:
        assert await failures(double.url, (asked,)) == []
    (body,) = double.bodies
    request = asked.request
    assert double.paths == ["POST /api/v1/comparison"]
    assert body["callback_topic"] == COMPARISON_RESULT
    assert body["correlation_id"] == str(request.request_id)
    assert body["llm_config_overrides"] == {
        "provider_override": "openai",
        "model_override": "gpt-5-mini",
        "temperature_override": 0.0,
        "max_tokens_override": 700,
        "system_prompt_override": asked.prompt.system,
        "reasoning_effort": "low",
        "output_verbosity": "low",
    }
    assert body["metadata"] == {
        "essay_a_id": request.pair.first,
        "essay_b_id": request.pair.second,
        "bos_batch_id": "outer-7",
        "cj_batch_id": str(request.batch_id),
        "cj_source": "cj_assessment_service",
        "cj_request_type": "cj_comparison",
        "cj_llm_batching_mode": "serial_bundle",
        "comparison_iteration": request.wave,
        "preferred_bundle_size": 1,
        "reasoning_effort": "low",
        "output_verbosity": "low",
        "characters_sent": len(asked.prompt.system) + len(str(body["user_prompt"])),
    }


async def test_the_blocks_are_the_prompt_and_only_what_the_batch_shares_is_cached() -> None:
    asked = question()
    with ProviderServiceDouble() as double:
        await failures(double.url, (asked,))
    (body,) = double.bodies
    blocks = json.loads(json.dumps(body["prompt_blocks"]))
    assert body["user_prompt"] == "\n\n".join(block["content"] for block in blocks)
    assert str(body["user_prompt"]).startswith(asked.prompt.user)
    assert [(block["cacheable"], block.get("ttl"), block["target"]) for block in blocks] == [
        (True, "5m", "user_content"),
        (False, None, "user_content"),
        (False, None, "user_content"),
        (False, None, "user_content"),
    ]
    assert "Regn är blött." in blocks[1]["content"]
    assert "Rain is wet." in blocks[2]["content"]


async def test_no_id_is_part_of_what_a_model_reads() -> None:
    asked = question()
    ids = replace(asked.request.pair, first=EssayId("ANCHOR_17_A"), second=EssayId("student-99"))
    with ProviderServiceDouble() as double:
        await failures(double.url, (replace(asked, request=replace(asked.request, pair=ids)),))
    (body,) = double.bodies
    read = json.dumps([body["user_prompt"], body["prompt_blocks"], body["llm_config_overrides"]])
    assert "ANCHOR_17_A" not in read
    assert "student-99" not in read


async def test_the_bundle_of_a_large_wave_is_bounded() -> None:
    with ProviderServiceDouble() as double:
        await failures(double.url, tasks(70, JUDGE))
    assert {json.dumps(body["metadata"]).count('"preferred_bundle_size": 64') for body in double.bodies} == {
        1
    }
    assert len(set(request_ids(double.bodies))) == 70


async def test_few_questions_are_under_way_at_once() -> None:
    with ProviderServiceDouble(lambda _count: replace(queued(), delay=0.02)) as double:
        await failures(double.url, tasks(12, JUDGE), calls=replace(FAST_CALLS, concurrency=3))
        assert double.server.most_at_once == 3


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_passing_fault_is_tried_again(status: int) -> None:
    with ProviderServiceDouble(scripted(HttpReply(status, "{}"), HttpReply(status, ""), None)) as double:
        assert await failures(double.url, (question(),)) == []
    assert len(double.bodies) == 3


async def test_a_fault_that_says_of_itself_that_it_may_pass_is_tried_again() -> None:
    flagged = HttpReply(400, '{"error": {"error_code": "X", "message": "Later.", "is_retryable": true}}')
    with ProviderServiceDouble(
        scripted(flagged, replace(flagged, body='{"is_retryable": true}'), None)
    ) as double:
        assert await failures(double.url, (question(),)) == []
    assert len(double.bodies) == 3


async def test_the_service_says_how_long_to_wait() -> None:
    waits = replace(BUSY, headers=(*BUSY.headers, ("Retry-After", "0.3")))
    started = time.monotonic()
    with ProviderServiceDouble(scripted(waits, None)) as double:
        assert await failures(double.url, (question(),)) == []
    assert time.monotonic() - started >= 0.3


async def test_a_longer_wait_than_ours_fails_the_question_at_once() -> None:
    waits = replace(BUSY, headers=(*BUSY.headers, ("Retry-After", "3600")))
    with ProviderServiceDouble(scripted(waits)) as double:
        failure = only(await failures(double.url, (question(),)))
    assert (failure.code, len(double.bodies)) == (ErrorCode.RATE_LIMIT, 1)


async def test_a_fault_that_lasts_fails_the_question_once_and_says_that_later_may_help() -> None:
    asked = question()
    with ProviderServiceDouble(scripted(BROKEN)) as double:
        (outcome,) = await failures(double.url, (asked,))
    failure = only([outcome])
    assert outcome.request_id == asked.request.request_id
    assert failure.code.is_retryable
    assert "500" in failure.message
    assert len(double.bodies) == FAST_CALLS.attempts
    assert failure.usage is not None
    assert failure.usage.attempts == FAST_CALLS.attempts
    assert failure.usage.cost == 0


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (HttpReply(400, '{"error": {"message": "No such field."}}'), ErrorCode.VALIDATION_ERROR),
        (HttpReply(401, "{}"), ErrorCode.AUTHENTICATION_ERROR),
        (HttpReply(200, '{"queue_id": "1", "winner": "Essay A"}'), ErrorCode.INVALID_RESPONSE),
        (HttpReply(202, '{"status": "queued"}'), ErrorCode.INVALID_RESPONSE),
        (HttpReply(202, "garbage"), ErrorCode.INVALID_RESPONSE),
        (HttpReply(202, ""), ErrorCode.INVALID_RESPONSE),
    ],
)
async def test_what_asking_again_does_not_cure_fails_at_once(reply: HttpReply, code: ErrorCode) -> None:
    with ProviderServiceDouble(scripted(reply)) as double:
        failure = only(await failures(double.url, (question(),)))
    assert (failure.code, len(double.bodies)) == (code, 1)


async def test_a_service_that_never_answers_costs_the_question_its_patience_and_what_it_may_cost() -> None:
    calls = replace(FAST_CALLS, timeout=0.1)
    with ProviderServiceDouble(scripted(HttpReply(202, "{}", delay=NEVER))) as double:
        limited = only(await failures(double.url, (question(),), Allowance(cost=Decimal(1)), calls))
        unlimited = only(await failures(double.url, (question(),), calls=calls))
    assert (limited.code, limited.code.is_retryable) == (ErrorCode.TIMEOUT, True)
    assert limited.usage is not None
    assert unlimited.usage is not None
    assert (limited.usage.cost, unlimited.usage.cost) == (CENT, None)


async def test_a_service_that_is_away_fails_every_question_so_that_later_may_help() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    asked = tasks(20, JUDGE)
    outcomes = await failures(
        f"http://127.0.0.1:{port}", asked, dispatch=replace(FAST, patience=0.1, cooldown=0.02)
    )
    assert sorted(o.request_id for o in outcomes) == sorted(t.request.request_id for t in asked)
    codes = {o.reply.code for o in outcomes if isinstance(o.reply, JudgeFailure)}
    assert codes
    assert all(code.is_retryable for code in codes)
    assert {o.reply.usage.characters_sent for o in outcomes if o.reply.usage is not None} == {0}


async def test_questions_wait_for_a_service_that_comes_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    bus, asked = InProcessMessageBus(), tasks(20, JUDGE)
    answers = bus.subscribe(COMPARISON_RESULT)
    dispatch = replace(FAST, faults_to_open=1, cooldown=0.02, patience=60.0)
    async with provider_judging(f"http://127.0.0.1:{port}", bus, dispatch=dispatch) as way:
        handing = asyncio.create_task(way.perform_comparisons(asked, UNLIMITED))
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(handing), 0.2)
        assert not handing.done()
        with ProviderServiceDouble(port=port) as double:
            await asyncio.wait_for(handing, 60)
    assert answers.is_empty
    assert sorted(request_ids(double.bodies)) == sorted(str(task.request.request_id) for task in asked)


async def test_a_cost_limit_is_refused_where_nobody_here_knows_the_price() -> None:
    bus = InProcessMessageBus()
    with ProviderServiceDouble() as double:
        async with provider_judging(double.url, bus) as way:
            with pytest.raises(InvalidJudge, match="No cost limit can be kept"):
                await way.perform_comparisons(put_to("elsewhere:model", tasks(1)), Allowance(cost=CENT))
            await way.perform_comparisons(put_to("elsewhere:model", tasks(1)), UNLIMITED)
    assert len(double.bodies) == 1


@pytest.mark.parametrize("judge", ["offline", "openai", "openai:gpt-5@http://localhost/v1", "a:b?colour=red"])
async def test_a_name_the_service_could_make_nothing_of_is_refused(judge: str) -> None:
    async with provider_judging("http://127.0.0.1:1", InProcessMessageBus()) as way:
        with pytest.raises(InvalidJudge):
            await way.get_traits(judge)


async def test_the_texts_go_to_the_host_of_the_service() -> None:
    async with provider_judging("http://llm.example:8080/api/v1", InProcessMessageBus()) as way:
        assert (await way.get_traits("any:model")).destination == "llm.example:8080"


async def test_where_texts_must_stay_the_service_is_refused() -> None:
    local = PrivacyPolicy(local_only=True)
    with ProviderServiceDouble() as double:
        async with provider_judging(double.url, InProcessMessageBus(), privacy=local) as way:
            with pytest.raises(RemoteJudgeRefused):
                await way.get_traits(JUDGE)
            with pytest.raises(RemoteJudgeRefused):
                await way.perform_comparisons(tasks(1, JUDGE), UNLIMITED)
    assert double.bodies == []
