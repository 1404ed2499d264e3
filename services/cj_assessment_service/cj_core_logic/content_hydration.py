"""Fetches texts: bounded, in parallel, and never inside a transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.judging.injection_guard import findings_in, joined
from cj_assessment_service.cj_core_logic.judging.visible_text import visible_text
from cj_assessment_service.domain.errors import ContentMissing
from cj_assessment_service.domain.essays import EssayReference, FailedEssay, LoadedEssay
from cj_assessment_service.domain.identifiers import StorageId
from cj_assessment_service.domain.policies import LoadingPolicy
from cj_assessment_service.domain.together import together
from cj_assessment_service.protocols import ContentStoreProtocol, TelemetryProtocol


@dataclass(frozen=True, slots=True)
class HydratedEssays:
    """Every requested essay is in exactly one of the two."""

    loaded: tuple[LoadedEssay, ...]
    failed: tuple[FailedEssay, ...]


@dataclass(frozen=True, slots=True)
class ContentHydration:
    contents: ContentStoreProtocol
    policy: LoadingPolicy
    telemetry: TelemetryProtocol

    async def hydrate_essays(self, references: Sequence[EssayReference]) -> HydratedEssays:
        """The texts without what no reader sees, and with what speaks to the judge in them. A text that does not exist
        fails its essay; a store that does not answer raises ContentUnavailable.
        """
        limit = asyncio.Semaphore(self.policy.concurrency)
        essays = await together(self._hydrate(reference, limit) for reference in references)
        return HydratedEssays(
            loaded=tuple(essay for essay in essays if isinstance(essay, LoadedEssay)),
            failed=tuple(essay for essay in essays if isinstance(essay, FailedEssay)),
        )

    async def hydrate_text(self, storage_id: StorageId | None) -> str:
        """Empty where nothing is configured. Raises ContentMissing: a judge without the task would judge another."""
        if storage_id is None:
            return ""
        with self.telemetry.fetching_prompt():
            return await self.contents.fetch_content(storage_id)

    async def _hydrate(
        self, reference: EssayReference, limit: asyncio.Semaphore
    ) -> LoadedEssay | FailedEssay:
        async with limit:
            try:
                text = await self.contents.fetch_content(reference.storage_id)
            except ContentMissing as error:
                return FailedEssay(
                    reference.essay_id, reference.storage_id, error.code, str(error), reference.name
                )
        findings = await asyncio.to_thread(findings_in, text)
        return LoadedEssay(
            essay_id=reference.essay_id,
            storage_id=reference.storage_id,
            text=visible_text(text),
            name=reference.name,
            findings=joined(findings, reference.findings),
        )
