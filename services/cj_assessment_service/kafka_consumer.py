"""The loop that takes messages in bulk and confirms them only after they are handled."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from cj_assessment_service.domain.errors import TryAgain
from cj_assessment_service.domain.messages import Delivery
from cj_assessment_service.protocols import MessageProcessorProtocol, MessageSourceProtocol, TelemetryProtocol

MOST_SURPRISES = 5
"""So often in a row something unexpected may be a passing fault; then it is a fault of a message, and that one is parked."""

Share = Sequence[Delivery]
Split = Callable[[Share], Sequence[Share]]


def all_together(deliveries: Share) -> Sequence[Share]:
    return (deliveries,) if deliveries else ()


def by_key(deliveries: Share) -> Sequence[Share]:
    """Those with the same key stay together, and in order."""
    shares: defaultdict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        shares[delivery.message.key].append(delivery)
    return tuple(shares.values())


@dataclass(frozen=True, slots=True)
class Portions:
    """How much is polled at most, and how it is split into shares that are handled at the same time, each as a whole."""

    limit: int
    split: Split


IN_BULK = Portions(500, all_together)
"""One transaction for many answers."""

FEW_AT_ONCE = Portions(10, by_key)
"""A request whose texts come slowly holds up nobody but those polled with it."""


@dataclass(frozen=True, slots=True)
class BackOff:
    """Seconds before another try: `first`, twice that, four times… up to `longest`."""

    first: float = 0.5
    longest: float = 30.0

    def after(self, failures: int) -> float:
        """The wait after so many failures in a row."""
        return min(self.first * 2.0 ** min(failures, 100), self.longest)


@dataclass(slots=True)
class MessageConsumer:
    """One group of topics; whatever carries the messages stands behind the source."""

    name: str
    source: MessageSourceProtocol
    processor: MessageProcessorProtocol
    telemetry: TelemetryProtocol
    portions: Portions = IN_BULK
    back_off: BackOff = BackOff()
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _failures: int = field(default=0, init=False)
    _surprises: int = field(default=0, init=False)

    async def run(self) -> None:
        """Until stopped or cancelled; no fault ends it. A passing fault delays and redelivers; nothing is confirmed before it
        is done. A message that cannot be handled for a reason nobody foresaw is parked after some tries.
        """
        try:
            while not self._stopping.is_set():
                await self._round()
        finally:
            await self.source.close()

    def stop(self) -> None:
        """What was polled is finished and confirmed, the source is closed, and `run` returns."""
        self._stopping.set()

    async def _round(self) -> None:
        try:
            deliveries = await self._poll()
            await self._handle(deliveries)
        except TryAgain as error:
            self.telemetry.delivery_failed(self.name, str(error))
            await self._start_over()
        except Exception as error:  # noqa: BLE001 - the loop that redelivers: whatever it was, others must not wait for ever
            self._surprises += 1
            self.telemetry.handling_failed(self.name, error)
            await self._start_over()
        else:
            self._failures = self._surprises = 0

    async def _poll(self) -> tuple[Delivery, ...]:
        """Nothing when the consumer is asked to stop meanwhile."""
        polling = asyncio.ensure_future(self.source.poll(self.portions.limit))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait([polling, stopping], return_when=asyncio.FIRST_COMPLETED)
            return polling.result() if polling.done() else ()
        finally:
            polling.cancel()
            stopping.cancel()

    async def _handle(self, deliveries: Share) -> None:
        """What was done is confirmed, also when this raises for what was not."""
        if self._surprises >= MOST_SURPRISES:
            await self._handle_one_by_one(deliveries)
            return
        shares = self.portions.split(deliveries)
        ends = await self._ends(shares)
        done = [one for share, end in zip(shares, ends, strict=True) if end is None for one in share]
        await self.source.confirm(done)
        failed = [end for end in ends if end is not None]
        if failed:
            # what nobody foresaw is told first, so that a passing fault beside it does not hide it for ever
            raise min(failed, key=lambda error: isinstance(error, TryAgain))

    async def _handle_one_by_one(self, deliveries: Share) -> None:
        passing: TryAgain | None = None
        for delivery in deliveries:
            try:
                await self._handle_or_park(delivery)
            except TryAgain as error:
                passing = error
            else:
                await self.source.confirm([delivery])
        if passing is not None:
            raise passing

    async def _handle_or_park(self, delivery: Delivery) -> None:
        [end] = await self._ends([[delivery]])
        if end is None:
            return
        if isinstance(end, TryAgain) or not isinstance(end, Exception):
            raise end
        self.telemetry.handling_failed(self.name, end)
        reason = f"Handling it failed {MOST_SURPRISES + 1} times, at last with {type(end).__name__}."
        await self.processor.park(delivery.message, reason)

    async def _ends(self, shares: Sequence[Share]) -> Sequence[BaseException | None]:
        """What came of each share, handled at the same time: None where it is done."""
        return await asyncio.gather(*(self._process(share) for share in shares), return_exceptions=True)

    async def _process(self, share: Share) -> None:
        await self.processor.process([delivery.message for delivery in share])

    async def _start_over(self) -> None:
        await self.source.redeliver()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), self.back_off.after(self._failures))
        self._failures += 1
