"""What the client library is told."""

import logging

from confluent_kafka import KafkaError

from cj_assessment_service.domain.errors import BrokerUnavailable
from cj_assessment_service.domain.policies import KafkaPolicy

logger = logging.getLogger("cj_assessment_service.kafka")

ClientSettings = dict[str, str | int | float | bool]

LARGEST_MESSAGE_BYTES = 8 * 1024 * 1024
"""Results of thousands of essays are larger than the megabyte that is usual."""

LONGEST_HANDLING_MS = 600_000
"""A consumer that handles one poll for longer is taken for dead."""

LONGEST_HEARTBEAT_MS = 3_000


def client_settings(policy: KafkaPolicy) -> ClientSettings:
    """Of every client."""
    return {
        "bootstrap.servers": policy.bootstrap_servers,
        "client.id": "cj-assessment-service",
        "log.connection.close": False,
        # back within two seconds of the broker
        "reconnect.backoff.max.ms": 2_000,
        "topic.metadata.refresh.interval.ms": 30_000,
        **dict(policy.client_options),
    }


def producer_settings(policy: KafkaPolicy) -> ClientSettings:
    return {
        **client_settings(policy),
        "acks": "all",
        "enable.idempotence": True,
        "delivery.timeout.ms": round(policy.delivery_timeout * 1000),
        "linger.ms": 1,
        "compression.type": "lz4",
        "message.max.bytes": LARGEST_MESSAGE_BYTES,
        # keys go to the partitions where Java clients put them
        "partitioner": "murmur2_random",
    }


def reader_settings(policy: KafkaPolicy, group: str) -> ClientSettings:
    """Of a client that reads and commits only what it is told to."""
    return {
        **client_settings(policy),
        "group.id": f"{policy.group}.{group}",
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "fetch.wait.max.ms": 200,
        "queued.max.messages.kbytes": 16_384,
    }


def consumer_settings(policy: KafkaPolicy, group: str) -> ClientSettings:
    """Of a member of a group."""
    session_ms = round(policy.session_timeout * 1000)
    return {
        **reader_settings(policy, group),
        "session.timeout.ms": session_ms,
        "heartbeat.interval.ms": min(LONGEST_HEARTBEAT_MS, session_ms // 6),
        "max.poll.interval.ms": max(LONGEST_HANDLING_MS, session_ms),
        "partition.assignment.strategy": "cooperative-sticky",
    }


def unavailable(what: str, error: KafkaError) -> BrokerUnavailable:
    return BrokerUnavailable(f"{what} ({error.str()}).")
