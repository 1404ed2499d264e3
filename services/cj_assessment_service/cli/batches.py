"""Commands about batches that exist."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import click
from rich.table import Table

from cj_assessment_service.cli.exits import ExitCode, Stopped
from cj_assessment_service.cli.installed import current_installation
from cj_assessment_service.cli.output import FORMATS, result_files, write_results
from cj_assessment_service.cli.progress import overview_document
from cj_assessment_service.cli.run import (
    follow_to_the_end,
    judge_notices,
    publish,
    remembered_output,
    talk_for,
)
from cj_assessment_service.cli.services import Services
from cj_assessment_service.cli.wording import ending_text
from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.domain.errors import UnknownBatch
from cj_assessment_service.domain.identifiers import BatchId

SHOWN = 50


@click.command()
@click.argument("batch", type=int, required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def status(batch: int | None, as_json: bool) -> None:
    """Show where BATCH stands (the newest one when none is named)."""
    asyncio.run(_status(batch, as_json))


async def _status(batch: int | None, as_json: bool) -> None:
    async with current_installation().open() as services:
        overview = await _overview(services, batch)
        if as_json:
            click.echo(json.dumps(overview_document(overview)))
            return
        console = talk_for(as_json=False).console
        console.print(ending_text(overview) if overview.status.is_terminal else _running_text(overview))


async def _overview(services: Services, batch: int | None) -> BatchOverview:
    if batch is not None:
        return await services.reader.overview(BatchId(batch))
    newest = await services.reader.newest(1)
    if not newest:
        raise UnknownBatch("There is no batch yet. `cj demo` makes one.")
    return newest[0]


def _running_text(overview: BatchOverview) -> str:
    counts = overview.progress
    reliability = "not known yet" if overview.reliability is None else f"{overview.reliability:.2f}"
    return (
        f"Batch {overview.identity.batch_id} is not finished: wave {overview.wave}, {counts.answered} of at most"
        f" {counts.budget} comparisons answered ({counts.failed} failed), reliability {reliability}."
        f" If nothing works on it, go on with: cj resume {overview.identity.batch_id}"
    )


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_batches(as_json: bool) -> None:
    """List the newest batches."""
    asyncio.run(_list(as_json))


async def _list(as_json: bool) -> None:
    async with current_installation().open() as services:
        newest = await services.reader.newest(SHOWN)
    if as_json:
        for overview in newest:
            click.echo(json.dumps(overview_document(overview)))
        return
    if not newest:
        click.echo("There is no batch yet. `cj demo` makes one.")
        return
    table = Table()
    for heading in ("batch", "started", "essays", "judgements", "reliability", "status", "judge"):
        table.add_column(heading)
    for overview in newest:
        table.add_row(
            str(overview.identity.batch_id),
            f"{overview.created_at.astimezone():%Y-%m-%d %H:%M}",
            str(overview.essays_loaded),
            str(overview.progress.completed),
            "–" if overview.reliability is None else f"{overview.reliability:.2f}",
            overview.status.value,
            overview.settings.judge,
        )
    talk_for(as_json=False).console.print(table)


@click.command()
@click.argument("batch", type=int)
@click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    help="May be repeated; all when left out.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Folder for the results.",
)
def results(batch: int, formats: tuple[str, ...], out: Path) -> None:
    """Write the results of BATCH, finished or not."""
    asyncio.run(_results(BatchId(batch), formats or FORMATS, out))


async def _results(batch_id: BatchId, formats: tuple[str, ...], out: Path) -> None:
    async with current_installation().open() as services:
        result = await services.reader.result(batch_id)
        notices = await judge_notices(services, batch_id)
    files = await asyncio.to_thread(result_files, result, notices, formats)
    await asyncio.to_thread(write_results, out, files)
    for file in files:
        click.echo(out / file.name)


@click.command()
@click.argument("batch", type=int)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for the results (default: as first started)."
)
@click.option("--json", "as_json", is_flag=True, help="Progress and outcome as JSON lines.")
def resume(batch: int, out: Path | None, as_json: bool) -> None:
    """Carry on BATCH where it was interrupted; what was judged is not asked again."""
    asyncio.run(_resume(BatchId(batch), out, as_json))


async def _resume(batch_id: BatchId, out: Path | None, as_json: bool) -> None:
    talk = talk_for(as_json)
    async with current_installation().open() as services:
        folder = out or await remembered_output(services, batch_id) or Path("results")
        overview = await services.reader.overview(batch_id)
        if overview.status.is_terminal:
            await publish(services, overview, folder, talk)
            return
        async with services.run_lock.hold(batch_id):
            # the lock says that nobody else drives this batch, so any claim on it is abandoned
            await services.recovery.resume(batch_id, services.clock.now() + timedelta(seconds=1))
            await follow_to_the_end(services, batch_id, folder, talk)


@click.command()
@click.argument("batch", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(batch: int, yes: bool) -> None:
    """Forget BATCH: its essays, comparisons and results, and every text that only it used."""
    if not yes and not click.confirm(f"Delete batch {batch} with all its texts and results for good?"):
        raise Stopped(ExitCode.USAGE)
    asyncio.run(_delete(BatchId(batch)))
    click.echo(f"Batch {batch} is deleted.")


async def _delete(batch_id: BatchId) -> None:
    async with current_installation().open() as services:
        await services.deletion.delete(batch_id)
