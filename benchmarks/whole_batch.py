"""From the request to the stored result, with a judge that answers at once."""

import asyncio
import time
from statistics import median

from benchmarks.application import WatchedApplication, watched_application
from benchmarks.figures import Bench, Figure
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.panels import Panel

SETTINGS = BatchSettings(panel=Panel.of("simulated:sd=2,seed=1"), seed=7, language="en")

SETTLING_SECONDS = 1.0
"""For the loops of the service to come to rest before the clock starts."""


async def measure(bench: Bench) -> tuple[Figure, ...]:
    async with watched_application(bench.url) as application:
        await seconds_and_answers(application, 30)
        small = [await seconds_and_answers(application, 30) for _ in range(bench.effort.repeats)]
        large = [await seconds_and_answers(application, 100) for _ in range(bench.effort.repeats)]
    seconds, pace = median(s for s, _ in small), median(answers / s for s, answers in large)
    return (
        Figure(
            "one batch of 30 essays, request to stored result",
            "5.0 s, 26 answers/s",
            "< 1 s",
            f"{seconds:.2f} s, {median(answers / s for s, answers in small):.0f} answers/s",
            seconds < 1,
        ),
        Figure("one batch of 100 essays, everything included", "19 answers/s", "", f"{pace:.0f} answers/s"),
    )


async def seconds_and_answers(application: WatchedApplication, essays: int) -> tuple[float, int]:
    """Of one batch; when the clock starts, its texts lie in the store and the events of the last one have left."""
    request = await application.request(essays, SETTINGS)
    await asyncio.sleep(SETTLING_SECONDS)
    started = time.perf_counter()
    await application.publish(request)
    batch_id = await application.watch.endings.get()
    seconds = time.perf_counter() - started
    overview = await (await application.application.reader()).overview(batch_id)
    if not overview.status.is_complete:
        raise RuntimeError(f"the batch failed: {overview.failure_detail}")
    return seconds, overview.progress.answered
