"""The batch endpoints of two providers, spoken to a real server on this machine."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import JudgeFailure, Verdict, Winner
from cj_assessment_service.domain.errors import ErrorCode, InvalidJudge, ProviderRefused, TryAgain
from cj_assessment_service.domain.identifiers import BatchId, RequestId, SubmissionId
from cj_assessment_service.domain.judges import ComparisonTask, JudgeSpec
from cj_assessment_service.domain.provider_batches import ProviderBatch
from cj_assessment_service.implementations.judges.anthropic_batches import AnthropicBatchJudge
from cj_assessment_service.implementations.judges.judges_file import TokenPrice
from cj_assessment_service.implementations.judges.openai_batches import OpenAIBatchJudge, open_batch_judge
from cj_assessment_service.protocols import BatchJudgeProtocol
from cj_assessment_service.tests.fixtures.anthropic_double import message
from cj_assessment_service.tests.fixtures.batch_endpoints import BatchEndpoints, End, JsonObject
from cj_assessment_service.tests.fixtures.model_calls import verdict
from cj_assessment_service.tests.fixtures.openai_double import completion
from cj_assessment_service.tests.unit.implementations.judges.model_judges import KEY, setup_of
from cj_assessment_service.tests.unit.implementations.judges.tasks import task

PRICE = TokenPrice(Decimal(1), Decimal(1), Decimal(1), Decimal(1))
"""USD for a million tokens of any kind."""


@dataclass(frozen=True, slots=True)
class Scene:
    endpoints: BatchEndpoints
    judge: BatchJudgeProtocol
    says: Callable[[str], JsonObject]

    def answers(self, winner: str) -> Callable[[str, JsonObject], JsonObject]:
        return lambda _id, _body: self.says(verdict(winner))

    def batch_of(self, submission_id: SubmissionId, tasks: list[ComparisonTask]) -> ProviderBatch:
        ids = tuple(one.request.request_id for one in tasks)
        at = datetime.now(UTC)
        return ProviderBatch(submission_id, BatchId(1), "judge", AnswerForm.WINNER, ids, at)


def questions(count: int) -> list[ComparisonTask]:
    return [
        replace(one, request=replace(one.request, request_id=RequestId(uuid4()))) for one in [task()] * count
    ]


def submission() -> SubmissionId:
    return SubmissionId(uuid4())


def openai_says(text: str) -> JsonObject:
    said: Mapping[str, object] = json.loads(completion({"role": "assistant", "content": text}))
    return said


def anthropic_says(text: str) -> JsonObject:
    said: Mapping[str, object] = json.loads(message(text))
    return said


@pytest.fixture(params=["openai", "anthropic"])
async def it(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    with BatchEndpoints() as endpoints:
        host = endpoints.origin.removeprefix("http://")
        path = "/v1" if request.param == "openai" else ""
        setup = setup_of(f"{request.param}:m@{endpoints.origin}{path}?batch=yes", {host: KEY}, PRICE)
        scene = (
            Scene(endpoints, OpenAIBatchJudge(setup), openai_says)
            if request.param == "openai"
            else Scene(endpoints, AnthropicBatchJudge(setup), anthropic_says)
        )
        yield scene
        await scene.judge.close()


async def test_every_question_comes_back_with_its_verdict_at_half_the_price(it: Scene) -> None:
    asked = questions(3)
    name = await it.judge.submit(submission(), asked)
    assert not (await it.judge.progress(name)).is_over
    it.endpoints.finish(it.answers("second"))
    assert (await it.judge.progress(name)).is_over
    collected = await it.judge.collect(name, AnswerForm.WINNER)
    assert {one.request_id for one in collected} == {one.request.request_id for one in asked}
    for one in collected:
        assert isinstance(one.reply, Verdict)
        assert one.reply.winner is Winner.SECOND
        usage = one.reply.usage
        tokens = usage.prompt_tokens + usage.completion_tokens
        assert usage.cost == Decimal(tokens) / 2 / 1_000_000


async def test_the_texts_go_out_in_the_order_they_are_shown(it: Scene) -> None:
    (asked,) = questions(1)
    await it.judge.submit(submission(), [asked])
    (batch,) = it.endpoints.batches.values()
    sent = json.dumps(batch.bodies[str(asked.request.request_id)], ensure_ascii=False)
    assert 0 < sent.index(asked.first_text) < sent.index(asked.second_text)
    assert KEY not in sent


@pytest.mark.parametrize("end", [End.EXPIRED, End.CANCELLED])
async def test_what_was_never_answered_is_left_out(it: Scene, end: End) -> None:
    first, second = questions(2)
    name = await it.judge.submit(submission(), [first, second])
    answered = str(second.request.request_id)
    it.endpoints.finish(
        lambda custom_id, _: it.says(verdict("first")) if custom_id == answered else None, end
    )
    assert (await it.judge.progress(name)).is_over
    assert [one.request_id for one in await it.judge.collect(name, AnswerForm.WINNER)] == [UUID(answered)]


async def test_an_answer_nobody_can_read_is_a_failure(it: Scene) -> None:
    name = await it.judge.submit(submission(), questions(1))
    it.endpoints.finish(lambda _id, _body: it.says("The first one, clearly."))
    (collected,) = await it.judge.collect(name, AnswerForm.WINNER)
    assert isinstance(collected.reply, JudgeFailure)
    assert collected.reply.code is ErrorCode.INVALID_RESPONSE


async def test_a_submission_is_found_again_and_no_other_is_taken_for_it(it: Scene) -> None:
    lost, other = questions(2), questions(1)
    mine, theirs = submission(), submission()
    name = await it.judge.submit(mine, lost)
    await it.judge.submit(theirs, other)
    it.endpoints.finish(it.answers("first"))
    assert await it.judge.find(it.batch_of(mine, lost)) == name
    assert await it.judge.find(it.batch_of(submission(), questions(1))) is None


async def test_older_batches_are_not_searched(it: Scene) -> None:
    asked, mine = questions(1), submission()
    await it.judge.submit(mine, asked)
    it.endpoints.finish(it.answers("first"))
    later = replace(it.batch_of(mine, asked), created_at=datetime.now(UTC) + timedelta(hours=1))
    assert await it.judge.find(later) is None


async def test_a_batch_can_be_cancelled(it: Scene) -> None:
    name = await it.judge.submit(submission(), questions(1))
    await it.judge.cancel(name)
    assert it.endpoints.batches[name].is_cancelling


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_fault_that_may_pass_can_be_tried_again(it: Scene, status: int) -> None:
    it.endpoints.fail_next = [status]
    with pytest.raises(TryAgain):
        await it.judge.submit(submission(), questions(1))
    assert not it.endpoints.batches


async def test_a_refused_key_is_said_and_not_shown(it: Scene) -> None:
    it.endpoints.fail_next = [401]
    with pytest.raises(ProviderRefused, match="does not accept the key") as refused:
        await it.judge.submit(submission(), questions(1))
    assert refused.value.code is ErrorCode.AUTHENTICATION_ERROR
    assert KEY not in str(refused.value)


async def test_a_lost_submission_cannot_be_told_while_anthropic_is_at_work() -> None:
    with BatchEndpoints() as endpoints:
        judge = AnthropicBatchJudge(setup_of(f"anthropic:m@{endpoints.origin}?batch=yes"))
        scene = Scene(endpoints, judge, anthropic_says)
        asked, mine = questions(1), submission()
        await judge.submit(mine, asked)
        with pytest.raises(TryAgain, match="may be the one"):
            await judge.find(scene.batch_of(mine, asked))
        await judge.close()


def test_a_judge_not_set_up_for_batches_is_refused_with_the_remedy() -> None:
    with pytest.raises(InvalidJudge, match="batch=yes"):
        open_batch_judge(JudgeSpec.parse("openai:m@http://127.0.0.1:9/v1"))
