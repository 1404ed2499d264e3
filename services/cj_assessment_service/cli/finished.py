"""Commands that bring a batch to its results."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from cj_assessment_service.cli.check_notes import check_of
from cj_assessment_service.cli.check_results import finish_check
from cj_assessment_service.cli.installed import running
from cj_assessment_service.cli.output import FORMATS, prepare_folder
from cj_assessment_service.cli.privacy import named_result, refuse_without_texts
from cj_assessment_service.cli.run import follow_to_the_end, judge_notices, publish, remembered_output, save
from cj_assessment_service.cli.run_record import recorded_run
from cj_assessment_service.cli.services import Services
from cj_assessment_service.cli.talk import Talk, talk_for
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.reports.wording import counted

OUT = click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for the results (default: as first started)."
)


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
    "--pseudonym-key",
    "key",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file that tells names from pseudonyms (default: as first started).",
)
@OUT
def results(batch: int, formats: tuple[str, ...], key: Path | None, out: Path | None) -> None:
    """Write the results of BATCH, finished or not."""
    asyncio.run(_results(BatchId(batch), formats or FORMATS, key, out))


async def _results(batch_id: BatchId, formats: tuple[str, ...], key: Path | None, out: Path | None) -> None:
    talk = talk_for(as_json=False)
    async with running(talk) as services:
        result = await named_result(services, batch_id, key)
        folder = await _folder(services, batch_id, out)
        with talk.waiting("Writing the results"):
            written = await save(services, result, folder, formats)
    for path in written:
        click.echo(path)


@click.command()
@click.argument("batch", type=int)
@OUT
@click.option("--json", "as_json", is_flag=True, help="Progress and outcome as JSON lines.")
def resume(batch: int, out: Path | None, as_json: bool) -> None:
    """Carry on BATCH where it was interrupted; what was judged is not asked again."""
    asyncio.run(_resume(BatchId(batch), out, talk_for(as_json)))


async def _resume(batch_id: BatchId, out: Path | None, talk: Talk) -> None:
    async with recorded_run(talk) as run, running(talk) as services:
        overview = await services.reader.overview(batch_id)
        refuse_without_texts(overview)
        folder = await _folder(services, batch_id, out)
        await asyncio.to_thread(prepare_folder, folder)
        if (check := await check_of(services, batch_id)) is not None:
            await finish_check(services, replace(check, folder=folder), talk)
            return
        for notice in await judge_notices(services, batch_id):
            talk.say(notice, "yellow")
        if overview.status.is_terminal:
            await publish(services, overview, folder, talk)
            return
        # a judge that cannot be opened now (no key, recording moved) must not cost the batch
        for judge in overview.settings.panel.judges:
            await services.judges.open(JudgeSpec.parse(judge)).close()
        run.begins(batch_id, folder)
        async with services.run_lock.hold(batch_id):
            talk.say(f"Batch {batch_id} goes on after {counted(overview.progress.answered, 'answer')}.")
            # the lock says that nobody else drives this batch, so any claim on it is abandoned
            await services.recovery.resume(batch_id, services.clock.now() + timedelta(seconds=1))
            await follow_to_the_end(services, batch_id, folder, talk)


async def _folder(services: Services, batch_id: BatchId, out: Path | None) -> Path:
    """The one named now, else the one named when the batch was started."""
    return out or await remembered_output(services, batch_id) or Path("results")
