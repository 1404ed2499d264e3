"""Asks of every judge, before a question leaves, where its questions go: it is noted, and refused where texts must stay."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.privacy.local_only import refuse_remote
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.protocols import (
    LLMInteractionProtocol,
    PrivacyRepositoryProtocol,
    SessionProviderProtocol,
)


@dataclass(frozen=True, slots=True)
class JudgeAdmission:
    sessions: SessionProviderProtocol
    privacy: PrivacyRepositoryProtocol
    judges: LLMInteractionProtocol

    async def admit(self, batch_id: BatchId, settings: BatchSettings) -> None:
        """The whole panel, arbiters and fall-backs included. Raises InvalidJudge, or RemoteJudgeRefused where the batch is
        local only.
        """
        destinations = {
            judge: (await self.judges.get_traits(judge)).destination for judge in settings.panel.judges
        }
        if settings.privacy.local_only:
            for judge, destination in destinations.items():
                refuse_remote(judge, destination)
        if not any(destinations.values()):
            return
        async with self.sessions.session() as session:
            await self.privacy.record_destinations(session, batch_id, destinations)
            await session.commit()
