"""Every event that crosses the border of the service, and the documents that describe them: JSON Schemas and AsyncAPI."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from pydantic import BaseModel

from cj_assessment_service.wire.assessment_request import RequestEnvelope
from cj_assessment_service.wire.comparison_request import RequestedEnvelope
from cj_assessment_service.wire.comparison_result import ResultEnvelope
from cj_assessment_service.wire.envelope import Envelope, TraceContext
from cj_assessment_service.wire.published_bodies import (
    AssessmentResultV2,
    CompletedV1,
    FailedV1,
    ResourceConsumptionV1,
)
from cj_assessment_service.wire.topics import (
    COMPARISON_REQUESTED,
    COMPARISON_RESULT,
    COMPLETED,
    DEAD_LETTER_SUFFIX,
    FAILED,
    REQUESTED,
    RESOURCE_CONSUMPTION,
    RESULT_PUBLISHED,
)

Document = dict[str, object]
"""A JSON object."""

JSON_SCHEMA: Final = "https://json-schema.org/draft/2020-12/schema"
BATCH_KEY = "The requester's id of the batch (`data.entity_id`)."


class Direction(StrEnum):
    """Who writes the events."""

    RECEIVED = "received"
    PUBLISHED = "published"
    INTERNAL = "internal"
    """One part of the service to another; in a rolling upgrade either may be the older one."""

    @property
    def is_read(self) -> bool:
        return self is not Direction.PUBLISHED


@dataclass(frozen=True, slots=True)
class EventContract:
    """One kind of event. `name` carries the version of its body, `key` says what the messages are keyed by."""

    name: str
    topic: str
    direction: Direction
    envelope: type[BaseModel]
    key: str
    summary: str

    @property
    def file_name(self) -> str:
        return f"{self.name}.schema.json"

    @property
    def schema_mode(self) -> Literal["validation", "serialization"]:
        """What we take is described by what is accepted, what we send by what is written."""
        return "validation" if self.direction is Direction.RECEIVED else "serialization"


EVENT_CONTRACTS: Final[tuple[EventContract, ...]] = (
    EventContract(
        "assessment-request-v1",
        REQUESTED,
        Direction.RECEIVED,
        RequestEnvelope,
        BATCH_KEY,
        "Asks for an assessment of essays whose texts lie in the content store (ELS_CJAssessmentRequestV1).",
    ),
    EventContract(
        "comparison-result-v1",
        COMPARISON_RESULT,
        Direction.RECEIVED,
        ResultEnvelope,
        "Any; answers are matched by their correlation id.",
        "A judge's answer to one question; its correlation id is the one the question was asked with"
        " (LLMComparisonResultV1).",
    ),
    EventContract(
        "comparison-requested-v1",
        COMPARISON_REQUESTED,
        Direction.INTERNAL,
        RequestedEnvelope,
        BATCH_KEY,
        "A question for the judge workers of the service (CJComparisonRequestedV1).",
    ),
    EventContract(
        "assessment-completed-v1",
        COMPLETED,
        Direction.PUBLISHED,
        Envelope[CompletedV1, TraceContext],
        BATCH_KEY,
        "A batch ended with a result: which essays have a score and which have none (CJAssessmentCompletedV1).",
    ),
    EventContract(
        "assessment-failed-v1",
        FAILED,
        Direction.PUBLISHED,
        Envelope[FailedV1, TraceContext],
        BATCH_KEY,
        "A batch ended without a result, or a request never became a batch (CJAssessmentFailedV1).",
    ),
    EventContract(
        "assessment-result-v2",
        RESULT_PUBLISHED,
        Direction.PUBLISHED,
        Envelope[AssessmentResultV2, TraceContext],
        BATCH_KEY,
        "Ranking, scores with errors, grades with probabilities, and how far they can be trusted"
        " (AssessmentResultV2).",
    ),
    EventContract(
        "resource-consumption-v1",
        RESOURCE_CONSUMPTION,
        Direction.PUBLISHED,
        Envelope[ResourceConsumptionV1, TraceContext],
        BATCH_KEY,
        "What a batch took, for billing; quantity is the number of successful comparisons"
        " (ResourceConsumptionV1).",
    ),
)


def json_schema(contract: EventContract) -> Document:
    """The whole message, envelope included."""
    body = contract.envelope.model_json_schema(mode=contract.schema_mode)
    return {"$schema": JSON_SCHEMA, **body, "title": contract.name, "description": contract.summary}


def async_api(contracts: Sequence[EventContract], version: str) -> Document:
    """AsyncAPI 3.0 from the side of the service: it receives what others write and sends what it publishes."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Comparative judgement assessment service",
            "version": version,
            "description": "Delivery is at least once everywhere: readers drop events whose `event_id` they have seen."
            " Events with one key keep their order. See docs/integration.md.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            name: channel for contract in contracts for name, channel in _channels(contract).items()
        },
        "operations": {contract.name: _operation(contract) for contract in contracts},
        "components": {"messages": {contract.name: _message(contract) for contract in contracts}},
    }


def _channels(contract: EventContract) -> Document:
    """The channel of the events and, where the service reads them, that of those nobody could read."""
    of_message = {contract.name: {"$ref": f"#/components/messages/{contract.name}"}}
    channels: Document = {
        contract.name: {
            "address": contract.topic,
            "description": contract.summary,
            "messages": of_message,
            "bindings": {"kafka": {"topic": contract.topic}},
        }
    }
    if contract.direction.is_read:
        dead = contract.topic + DEAD_LETTER_SUFFIX
        channels[f"{contract.name}-dead-letter"] = {
            "address": dead,
            "description": f"Messages of {contract.topic} that can never be handled, byte for byte as they came.",
            "messages": {"any": {"description": "Whatever was sent.", "payload": {}}},
            "bindings": {"kafka": {"topic": dead}},
        }
    return channels


def _operation(contract: EventContract) -> Document:
    return {
        "action": "receive" if contract.direction is Direction.RECEIVED else "send",
        "channel": {"$ref": f"#/channels/{contract.name}"},
        "summary": contract.summary,
        "messages": [{"$ref": f"#/channels/{contract.name}/messages/{contract.name}"}],
    }


def _message(contract: EventContract) -> Document:
    return {
        "name": contract.name,
        "title": contract.summary,
        "contentType": "application/json",
        "correlationId": {"location": "$message.payload#/correlation_id"},
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"schemas/events/{contract.file_name}"},
        },
        "bindings": {"kafka": {"key": {"type": "string", "description": contract.key}}},
    }
