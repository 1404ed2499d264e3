"""The message batches of Anthropic: a list of questions in, a stream of results out, within a day."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from anthropic import AnthropicError, AsyncAnthropic
from anthropic.types.messages import MessageBatch, MessageBatchIndividualResponse
from anthropic.types.messages.batch_create_params import Request

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.errors import ErrorCode, TryAgain
from cj_assessment_service.domain.identifiers import SubmissionId
from cj_assessment_service.domain.judges import ComparisonTask, JudgeSpec
from cj_assessment_service.domain.provider_batches import (
    CollectedAnswer,
    ProviderBatch,
    ProviderBatchProgress,
)
from cj_assessment_service.implementations.judges.anthropic_messages import fault_of
from cj_assessment_service.implementations.judges.batch_answers import (
    CLOCKS_APART,
    BatchAnswers,
    check_batches,
    structure_of,
    told,
)
from cj_assessment_service.implementations.judges.messages_protocol import messages_request, read_message
from cj_assessment_service.implementations.judges.model_faults import ModelFault
from cj_assessment_service.implementations.judges.model_setup import ModelSetup, open_setup
from cj_assessment_service.protocols import BatchJudgeProtocol


class AnthropicBatchJudge(BatchJudgeProtocol):
    def __init__(self, setup: ModelSetup) -> None:
        self._setup = setup
        self._client = AsyncAnthropic(
            api_key=setup.endpoint.api_key,
            base_url=setup.endpoint.base_url,
            timeout=setup.options.seconds,
            max_retries=0,
        )

    async def submit(self, submission_id: SubmissionId, tasks: Sequence[ComparisonTask]) -> str:  # noqa: ARG002 - the provider keeps no name of ours
        with self._faults_told():
            batch = await self._client.messages.batches.create(
                requests=[self._request(task) for task in tasks]
            )
        return batch.id

    async def find(self, batch: ProviderBatch) -> str | None:
        """Batches bear no mark of ours, so that only their results tell whose they are. One that is still at work could be
        the one looked for.
        """
        oldest = batch.created_at - CLOCKS_APART
        with self._faults_told():
            async for listed in self._client.messages.batches.list(limit=100):
                if listed.created_at < oldest:
                    return None
                if listed.processing_status != "ended":
                    raise TryAgain(
                        f"{self._setup.endpoint.host} is at work on a batch that may be the one whose acceptance was lost."
                    )
                if await self._is_about(listed, batch):
                    return listed.id
        return None

    async def progress(self, provider_id: str) -> ProviderBatchProgress:
        with self._faults_told():
            batch = await self._client.messages.batches.retrieve(provider_id)
        return ProviderBatchProgress(batch.processing_status == "ended", batch.request_counts.succeeded)

    async def collect(self, provider_id: str, answers: AnswerForm) -> tuple[CollectedAnswer, ...]:
        with self._faults_told():
            batch = await self._client.messages.batches.retrieve(provider_id)
            reading = BatchAnswers(self._setup, answers, _seconds(batch))
            results = await self._client.messages.batches.results(provider_id)
            found = [self._collected(result, reading) async for result in results]
        return tuple(answer for answer in found if answer is not None)

    async def cancel(self, provider_id: str) -> None:
        with self._faults_told():
            await self._client.messages.batches.cancel(provider_id)

    async def close(self) -> None:
        await self._client.close()

    def _request(self, task: ComparisonTask) -> Request:
        params = messages_request(task, self._setup.endpoint, self._setup.options, structure_of(self._setup))
        return {"custom_id": str(task.request.request_id), "params": params}

    async def _is_about(self, listed: MessageBatch, batch: ProviderBatch) -> bool:
        asked = {str(request_id) for request_id in batch.request_ids}
        # read to the end, because a stream that is left half read keeps its connection
        results = await self._client.messages.batches.results(listed.id)
        return bool(asked & {result.custom_id async for result in results})

    def _collected(
        self, result: MessageBatchIndividualResponse, reading: BatchAnswers
    ) -> CollectedAnswer | None:
        """None for a question that was never answered."""
        match result.result.type:
            case "succeeded":
                body = self._setup.endpoint.without_key(result.result.message.model_dump_json())
                return reading.answer(result.custom_id, read_message(body), body)
            case "errored":
                said = result.result.error.error.message
                return reading.failure(result.custom_id, ModelFault(ErrorCode.EXTERNAL_SERVICE_ERROR, said))
            case _:
                return None

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        try:
            yield
        except AnthropicError as error:
            raise told(fault_of(error), self._setup) from error


def open_batch_judge(spec: JudgeSpec) -> BatchJudgeProtocol:
    """Raises InvalidJudge."""
    return AnthropicBatchJudge(check_batches(open_setup(spec)))


def _seconds(batch: MessageBatch) -> float:
    return (batch.ended_at - batch.created_at).total_seconds() if batch.ended_at is not None else 0.0
