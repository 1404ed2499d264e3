"""The batch mode of the chat completions protocol: a file of questions in, a file of answers out, within a day."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from openai import AsyncOpenAI, OpenAIError
from openai.types import Batch

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import SubmissionId
from cj_assessment_service.domain.judges import ComparisonTask, JudgeSpec
from cj_assessment_service.domain.provider_batches import (
    CollectedAnswer,
    ProviderBatch,
    ProviderBatchProgress,
)
from cj_assessment_service.implementations.judges.batch_answers import (
    CLOCKS_APART,
    BatchAnswers,
    check_batches,
    structure_of,
    told,
)
from cj_assessment_service.implementations.judges.chat_protocol import chat_request, read_chat_answer
from cj_assessment_service.implementations.judges.model_answer import as_text, member
from cj_assessment_service.implementations.judges.model_faults import ModelFault
from cj_assessment_service.implementations.judges.model_setup import ModelSetup, open_setup
from cj_assessment_service.implementations.judges.openai_chat import fault_of
from cj_assessment_service.protocols import BatchJudgeProtocol

_SUBMISSION: Final = "cj_submission"
"""The provider keeps this mark with the batch, so that a submission is found by our own name for it."""

_ENDPOINT: Final = "/v1/chat/completions"
_OVER = frozenset({"completed", "failed", "expired", "cancelled"})


class OpenAIBatchJudge(BatchJudgeProtocol):
    def __init__(self, setup: ModelSetup) -> None:
        self._setup = setup
        self._client = AsyncOpenAI(
            api_key=setup.endpoint.api_key,
            base_url=setup.endpoint.base_url,
            timeout=setup.options.seconds,
            max_retries=0,
        )

    async def submit(self, submission_id: SubmissionId, tasks: Sequence[ComparisonTask]) -> str:
        lines = "\n".join(json.dumps(self._line(task), ensure_ascii=False) for task in tasks)
        with self._faults_told():
            uploaded = await self._client.files.create(
                file=(f"{submission_id}.jsonl", lines.encode("utf-8", "replace")), purpose="batch"
            )
            batch = await self._client.batches.create(
                input_file_id=uploaded.id,
                endpoint=_ENDPOINT,
                completion_window="24h",
                metadata={_SUBMISSION: str(submission_id)},
            )
        return batch.id

    async def find(self, batch: ProviderBatch) -> str | None:
        oldest = (batch.created_at - CLOCKS_APART).timestamp()
        with self._faults_told():
            async for listed in self._client.batches.list(limit=100):
                if listed.created_at < oldest:
                    return None
                if (listed.metadata or {}).get(_SUBMISSION) == str(batch.submission_id):
                    return listed.id
        return None

    async def progress(self, provider_id: str) -> ProviderBatchProgress:
        with self._faults_told():
            batch = await self._client.batches.retrieve(provider_id)
        answered = batch.request_counts.completed if batch.request_counts is not None else 0
        return ProviderBatchProgress(batch.status in _OVER, answered)

    async def collect(self, provider_id: str, answers: AnswerForm) -> tuple[CollectedAnswer, ...]:
        with self._faults_told():
            batch = await self._client.batches.retrieve(provider_id)
            reading = BatchAnswers(self._setup, answers, _seconds(batch))
            return tuple([_collected(line, reading) async for line in self._lines(batch)])

    async def cancel(self, provider_id: str) -> None:
        with self._faults_told():
            await self._client.batches.cancel(provider_id)

    async def close(self) -> None:
        await self._client.close()

    def _line(self, task: ComparisonTask) -> Mapping[str, object]:
        body = chat_request(task, self._setup.endpoint, self._setup.options, structure_of(self._setup))
        return {
            "custom_id": str(task.request.request_id),
            "method": "POST",
            "url": _ENDPOINT,
            "body": body,
        }

    async def _lines(self, batch: Batch) -> AsyncIterator[object]:
        """Of the answers. The file of errors names questions that were never answered; leaving them out says so."""
        if batch.output_file_id is None:
            return
        content = await self._client.files.content(batch.output_file_id)
        for line in content.text.splitlines():
            if line.strip():
                yield json.loads(self._setup.endpoint.without_key(line))

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        try:
            yield
        except OpenAIError as error:
            raise told(fault_of(error), self._setup) from error


def open_batch_judge(spec: JudgeSpec) -> BatchJudgeProtocol:
    """Raises InvalidJudge."""
    return OpenAIBatchJudge(check_batches(open_setup(spec)))


def _collected(line: object, reading: BatchAnswers) -> CollectedAnswer:
    custom_id = as_text(member(line, "custom_id")) or ""
    response = member(line, "response")
    if member(response, "status_code") != 200:
        said = json.dumps(member(response, "body") or member(line, "error"))
        return reading.failure(custom_id, ModelFault(ErrorCode.EXTERNAL_SERVICE_ERROR, said))
    body = json.dumps(member(response, "body"))
    return reading.answer(custom_id, read_chat_answer(body), body)


def _seconds(batch: Batch) -> float:
    ended = batch.completed_at or batch.expired_at or batch.cancelled_at
    return float(max(0, ended - batch.created_at)) if ended is not None else 0.0
