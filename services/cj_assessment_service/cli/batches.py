"""Commands that look at batches."""

import asyncio

import click

from cj_assessment_service.cli.documents import overview_document
from cj_assessment_service.cli.installed import running
from cj_assessment_service.cli.listing import list_rows
from cj_assessment_service.cli.services import Services
from cj_assessment_service.cli.tables import BATCH_COLUMNS
from cj_assessment_service.cli.talk import Talk, talk_for
from cj_assessment_service.cli.wording import standing_text
from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.domain.errors import UnknownBatch
from cj_assessment_service.domain.identifiers import BatchId

MOST_LISTED = 50
NO_BATCH = "There is no batch yet. `cj demo` makes one."


@click.command()
@click.argument("batch", type=int, required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def status(batch: int | None, as_json: bool) -> None:
    """Show where BATCH stands (the newest one when none is named)."""
    asyncio.run(_status(batch, talk_for(as_json)))


async def _status(batch: int | None, talk: Talk) -> None:
    async with running(talk) as services:
        overview = await _overview(services, batch)
    talk.send(overview_document(overview))
    talk.say(standing_text(overview))
    if len(overview.settings.panel.judges) > 1:
        talk.say(f"Judges: {overview.settings.panel}.")


async def _overview(services: Services, batch: int | None) -> BatchOverview:
    if batch is not None:
        return await services.reader.overview(BatchId(batch))
    newest = await services.reader.newest(1)
    if not newest:
        raise UnknownBatch(NO_BATCH)
    return newest[0]


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_batches(as_json: bool) -> None:
    """List the newest batches."""
    asyncio.run(_list(talk_for(as_json)))


async def _list(talk: Talk) -> None:
    async with running(talk) as services:
        newest = await services.reader.newest(MOST_LISTED)
    if not newest:
        talk.say(NO_BATCH)
        return
    list_rows(talk, BATCH_COLUMNS, newest, overview_document)
