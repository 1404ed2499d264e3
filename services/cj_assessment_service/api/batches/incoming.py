"""A request for a batch as its body says it: as JSON, or as files with the options beside them."""

from dataclasses import dataclass
from typing import TypeVar

from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ValidationException
from pydantic import BaseModel, ValidationError

from cj_assessment_service.api.batches.uploads import UploadReader
from cj_assessment_service.api.errors import AnyRequest
from cj_assessment_service.domain.errors import ErrorCode, InputProblem
from cj_assessment_service.domain.essays import FailedEssay, TextFinding
from cj_assessment_service.domain.identifiers import EssayId, StorageId
from cj_assessment_service.domain.submissions import RefusedEssay
from cj_assessment_service.wire.batch_bodies import (
    FILES_PART,
    MAXIMUM_ESSAYS,
    OPTIONS_PART,
    BatchBody,
    BatchOptions,
    UploadOptions,
)

Parsed = TypeVar("Parsed", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class IncomingEssay:
    """With its text, or with the id under which its text is stored: exactly one of the two."""

    essay_id: EssayId
    name: str | None = None
    text: str | None = None
    storage_id: StorageId | None = None
    findings: tuple[TextFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class IncomingBatch:
    """All that was sent. `refused` are files that hold no essay, which the caller allows to be left out."""

    options: BatchOptions
    essays: tuple[IncomingEssay, ...]
    refused: tuple[FailedEssay, ...] = ()


async def read_batch(request: AnyRequest, uploads: UploadReader) -> IncomingBatch:
    """Raises ValidationException with every fault found."""
    if request.content_type[0] == RequestEncodingType.MULTI_PART:
        return await _of_form(await request.form(), uploads)
    body = _parsed(BatchBody, await request.body())
    return IncomingBatch(
        body,
        tuple(
            IncomingEssay(
                EssayId(essay.id),
                essay.name,
                essay.text,
                StorageId(essay.storage_id) if essay.storage_id is not None else None,
            )
            for essay in body.essays
        ),
    )


async def _of_form(form: FormMultiDict, uploads: UploadReader) -> IncomingBatch:
    if unknown := set(form) - {OPTIONS_PART, FILES_PART}:
        raise _faulty((min(unknown), f"the form has only the parts {OPTIONS_PART} and {FILES_PART}"))
    files = [part for part in form.getall(FILES_PART, []) if isinstance(part, UploadFile)]
    if not files:
        raise _faulty((FILES_PART, "no file was sent"))
    options = _parsed(UploadOptions, await _options_part(form))
    submission = await uploads.read(files)
    if submission.refused and not options.skip_bad:
        raise _faulty(*map(_fault, submission.problems))
    if not 1 <= len(submission.essays) <= MAXIMUM_ESSAYS:
        raise _faulty((FILES_PART, f"a batch has 1 to {MAXIMUM_ESSAYS} essays"))
    return IncomingBatch(
        options,
        tuple(
            IncomingEssay(essay.essay_id, essay.name, essay.text, findings=essay.findings)
            for essay in submission.essays
        ),
        tuple(map(_failed, submission.refused)),
    )


async def _options_part(form: FormMultiDict) -> bytes:
    """Some clients send JSON as a file, others as a field; without it the usual options hold."""
    part = form.get(OPTIONS_PART, "{}")
    return await part.read() if isinstance(part, UploadFile) else str(part).encode()


def _parsed(model: type[Parsed], content: bytes) -> Parsed:
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise _faulty(
            *((".".join(str(part) for part in fault["loc"]), fault["msg"]) for fault in error.errors())
        ) from None


def _faulty(*faults: tuple[str, str]) -> ValidationException:
    """Names what is wrong with which field, without repeating what was sent."""
    return ValidationException(
        "The request for a batch cannot be used.",
        extra=[{"key": field, "message": message} for field, message in faults],
    )


def _fault(problem: InputProblem) -> tuple[str, str]:
    return problem.where, f"{problem.what} {problem.remedy}"


def _failed(refused: RefusedEssay) -> FailedEssay:
    reason = f"{refused.problem.what} {refused.problem.remedy}"
    return FailedEssay(refused.essay_id, None, ErrorCode.VALIDATION_ERROR, reason, refused.name)
