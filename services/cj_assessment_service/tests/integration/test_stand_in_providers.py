"""Judges and the server that stands in for their providers."""

import asyncio
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from cj_assessment_service.cj_core_logic.judging.prompts import build_prompt
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeReply, Verdict
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.instructions import AssessmentBrief, AssessmentContext
from cj_assessment_service.domain.judges import ComparisonTask, JudgeSpec
from cj_assessment_service.implementations.judges.registry import EntryPointJudges
from cj_assessment_service.tests.fixtures.stand_in import Fault, StandIn, StandInPolicy
from cj_assessment_service.tests.unit.implementations.judges.tasks import LONG, SHORT, task

PROTOCOLS = ("openai", "anthropic")
TYPED = {
    Fault.BUSY: ErrorCode.RATE_LIMIT,
    Fault.ERROR: ErrorCode.EXTERNAL_SERVICE_ERROR,
    Fault.HANG: ErrorCode.TIMEOUT,
    Fault.REFUSAL: ErrorCode.ANSWER_REFUSED,
    Fault.CUT_OFF: ErrorCode.ANSWER_CUT_OFF,
    Fault.EMPTY: ErrorCode.INVALID_RESPONSE,
    Fault.WRONG_JSON: ErrorCode.INVALID_RESPONSE,
}


def name_at(server: StandIn, kind: str = "openai", model: str = "careful") -> str:
    return f"{kind}:{model}@{server.base_url if kind == 'openai' else server.origin}"


async def answers(name: str, tasks: Sequence[ComparisonTask]) -> list[JudgeReply]:
    """One after the other."""
    judge = EntryPointJudges().open(JudgeSpec.parse(name))
    replies = [await judge.compare(question) for question in tasks]
    await judge.close()
    return replies


def with_long_rubric(number: int) -> ComparisonTask:
    """About 4,000 tokens that are the same for all, and 60 that are not."""
    texts = f"{SHORT} {number}", f"{LONG} {number}"
    brief = AssessmentBrief(AssessmentContext("Write about pets.", "Look at the argument. " * 700, ""))
    question = task(f"a{number}", f"b{number}", *texts)
    prompt = build_prompt(brief, *texts, f"4f1c9a7be0d238{number:02d}", AnswerForm.WINNER)
    return ComparisonTask(question.request, *texts, prompt, "en", AnswerForm.WINNER)


@pytest.mark.parametrize("kind", PROTOCOLS)
async def test_most_of_a_long_prompt_comes_from_the_cache_after_the_first_question(kind: str) -> None:
    with StandIn() as server:
        replies = await answers(name_at(server, kind), [with_long_rubric(number) for number in range(20)])
    usages = [reply.usage for reply in replies if isinstance(reply, Verdict)]
    assert len(usages) == 20
    assert usages[0].cached_tokens == 0
    assert sum(usage.cached_tokens for usage in usages) >= 0.8 * sum(usage.prompt_tokens for usage in usages)
    assert server.cached_tokens == sum(usage.cached_tokens for usage in usages)


async def test_questions_asked_at_once_find_nothing_in_the_cache() -> None:
    with StandIn(StandInPolicy(seconds=0.3)) as server:
        judge = EntryPointJudges().open(JudgeSpec.parse(name_at(server)))
        await asyncio.gather(*(judge.compare(with_long_rubric(number)) for number in range(4)))
        await judge.close()
    assert (server.cached_tokens, server.most_at_once) == (0, 4)


async def test_both_protocols_hear_the_same_model() -> None:
    questions = [task(first_text=LONG[n:], second_text=LONG[: 150 - n]) for n in range(10)]
    with StandIn() as server:
        said = [await answers(name_at(server, kind), questions) for kind in PROTOCOLS]
    chat, messages = ([reply.winner for reply in replies if isinstance(reply, Verdict)] for replies in said)
    assert chat == messages
    assert len(chat) == 10


