"""Messages within one process: the same promises as a broker, as long as the process lives."""

import asyncio
from collections import defaultdict

from cj_assessment_service.domain.messages import Message
from cj_assessment_service.protocols import MessagePublisherProtocol, MessageSourceProtocol


class InProcessSource(MessageSourceProtocol):
    """The messages of some topics, in the order they were published."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Message] = asyncio.Queue()
        self._unconfirmed: list[Message] = []
        self._again: list[Message] = []

    def accept(self, message: Message) -> None:
        self._queue.put_nowait(message)

    async def poll(self, limit: int) -> tuple[Message, ...]:
        if self._again:
            polled, self._again = self._again[:limit], self._again[limit:]
        else:
            polled = [await self._queue.get()]
            while len(polled) < limit and not self._queue.empty():
                polled.append(self._queue.get_nowait())
        self._unconfirmed.extend(polled)
        return tuple(polled)

    async def commit(self) -> None:
        for _ in self._unconfirmed:
            self._queue.task_done()
        self._unconfirmed.clear()

    async def redeliver(self) -> None:
        self._again = [*self._unconfirmed, *self._again]
        self._unconfirmed = []

    async def drained(self) -> None:
        """Returns once every message accepted so far is confirmed."""
        await self._queue.join()


class InProcessMessageBus(MessagePublisherProtocol):
    """Hands each message to the source that subscribed to its topic; without one it has reached everybody."""

    def __init__(self) -> None:
        self._sources: defaultdict[str, list[InProcessSource]] = defaultdict(list)

    def subscribe(self, *topics: str) -> InProcessSource:
        source = InProcessSource()
        for topic in topics:
            self._sources[topic].append(source)
        return source

    async def publish(self, message: Message) -> None:
        for source in self._sources[message.topic]:
            source.accept(message)
