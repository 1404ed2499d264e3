"""Messages as bytes: what travels between processes, whatever carries it."""

from dataclasses import dataclass
from uuid import UUID


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
