"""Waits for a batch, shows how it goes, and writes what came out."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from cj_assessment_service.cj_core_logic.batch_metadata import merge_batch_upload_metadata
from cj_assessment_service.cli.exits import ExitCode, Stopped
from cj_assessment_service.cli.output import FORMATS, result_files, write_results
from cj_assessment_service.cli.progress import (
    JsonProgress,
    ProgressView,
    QuietProgress,
    TerminalProgress,
    overview_document,
)
from cj_assessment_service.cli.services import Services
from cj_assessment_service.cli.wording import ending_text, result_table
from cj_assessment_service.domain.batches import BatchNotes, BatchOverview, StopReason
from cj_assessment_service.domain.identifiers import BatchId

POLL_SECONDS = 0.15
OUTPUT_NOTE = "output_folder"
NOTICE_NOTE = "judge_notice"


@dataclass(frozen=True, slots=True)
class Talk:
    """How this run speaks: `console` for people (standard error with JSON output), `as_json` for machines."""

    console: Console
    as_json: bool

    def progress(self) -> ProgressView:
        if self.as_json:
            return JsonProgress()
        return TerminalProgress(self.console) if self.console.is_terminal else QuietProgress()


def talk_for(as_json: bool) -> Talk:
    return Talk(Console(stderr=as_json, highlight=False), as_json)


async def remember_run(services: Services, batch_id: BatchId, folder: Path, notice: str | None) -> None:
    """So that a resumed batch writes where the first run would have, and says what its judge must have said."""
    notes = [(OUTPUT_NOTE, str(folder))]
    if notice is not None:
        notes.append((NOTICE_NOTE, notice))
    await merge_batch_upload_metadata(services.sessions, services.batches, batch_id, BatchNotes(tuple(notes)))


async def remembered_output(services: Services, batch_id: BatchId) -> Path | None:
    notes = dict((await services.reader.notes(batch_id)).notes)
    return Path(notes[OUTPUT_NOTE]) if OUTPUT_NOTE in notes else None


async def judge_notices(services: Services, batch_id: BatchId) -> tuple[str, ...]:
    """What people must read about the judge of this batch."""
    notes = dict((await services.reader.notes(batch_id)).notes)
    return (notes[NOTICE_NOTE],) if NOTICE_NOTE in notes else ()


async def follow(services: Services, batch_id: BatchId, talk: Talk) -> BatchOverview:
    """Returns once the batch has ended."""
    with talk.progress() as view:
        while True:
            overview = await services.reader.overview(batch_id)
            view.show(overview)
            if overview.status.is_terminal:
                return overview
            await asyncio.sleep(POLL_SECONDS)


async def follow_to_the_end(services: Services, batch_id: BatchId, folder: Path, talk: Talk) -> None:
    """Raises Stopped unless the batch finished. An interrupted one says how it goes on."""
    try:
        overview = await follow(services, batch_id, talk)
    except asyncio.CancelledError:
        talk.console.print(
            f"Stopped. What was judged so far is kept; go on with: [bold]cj resume {batch_id}[/bold]"
        )
        raise
    await publish(services, overview, folder, talk)


async def publish(services: Services, overview: BatchOverview, folder: Path, talk: Talk) -> None:
    """Writes the folder, says what came out, and raises Stopped where the exit code is not 0."""
    result = await services.reader.result(overview.identity.batch_id)
    notices = await judge_notices(services, overview.identity.batch_id)
    await asyncio.to_thread(lambda: write_results(folder, result_files(result, notices, FORMATS)))
    if talk.as_json:
        print(json.dumps({**overview_document(overview), "output": str(folder)}))  # noqa: T201 - the answer itself
    else:
        for notice in notices:
            talk.console.print(f"[yellow]{notice}[/yellow]")
        if overview.status.is_complete:
            talk.console.print(result_table(result))
        talk.console.print(ending_text(overview))
        talk.console.print(f"Results: [bold]{folder / 'report.html'}[/bold]")
    code = exit_code_of(overview)
    if code is not ExitCode.FINISHED:
        raise Stopped(code)


def exit_code_of(overview: BatchOverview) -> ExitCode:
    if overview.stop_reason is not None and overview.stop_reason.is_cap:
        return ExitCode.CAPPED
    if overview.status.is_complete:
        return ExitCode.FINISHED
    if overview.stop_reason is StopReason.PREPARATION_FAILED:
        return ExitCode.INPUT_REFUSED
    if overview.stop_reason is StopReason.PROCESSING_FAILED:
        return ExitCode.FAILED
    return ExitCode.JUDGES_FAILED
