"""The outside client of the examples, run as its readers run it, against the contracts: a broker over TCP, a content store over
HTTP, and a service that answers as ours does.
"""

import asyncio
import json
import sys
import threading
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, Producer
from jsonschema import Draft202012Validator

from cj_assessment_service.domain.batches import BatchIdentity
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.events import PublishedEvent, RequestRefused
from cj_assessment_service.domain.grades import ConfidenceLabel, GradeProjection
from cj_assessment_service.domain.identifiers import BatchId, CorrelationId, EventId, Grade
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.tests.unit.wire.test_published_events import NOW, a_result, an_essay
from cj_assessment_service.wire.assessment_request import RequestDefaults, decode_request_event
from cj_assessment_service.wire.contracts import EVENT_CONTRACTS, json_schema
from cj_assessment_service.wire.http import ContentBody
from cj_assessment_service.wire.published_events import encode_event
from cj_assessment_service.wire.topics import REQUESTED

EXAMPLES = Path(__file__).parents[4] / "examples"
TOKEN = "of-a-service"  # noqa: S105 - opens nothing


class Contents(BaseHTTPRequestHandler):
    """Takes texts as our route does."""

    def do_POST(self) -> None:
        assert (self.path, self.headers["Authorization"]) == ("/v1/contents", f"Bearer {TOKEN}")
        body = self.rfile.read(int(self.headers["Content-Length"]))
        text = ContentBody.model_validate_json(body).text
        self.send_response(201)
        self.end_headers()
        self.wfile.write(json.dumps({"storage_id": sha256(text.encode()).hexdigest()}).encode())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def contents() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Contents) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        serving.join()


@pytest.fixture
def broker() -> Iterator[str]:
    """One that speaks the protocol, inside the library of the client."""
    holder = Producer({"test.mock.num.brokers": 1})
    [found] = holder.list_topics(timeout=10).brokers.values()
    yield f"{found.host}:{found.port}"
    holder.flush(0)  # the broker lives as long as its holder


def next_request(broker: str) -> AssessmentRequest:
    consumer = Consumer({"bootstrap.servers": broker, "group.id": "service", "auto.offset.reset": "earliest"})
    consumer.subscribe([REQUESTED])
    try:
        while True:
            message = consumer.poll(1.0)
            value = message.value() if message is not None and not message.error() else None
            if value is not None:
                break
    finally:
        consumer.close()
    [contract] = [contract for contract in EVENT_CONTRACTS if contract.topic == REQUESTED]
    Draft202012Validator(json_schema(contract)).validate(json.loads(value))
    return decode_request_event(value, RequestDefaults(judge="offline"))


def publish(broker: str, *events: PublishedEvent) -> None:
    producer = Producer({"bootstrap.servers": broker})
    for event in events:
        message = encode_event(event).message
        producer.produce(message.topic, message.value, key=message.key)
    assert producer.flush(10) == 0


def result_for(request: AssessmentRequest, correlation_id: CorrelationId) -> PublishedEvent:
    """Ranks the essays in the order they came in; the first is an A, the rest have no grade."""
    projection = GradeProjection(
        request.essays[0].essay_id, Grade("A"), Grade("A"), (), 0.9, ConfidenceLabel.HIGH, 1.0
    )
    essays = [
        an_essay(essay.essay_id, projection if place == 0 else None, rank=place + 1)
        for place, essay in enumerate(request.essays)
    ]
    identity = BatchIdentity(
        BatchId(3), request.outer_id, correlation_id, request.user_id, None, request.assignment_id, None
    )
    return replace(a_result(*essays), identity=identity)


async def run_client(broker: str, contents: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(EXAMPLES / "event_client" / "client.py"),
        str(EXAMPLES / "swedish" / "essays"),
        *("--language", "sv", "--assignment", "np", "--timeout", "60"),
        *("--kafka", broker, "--service", contents, "--token", TOKEN),
        stdout=PIPE,
        stderr=PIPE,
    )


async def test_the_client_prints_the_ranking_of_its_own_batch(broker: str, contents: str) -> None:
    client = await run_client(broker, contents)
    request = await asyncio.to_thread(next_request, broker)
    assert len(request.essays) == 12
    assert (request.assignment_id, request.settings.language, request.user_id) == (
        "np",
        "sv",
        "example-teacher",
    )
    somebody_elses = result_for(request, CorrelationId(uuid4()))
    await asyncio.to_thread(publish, broker, somebody_elses, result_for(request, request.correlation_id))
    out, errors = await client.communicate()
    assert (client.returncode, errors) == (0, b"")
    lines = out.decode().splitlines()
    assert len(lines) == 12
    assert lines[0].split() == ["1", "A", "+0.50", "±0.30", request.essays[0].essay_id]


async def test_the_client_tells_why_its_batch_failed(broker: str, contents: str) -> None:
    client = await run_client(broker, contents)
    request = await asyncio.to_thread(next_request, broker)
    refused = RequestRefused(
        EventId(uuid4()),
        request.outer_id,
        request.correlation_id,
        None,
        ErrorCode.VALIDATION_ERROR,
        "The assignment np is not configured.",
        NOW,
    )
    await asyncio.to_thread(publish, broker, refused)
    _, errors = await client.communicate()
    assert client.returncode == 1
    assert "The assignment np is not configured." in errors.decode()
