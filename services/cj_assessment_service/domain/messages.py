"""Messages as bytes: what travels between processes, whatever carries it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cj_assessment_service.domain.identifiers import DeadLetterId


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a topic. Messages with the same key keep their order."""

    topic: str
    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as it arrived; `receipt` is the source's own number for this arrival, by which it is confirmed."""

    receipt: int
    message: Message


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message waiting to be published; `attempts` counts the failed tries."""

    message_id: UUID
    message: Message
    attempts: int


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """A waiting message that could not be published, and when it is tried again; None when it never is."""

    message_id: UUID
    error: str
    next_attempt_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A parked message, as it arrived; `reason` is a sentence for operators and never holds words of a text."""

    letter_id: DeadLetterId
    message: Message
    reason: str
    parked_at: datetime


@dataclass(frozen=True, slots=True)
class ConsumerLag:
    """How many messages of the topic the group has not confirmed yet."""

    group: str
    topic: str
    messages: int
