"""Asks providers, now and then, how the batches they were handed are getting on."""

import asyncio
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.provider_batch_collection import ProviderBatchCollection
from cj_assessment_service.domain.errors import InvalidJudge, TryAgain
from cj_assessment_service.domain.policies import ProviderBatchPolicy
from cj_assessment_service.protocols import TelemetryProtocol


@dataclass(frozen=True, slots=True)
class ProviderBatchWatch:
    collection: ProviderBatchCollection
    policy: ProviderBatchPolicy
    telemetry: TelemetryProtocol

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except TryAgain as error:
                self.telemetry.delivery_failed("provider batches", str(error))
            await asyncio.sleep(self.policy.look_seconds)

    async def look(self) -> None:
        """Once at every open batch; one that cannot be asked now does not keep the others waiting."""
        for batch in await self.collection.open_batches():
            try:
                await self.collection.advance(batch)
            except (TryAgain, InvalidJudge) as error:
                self.telemetry.delivery_failed(batch.judge, type(error).__name__)
