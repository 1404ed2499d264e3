"""The loop that takes messages in bulk and confirms them only after they are handled."""

import asyncio
from dataclasses import dataclass

from cj_assessment_service.domain.errors import TryAgain
from cj_assessment_service.event_processor import EventProcessor
from cj_assessment_service.protocols import MessageSourceProtocol, TelemetryProtocol

POLL_LIMIT = 500
FIRST_BACK_OFF_SECONDS = 0.5
LONGEST_BACK_OFF_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class MessageConsumer:
    """One group of topics; whatever carries the messages stands behind the source."""

    name: str
    source: MessageSourceProtocol
    processor: EventProcessor
    telemetry: TelemetryProtocol

    async def run(self) -> None:
        """Until cancelled. A passing fault delays and redelivers; nothing is confirmed before it is done."""
        back_off = FIRST_BACK_OFF_SECONDS
        while True:
            deliveries = await self.source.poll(POLL_LIMIT)
            try:
                await self.processor.process([delivery.message for delivery in deliveries])
            except TryAgain as error:
                self.telemetry.delivery_failed(self.name, str(error))
                await self.source.redeliver()
                await asyncio.sleep(back_off)
                back_off = min(2 * back_off, LONGEST_BACK_OFF_SECONDS)
            else:
                await self.source.confirm(deliveries)
                back_off = FIRST_BACK_OFF_SECONDS
