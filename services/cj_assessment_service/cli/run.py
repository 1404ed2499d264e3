"""Waits for a batch, shows how it goes, and writes what came out."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from pkgutil import resolve_name

from cj_assessment_service.cj_core_logic.batch_metadata import merge_batch_upload_metadata
from cj_assessment_service.cli.documents import outcome_document
from cj_assessment_service.cli.exits import ExitCode, Stopped, exit_code_of
from cj_assessment_service.cli.output import FORMATS, ResultFile, write_results
from cj_assessment_service.cli.privacy import disclosed, named_result
from cj_assessment_service.cli.services import Services
from cj_assessment_service.cli.tables import ranking_table
from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.cli.wording import ending_text, outlook_text, remarks
from cj_assessment_service.domain.batches import BatchNotes, BatchOverview
from cj_assessment_service.domain.disclosures import Disclosure
from cj_assessment_service.domain.errors import CJError
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.results import AssessmentResult

POLL_SECONDS = 0.15
OUTPUT_NOTE = "output_folder"
NOTICE_NOTE = "judge_notice"

MakeFiles = Callable[[AssessmentResult, Disclosure, tuple[str, ...], Collection[str]], tuple[ResultFile, ...]]


async def remember_run(services: Services, batch_id: BatchId, folder: Path, notices: Sequence[str]) -> None:
    """So that a resumed batch writes where the first run would have, and says what must be said of its judges."""
    notes = [(OUTPUT_NOTE, str(folder))]
    if notices:
        notes.append((NOTICE_NOTE, "\n".join(notices)))
    await merge_batch_upload_metadata(services.sessions, services.batches, batch_id, BatchNotes(tuple(notes)))


async def remembered_output(services: Services, batch_id: BatchId) -> Path | None:
    notes = dict((await services.reader.notes(batch_id)).notes)
    return Path(notes[OUTPUT_NOTE]) if OUTPUT_NOTE in notes else None


async def judge_notices(services: Services, batch_id: BatchId) -> tuple[str, ...]:
    """What people must read about the judges of this batch."""
    notes = dict((await services.reader.notes(batch_id)).notes)
    return tuple(notes[NOTICE_NOTE].splitlines()) if NOTICE_NOTE in notes else ()


async def follow_to_the_end(services: Services, batch_id: BatchId, folder: Path, talk: Talk) -> None:
    """Raises Stopped unless the batch finished. An interrupted one says how it goes on."""
    try:
        overview = await follow(services, batch_id, talk)
    except (asyncio.CancelledError, CJError):
        talk.alert(f"Stopped. What was judged so far is kept; go on with: cj resume {batch_id}")
        raise
    await publish(services, overview, folder, talk)


async def follow(services: Services, batch_id: BatchId, talk: Talk) -> BatchOverview:
    """Returns once the batch has ended."""
    with talk.progress() as view:
        while True:
            overview = await services.reader.overview(batch_id)
            view.show(overview)
            if overview.status.is_terminal:
                return overview
            await asyncio.sleep(POLL_SECONDS)


async def publish(services: Services, overview: BatchOverview, folder: Path, talk: Talk) -> None:
    """Writes the folder, says what came out, and raises Stopped where the exit code is not 0."""
    with talk.waiting("Writing the results"):
        result = await named_result(services, overview.identity.batch_id)
        await save(services, result, folder, FORMATS)
    code = exit_code_of(overview)
    talk.send(outcome_document(overview, folder, code))
    if overview.status.is_complete:
        talk.show(ranking_table(result))
    talk.say(ending_text(overview))
    if (ahead := outlook_text(result)) is not None:
        talk.say(ahead)
    for remark in remarks(result):
        talk.say(remark, "yellow")
    talk.say(f"Results: {folder / 'report.html'}", "bold")
    if code is not ExitCode.FINISHED:
        raise Stopped(code)


async def save(
    services: Services, result: AssessmentResult, folder: Path, formats: Collection[str]
) -> tuple[Path, ...]:
    """Where the files are. Raises ResultsNotWritten."""
    notices = await judge_notices(services, result.overview.identity.batch_id)
    disclosure = await disclosed(services, result)
    files = await asyncio.to_thread(_made_files, result, disclosure, notices, formats)
    await asyncio.to_thread(write_results, folder, files)
    return tuple(folder / file.name for file in files)


def _made_files(
    result: AssessmentResult, disclosure: Disclosure, notices: tuple[str, ...], formats: Collection[str]
) -> tuple[ResultFile, ...]:
    # it warns about its own caches, and the folder they may not lie in is none of the user's business
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    make: MakeFiles = resolve_name("cj_assessment_service.cli.result_files:result_files")
    return make(result, disclosure, notices, formats)
