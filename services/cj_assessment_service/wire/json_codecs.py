"""Stored documents: domain values as JSON in a `jsonb` column and back.

Each codec round-trips exactly; the database never interprets what it holds.
"""

from pydantic import TypeAdapter

from cj_assessment_service.domain.batches import BatchNotes
from cj_assessment_service.domain.comparisons import Outcome
from cj_assessment_service.domain.essays import TextFinding
from cj_assessment_service.domain.grades import Calibration, GradeProbability, GradeScale
from cj_assessment_service.domain.prompts import PromptTemplate
from cj_assessment_service.domain.requests import AssessmentRequest

Document = dict[str, object]

_REQUEST = TypeAdapter(AssessmentRequest)
_OUTCOME = TypeAdapter(Outcome)
_SCALE = TypeAdapter(GradeScale)
_PROMPT = TypeAdapter(PromptTemplate)
_CALIBRATION = TypeAdapter(Calibration)
_PROBABILITIES = TypeAdapter(tuple[GradeProbability, ...])
_FINDINGS = TypeAdapter(tuple[TextFinding, ...])
_DOCUMENT = TypeAdapter(Document)


def encode_request(request: AssessmentRequest) -> Document:
    """What was asked for, without the marks of the delivery that brought it."""
    return _DOCUMENT.validate_python(_REQUEST.dump_python(request.without_delivery, mode="json"))


def decode_request(document: Document) -> AssessmentRequest:
    return _REQUEST.validate_python(document)


def encode_outcome(outcome: Outcome) -> Document:
    return _DOCUMENT.validate_python(_OUTCOME.dump_python(outcome, mode="json"))


def decode_outcome(document: Document) -> Outcome:
    return _OUTCOME.validate_python(document)


def encode_scale(scale: GradeScale) -> Document:
    return _DOCUMENT.validate_python(_SCALE.dump_python(scale, mode="json"))


def decode_scale(document: Document) -> GradeScale:
    return _SCALE.validate_python(document)


def encode_prompt(prompt: PromptTemplate) -> Document:
    return _DOCUMENT.validate_python(_PROMPT.dump_python(prompt, mode="json"))


def decode_prompt(document: Document) -> PromptTemplate:
    return _PROMPT.validate_python(document)


def encode_calibration(calibration: Calibration) -> Document:
    return _DOCUMENT.validate_python(_CALIBRATION.dump_python(calibration, mode="json"))


def decode_calibration(document: Document) -> Calibration:
    return _CALIBRATION.validate_python(document)


def encode_probabilities(probabilities: tuple[GradeProbability, ...]) -> Document:
    """The order of the grades is part of the document."""
    return {"probabilities": _PROBABILITIES.dump_python(probabilities, mode="json")}


def decode_probabilities(document: Document) -> tuple[GradeProbability, ...]:
    return _PROBABILITIES.validate_python(document["probabilities"])


def encode_findings(findings: tuple[TextFinding, ...]) -> Document:
    """An empty document where nothing was found."""
    return {"findings": _FINDINGS.dump_python(findings, mode="json")} if findings else {}


def decode_findings(document: Document) -> tuple[TextFinding, ...]:
    return _FINDINGS.validate_python(document.get("findings", ()))


def encode_notes(notes: BatchNotes) -> Document:
    return dict(notes.notes)


def decode_notes(document: Document) -> BatchNotes:
    return BatchNotes(tuple(sorted((key, str(value)) for key, value in document.items())))
