"""Messages within one process: the same promises as a broker, as long as the process lives."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from itertools import count

from cj_assessment_service.domain.errors import TryAgain
from cj_assessment_service.domain.messages import ConsumerLag, Delivery, Message
from cj_assessment_service.protocols import (
    BrokerHealthProtocol,
    MessagePublisherProtocol,
    MessageSourceProtocol,
    MessageSourcesProtocol,
)
from cj_assessment_service.wire.topics import ConsumerGroup


class InProcessSource(MessageSourceProtocol):
    """The messages of some topics, in the order they were published."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Delivery] = asyncio.Queue()
        self._receipts = count(1)
        self._unconfirmed: dict[int, Delivery] = {}
        self._again: list[Delivery] = []

    def accept(self, message: Message) -> None:
        self._queue.put_nowait(Delivery(next(self._receipts), message))

    async def poll(self, limit: int) -> tuple[Delivery, ...]:
        if self._again:
            polled, self._again = self._again[:limit], self._again[limit:]
        else:
            polled = [await self._queue.get()]
            while len(polled) < limit and not self._queue.empty():
                polled.append(self._queue.get_nowait())
        self._unconfirmed.update((delivery.receipt, delivery) for delivery in polled)
        return tuple(polled)

    async def confirm(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            if self._unconfirmed.pop(delivery.receipt, None) is not None:
                self._queue.task_done()

    async def redeliver(self) -> None:
        self._again = [*self._unconfirmed.values(), *self._again]
        self._unconfirmed = {}

    @property
    def is_empty(self) -> bool:
        """Whether a poll would have to wait."""
        return self._queue.empty() and not self._again

    async def close(self) -> None:
        """Nobody else waits for what is here, so nothing is given back."""

    async def drained(self) -> None:
        """Returns once every message accepted so far is confirmed."""
        await self._queue.join()


class InProcessMessageBus(MessagePublisherProtocol, MessageSourcesProtocol, BrokerHealthProtocol):
    """Hands each message to the source that subscribed to its topic; without one it has reached everybody."""

    def __init__(self) -> None:
        self._sources: defaultdict[str, list[InProcessSource]] = defaultdict(list)

    def subscribe(self, *topics: str) -> InProcessSource:
        source = InProcessSource()
        for topic in topics:
            self._sources[topic].append(source)
        return source

    async def open_source(self, group: ConsumerGroup) -> InProcessSource:
        return self.subscribe(*group.topics)

    async def publish(self, message: Message) -> None:
        for source in self._sources[message.topic]:
            source.accept(message)

    async def publish_all(self, messages: Sequence[Message]) -> tuple[TryAgain | None, ...]:
        for message in messages:
            await self.publish(message)
        return (None,) * len(messages)

    async def is_reachable(self) -> bool:
        return True

    async def lags(self) -> tuple[ConsumerLag, ...]:
        return ()
