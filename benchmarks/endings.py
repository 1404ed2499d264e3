"""Whether batches of every size end by themselves, whatever their judge does."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zlib import crc32

from benchmarks.application import WatchedApplication, watched_application
from benchmarks.figures import Bench, Figure
from cj_assessment_service.domain.batches import BatchOverview, BatchSettings
from cj_assessment_service.domain.comparisons import ComparisonRequest, JudgeFailure, JudgeReply
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judges import ComparisonTask, JudgeSpec, JudgeTraits, Quote
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.implementations.judges.registry import EntryPointJudges
from cj_assessment_service.protocols import JudgeProtocol

LARGEST = 40
PATIENCE_SECONDS = 300.0
UNLUCKY = EssayId("essay-00")
PASSING, LASTING = ErrorCode.TIMEOUT, ErrorCode.AUTHENTICATION_ERROR

Fails = Callable[[ComparisonRequest], bool]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which questions get no verdict, and with which error."""

    name: str
    fails: Fails
    code: ErrorCode = PASSING


def chance(request: ComparisonRequest) -> int:
    """0 to 99, the same for the same question."""
    return crc32(f"{request.wave} {request.repeat} {request.pair}".encode()) % 100


PATTERNS = (
    Pattern("nothing fails", lambda _: False),
    Pattern("every question fails, and may be repeated", lambda _: True),
    Pattern("every question fails for good", lambda _: True, LASTING),
    Pattern("1 in 10 may be repeated", lambda request: chance(request) < 10),
    Pattern("1 in 6 fails for good", lambda request: chance(request) < 17, LASTING),
    Pattern("every other may be repeated", lambda request: chance(request) < 50),
    Pattern("each pair's first question", lambda request: request.repeat == 0 and chance(request) < 60),
    Pattern("the whole first wave", lambda request: request.wave == 1),
    Pattern("everything from the third wave on", lambda request: request.wave >= 3, LASTING),
    Pattern("one essay always", lambda request: UNLUCKY in request.pair.unordered),
    Pattern("one essay always, for good", lambda request: UNLUCKY in request.pair.unordered, LASTING),
)


@dataclass(frozen=True, slots=True)
class FailingJudge(JudgeProtocol):
    """Answers like the simulated judge except where its pattern fails."""

    wrapped: JudgeProtocol
    pattern: Pattern

    @property
    def traits(self) -> JudgeTraits:
        return JudgeTraits()

    def quote(self, task: ComparisonTask) -> Quote:
        return self.wrapped.quote(task)

    async def compare(self, task: ComparisonTask) -> JudgeReply:
        if self.pattern.fails(task.request):
            return JudgeFailure(self.pattern.code, "failed as planned")
        return await self.wrapped.compare(task)

    async def close(self) -> None:
        await self.wrapped.close()


async def measure(bench: Bench) -> tuple[Figure, ...]:
    simulated = EntryPointJudges().open(JudgeSpec("simulated", "sd=2,seed=1"))
    sizes = range(2, LARGEST + 1, bench.effort.step)
    started = time.perf_counter()
    ended: list[BatchOverview] = []
    for number, pattern in enumerate(PATTERNS):
        name = f"failing:{number}"
        async with watched_application(bench.url, [(name, FailingJudge(simulated, pattern))]) as application:
            ended += await endings(application, sizes, name)
    seconds = time.perf_counter() - started
    asked = len(sizes) * len(PATTERNS)
    sound = [overview for overview in ended if overview.progress.pending == 0]
    complete = sum(overview.status.is_complete for overview in sound)
    return (
        Figure(
            f"batches of 2 to {LARGEST} essays that end by themselves, {len(PATTERNS)} patterns of failures",
            "none of 4-15",
            "all",
            f"{len(sound)} of {asked} ({complete} with a result, the others because of their judge; {seconds:.0f} s)",
            len(sound) == asked,
        ),
    )


async def endings(
    application: WatchedApplication, sizes: Sequence[int], judge: str
) -> tuple[BatchOverview, ...]:
    """Of all batches at once, as many as ended within PATIENCE_SECONDS."""
    settings = BatchSettings(panel=Panel.of(judge), seed=7, language="en")
    for size in sizes:
        await application.publish(await application.request(size, settings))
    reader = await application.application.reader()
    ended = []
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            for _ in sizes:
                batch_id = await application.watch.endings.get()
                ended.append(await reader.overview(batch_id))
    except TimeoutError:
        pass  # what did not end is missing in the count
    return tuple(ended)
