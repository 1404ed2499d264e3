"""The record of a run that did not come to its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cj_assessment_service.cli.installed import running
from cj_assessment_service.cli.privacy import named_result
from cj_assessment_service.cli.run import save
from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.domain.errors import CJError
from cj_assessment_service.domain.identifiers import BatchId


@dataclass(slots=True)
class Run:
    """What is run, once that is known, and where its results go."""

    batch_id: BatchId | None = None
    folder: Path = Path()

    def begins(self, batch_id: BatchId, folder: Path) -> None:
        self.batch_id, self.folder = batch_id, folder


@asynccontextmanager
async def recorded_run(talk: Talk) -> AsyncIterator[Run]:
    """Around the running application: whatever stops it, what it has sent is told. Only once it has stopped is that known,
    because until then its judges go on, so that it is opened again for this.
    """
    run = Run()
    try:
        yield run
    except (asyncio.CancelledError, CJError):
        if run.batch_id is not None:
            with suppress(CJError):
                async with running(talk) as services:
                    result = await named_result(services, run.batch_id)
                    await save(services, result, run.folder, ("disclosure",))
        raise
