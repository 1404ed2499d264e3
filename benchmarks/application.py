"""The whole service in this process, watched: it tells when a batch ends and who took which hand-over."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import numpy as np
from dishka import Provider, Scope

from cj_assessment_service.app import run_in_process
from cj_assessment_service.config import Settings
from cj_assessment_service.di import make_container
from cj_assessment_service.domain.batches import BatchEnding, BatchOverview, BatchSettings, Claim
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.implementations.telemetry import LoggedTelemetry
from cj_assessment_service.protocols import (
    JudgeProtocol,
    JudgeProviderProtocol,
    MessagePublisherProtocol,
    TelemetryProtocol,
)
from cj_assessment_service.tests.fixtures.application import RunningApplication, ScriptedJudges
from cj_assessment_service.wire.assessment_request import encode_request_event
from cj_assessment_service.wire.topics import REQUESTED

WORDS = (
    "the",
    "school",
    "because",
    "writing",
    "summer",
    "people",
    "think",
    "often",
    "good",
    "reason",
    "city",
)


@dataclass(frozen=True, slots=True)
class Watch:
    """`hand_overs` counts the claims by batch and wave; `endings` gives each batch once, when its end is stored."""

    hand_overs: Counter[tuple[BatchId, int]] = field(default_factory=Counter)
    endings: asyncio.Queue[BatchId] = field(default_factory=asyncio.Queue)


@dataclass(frozen=True)
class WatchedTelemetry(LoggedTelemetry):
    watch: Watch

    def hand_over_claimed(self, claim: Claim) -> None:
        super().hand_over_claimed(claim)
        self.watch.hand_overs[claim.batch_id, claim.wave] += 1

    def batch_ended(self, overview: BatchOverview, ending: BatchEnding) -> None:
        super().batch_ended(overview, ending)
        self.watch.endings.put_nowait(overview.identity.batch_id)


@dataclass(frozen=True, slots=True)
class WatchedApplication:
    application: RunningApplication
    watch: Watch

    async def request(self, essays: int, settings: BatchSettings) -> AssessmentRequest:
        """The texts are stored already."""
        return await self.application.request([text_of(number) for number in range(essays)], settings)

    async def publish(self, request: AssessmentRequest) -> None:
        """Sends the request as an event; its batch ends some time later."""
        publisher: MessagePublisherProtocol = await self.application.container.get(MessagePublisherProtocol)
        value = encode_request_event(request, uuid4(), datetime.now(UTC))
        await publisher.publish(Message(REQUESTED, request.outer_id, value))


def watched(watch: Watch) -> Provider:
    """Puts the watch in the place of the usual telemetry."""
    provider = Provider(scope=Scope.APP)
    provider.provide(lambda: watch, provides=Watch)
    provider.provide(WatchedTelemetry, provides=TelemetryProtocol, override=True)
    return provider


@asynccontextmanager
async def watched_application(
    url: str,
    scripted: Sequence[tuple[str, JudgeProtocol]] = (),
    judges: JudgeProviderProtocol | None = None,
) -> AsyncIterator[WatchedApplication]:
    """`scripted` are judges by the names under which batches ask for them; `judges` opens all of them instead."""
    watch, known = Watch(), ScriptedJudges(dict(scripted))
    opened = known if judges is None else judges
    provider = watched(watch)
    provider.provide(lambda: opened, provides=JudgeProviderProtocol, override=True)
    async with run_in_process(make_container(Settings(), url, provider)) as container:
        yield WatchedApplication(RunningApplication(container, known), watch)


def text_of(number: int) -> str:
    """250 words, as long as a school essay; each number has its own text."""
    words = np.random.default_rng(number).choice(WORDS, size=250)
    return f"Essay number {number}. {' '.join(words)}."