async def test_the_probability_a_judge_reads_is_the_one_the_model_acted_on() -> None:
    with StandIn() as server:
        name = name_at(server, model="always-first")
        [soft] = await answers(f"{name}?logprobs=yes", [task()])
        [bare] = await answers(name, [task()])
    assert isinstance(soft, Verdict)
    assert isinstance(bare, Verdict)
    assert soft.p_first == pytest.approx(0.9975, abs=1e-4)
    assert bare.p_first is None


@pytest.mark.parametrize("kind", PROTOCOLS)
@pytest.mark.parametrize("fault", Fault)
async def test_every_fault_is_a_failure_of_its_own_kind(kind: str, fault: Fault) -> None:
    with StandIn(StandInPolicy(faults=((fault, 1.0),))) as server:
        [reply] = await answers(f"{name_at(server, kind)}?seconds=2", [task()])
    assert isinstance(reply, JudgeFailure)
    assert reply.code is TYPED[fault]


@pytest.mark.parametrize("kind", PROTOCOLS)
async def test_beyond_its_rate_the_server_says_how_long_to_wait(kind: str) -> None:
    with StandIn(StandInPolicy(requests_per_minute=2)) as server:
        replies = await answers(name_at(server, kind), [task()] * 3)
    assert [isinstance(reply, Verdict) for reply in replies] == [True, True, False]
    assert isinstance(replies[2], JudgeFailure)
    assert replies[2].retry_after is not None
    assert 50 < replies[2].retry_after <= 60


@pytest.mark.parametrize("kind", PROTOCOLS)
async def test_a_server_without_structured_answers_is_asked_plainly(kind: str) -> None:
    with StandIn(StandInPolicy(refused=frozenset({"response_format", "output_config"}))) as server:
        replies = await answers(name_at(server, kind), [task()] * 2)
    assert all(isinstance(reply, Verdict) for reply in replies)
    assert (server.count, server.answered) == (3, 2)


@pytest.mark.parametrize("kind", PROTOCOLS)
async def test_the_judges_file_brings_key_limits_and_prices(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with StandIn(StandInPolicy(key="k-0123456789")) as server:
        host = server.origin.removeprefix("http://")
        file = tmp_path / "judges.toml"
        file.write_text(
            f'[keys]\n"{host}" = "k-0123456789"\n[limits."{host}"]\nrpm = 30\n'
            "[prices.careful]\ninput = 1\ncached_input = 0.1\noutput = 5\n"
        )
        file.chmod(0o600)
        [refused] = await answers(name_at(server, kind), [task()])
        monkeypatch.setenv("CJ_JUDGES_FILE", str(file))
        judge = EntryPointJudges().open(JudgeSpec.parse(name_at(server, kind)))
        quote, reply, limits = judge.quote(task()), await judge.compare(task()), judge.traits.limits
        await judge.close()
    assert isinstance(refused, JudgeFailure)
    assert refused.code is ErrorCode.AUTHENTICATION_ERROR
    assert isinstance(reply, Verdict)
    assert limits.requests_per_minute == 30
    expected = Decimal(reply.usage.prompt_tokens + 5 * reply.usage.completion_tokens) / 1_000_000
    assert reply.usage.cost == expected
    assert quote.cost is not None
    assert expected <= quote.cost


async def test_the_server_runs_from_a_shell_and_says_at_its_end_what_it_was_asked() -> None:
    root = Path(__file__).parents[4]
    command = (sys.executable, "-m", "benchmarks.model_server", "--port", "0")
    process = await asyncio.create_subprocess_exec(*command, cwd=root, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    base_url = (await process.stdout.readline()).decode().split()[1]
    [reply] = await answers(f"openai:careful@{base_url}", [task()])
    process.terminate()
    rest, _ = await process.communicate()
    assert isinstance(reply, Verdict)
    assert b"1 requests, 1 answered, at most 1 at once" in rest
