"""The envelope around every event."""

from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from cj_assessment_service.domain.errors import MessageUnreadable

SOURCE_SERVICE = "cj_assessment_service"

Data = TypeVar("Data", bound=BaseModel)
Metadata = TypeVar("Metadata", bound=BaseModel)


class WireModel(BaseModel):
    """Frozen; fields a newer sender added are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class NoMetadata(WireModel):
    """For events whose metadata nobody reads."""


class TraceContext(WireModel):
    """Which trace an event belongs to, as W3C trace context writes it."""

    traceparent: str | None = None


class Envelope(WireModel, Generic[Data, Metadata]):
    event_id: UUID
    event_type: str
    event_timestamp: datetime
    source_service: str
    correlation_id: UUID
    data: Data
    schema_version: int = 1
    data_schema_uri: str | None = None
    metadata: Metadata | None = None


class StorageLocation(WireModel):
    storage_id: str
    path_hint: str | None = None


class StorageReference(WireModel):
    """Content by kind."""

    references: dict[str, StorageLocation]


class ErrorDetail(WireModel):
    error_code: str
    message: str
    correlation_id: UUID | None = None
    timestamp: datetime | None = None
    service: str | None = None
    operation: str | None = None


class EnvelopeHead(WireModel):
    """What can be said of any event without knowing what it is about."""

    event_timestamp: datetime | None = None
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
    faults = "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors()[:5])
    return MessageUnreadable(f"A message on {topic} cannot be read: {faults}")
