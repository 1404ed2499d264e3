"""Reads at intervals how much work lies in the database and with the broker, so that scraping costs neither anything."""

import asyncio
from dataclasses import dataclass

from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import TryAgain
from cj_assessment_service.domain.service_state import Patience
from cj_assessment_service.protocols import (
    BrokerHealthProtocol,
    ServiceStateProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)

LOOK_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class ServiceStateWatch:
    sessions: SessionProviderProtocol
    state: ServiceStateProtocol
    patience: Patience
    broker: BrokerHealthProtocol
    telemetry: TelemetryProtocol
    clock: Clock

    async def run(self) -> None:
        """Until cancelled. Figures stay as they were while the database does not answer; their date says how old they are."""
        while True:
            try:
                await self.look()
            except TryAgain as error:
                self.telemetry.delivery_failed("service state", str(error))
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        now = self.clock.now()
        async with self.sessions.session() as session:
            state = await self.state.read(session, now, self.patience)
        self.telemetry.service_state_read(state, now)
        for lag in await self.broker.lags():
            self.telemetry.consumer_lag(lag)
