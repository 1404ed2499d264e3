"""What the batches of a check have noted, so that any of them finds the others again."""

from dataclasses import dataclass
from pathlib import Path

from cj_assessment_service.cj_core_logic.batch_metadata import merge_batch_upload_metadata
from cj_assessment_service.cli.run import NOTICE_NOTE, OUTPUT_NOTE
from cj_assessment_service.cli.services import Services
from cj_assessment_service.domain.batches import BatchNotes
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.requests import AssessmentRequest

CHECK_NOTE = "judge_check"
PAIRS_NOTE = "judge_check_pairs"
HUMAN_NOTE = "judge_check_human"


@dataclass(frozen=True, slots=True)
class NotedCheck:
    """A check as its first batch remembers it: `request` asks its first questions, `pairs` is how many pairs it is about,
    `human` the file of people's decisions and `notice` what people must read about the judge.
    """

    request: AssessmentRequest
    pairs: int
    folder: Path
    human: Path | None = None
    notice: str | None = None


async def note_check(services: Services, batch_id: BatchId, first_id: BatchId, check: NotedCheck) -> None:
    """Every batch names the first one, which knows the rest."""
    notes = [(CHECK_NOTE, str(first_id)), (OUTPUT_NOTE, str(check.folder.absolute()))]
    if batch_id == first_id:
        notes.append((PAIRS_NOTE, str(check.pairs)))
        notes += [(HUMAN_NOTE, str(check.human.absolute()))] if check.human is not None else []
        notes += [(NOTICE_NOTE, check.notice)] if check.notice is not None else []
    await merge_batch_upload_metadata(services.sessions, services.batches, batch_id, BatchNotes(tuple(notes)))


async def check_of(services: Services, batch_id: BatchId) -> NotedCheck | None:
    """The check a batch belongs to; None for an ordinary batch. Raises UnknownBatch."""
    own = dict((await services.reader.notes(batch_id)).notes)
    if CHECK_NOTE not in own:
        return None
    first_id = BatchId(int(own[CHECK_NOTE]))
    notes = dict((await services.reader.notes(first_id)).notes)
    return NotedCheck(
        request=await services.reader.request(first_id),
        pairs=int(notes[PAIRS_NOTE]),
        folder=Path(notes[OUTPUT_NOTE]),
        human=Path(notes[HUMAN_NOTE]) if HUMAN_NOTE in notes else None,
        notice=notes.get(NOTICE_NOTE),
    )
