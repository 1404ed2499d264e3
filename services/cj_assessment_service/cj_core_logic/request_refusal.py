"""Tells the requester that a request cannot become a batch."""

from dataclasses import dataclass

from cj_assessment_service.domain.events import RequestRefused
from cj_assessment_service.protocols import EventStagingProtocol, SessionProviderProtocol


@dataclass(frozen=True, slots=True)
class RequestRefusal:
    sessions: SessionProviderProtocol
    events: EventStagingProtocol

    async def refuse(self, refused: RequestRefused) -> None:
        """One failure event, however often the request is delivered."""
        async with self.sessions.session() as session:
            await self.events.stage(session, refused)
            await session.commit()
