"""The envelope around every event, and the parts that several events share."""

from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cj_assessment_service.domain.errors import MessageUnreadable
from cj_assessment_service.wire.fields import Moment, StorageName, Words

SOURCE_SERVICE = "cj_assessment_service"
LONGEST_PLACE = 60

Data = TypeVar("Data", bound=BaseModel)
Metadata = TypeVar("Metadata", bound=BaseModel)


class WireModel(BaseModel):
    """Frozen; fields a newer sender added are ignored; numbers are finite. What we send always holds every field."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", allow_inf_nan=False, json_schema_serialization_defaults_required=True
    )


class TraceContext(WireModel):
    """The W3C trace an event belongs to."""

    traceparent: str | None = None


class Envelope(WireModel, Generic[Data, Metadata]):
    """`event_type` is the topic. `correlation_id` is the requester's in every event about its batch."""

    event_id: UUID
    event_type: str
    event_timestamp: Moment
    source_service: str
    correlation_id: UUID
    data: Data
    schema_version: int = 1
    data_schema_uri: str | None = None
    metadata: Metadata | None = None


class StorageLocation(WireModel):
    storage_id: StorageName
    path_hint: str | None = None


class StorageReference(WireModel):
    """Content by kind."""

    references: dict[str, StorageLocation]


class ErrorDetail(WireModel):
    """What went wrong; `details` are figures and names for people, whatever the sender knows."""

    error_code: str
    message: Words
    correlation_id: UUID | None = None
    timestamp: Moment | None = None
    service: str | None = None
    operation: str | None = None
    details: dict[str, object] = Field(default_factory=dict)
    stack_trace: str | None = None
    trace_id: str | None = None
    span_id: str | None = None


class SystemMetadata(WireModel):
    """Where in its processing the batch of the event stands."""

    entity_id: str | None = None
    entity_type: str | None = None
    parent_id: str | None = None
    timestamp: Moment | None = None
    processing_stage: str | None = None
    started_at: Moment | None = None
    completed_at: Moment | None = None
    event: str | None = None
    error_info: dict[str, object] | None = None


class EnvelopeHead(WireModel):
    """What can be said of any event without knowing what it is about."""

    event_timestamp: Moment | None = None
    correlation_id: UUID | None = None
    metadata: TraceContext | None = None

    @property
    def trace_parent(self) -> str | None:
        return self.metadata.traceparent if self.metadata is not None else None


def read_head(value: bytes) -> EnvelopeHead:
    """Empty for what is no envelope; whoever decodes the event says what is wrong with it."""
    try:
        return EnvelopeHead.model_validate_json(value)
    except ValidationError:
        return EnvelopeHead()


def unreadable(topic: str, error: ValidationError) -> MessageUnreadable:
    """What is wrong with a message, without repeating its content."""
    faults = "; ".join(f"{_place(e['loc'])}: {e['msg']}" for e in error.errors(include_input=False)[:5])
    return MessageUnreadable(f"A message on {topic} cannot be read: {faults}")


def _place(location: tuple[int | str, ...]) -> str:
    """Names of fields may come from the message itself: only short printable ones are told."""
    return ".".join(str(part) if _is_telling(str(part)) else "…" for part in location)


def _is_telling(part: str) -> bool:
    return len(part) <= LONGEST_PLACE and part.isprintable()
