"""Students' names leave the input before anything is stored, and come back into the results."""

from dataclasses import dataclass, replace
from pathlib import Path

from cj_assessment_service.cj_core_logic.batch_metadata import merge_batch_upload_metadata
from cj_assessment_service.cj_core_logic.privacy.hiding import NameHider, named_texts
from cj_assessment_service.cj_core_logic.privacy.pseudonyms import Pseudonyms
from cj_assessment_service.cj_core_logic.privacy.reidentification import Reidentifier
from cj_assessment_service.cj_core_logic.privacy.roster import roster_of
from cj_assessment_service.cj_core_logic.privacy.vocabulary import Vocabulary
from cj_assessment_service.cli.given import GivenInput
from cj_assessment_service.cli.order import Order
from cj_assessment_service.cli.services import Services
from cj_assessment_service.domain.batches import BatchNotes
from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.domain.privacy import NameHandling, PrivacySettings, PseudonymBook
from cj_assessment_service.reports.wording import counted

KEY_NOTE = "pseudonym_key"
RECORDING = "replay"
"""The kind of judge that knows essays by their ids and nothing else; it sends nothing."""


@dataclass(frozen=True, slots=True)
class HiddenInput:
    """The input as it is stored and judged, and what was done to it. `key` is the file that undoes it, if there is one."""

    given: GivenInput
    privacy: PrivacySettings
    key: Path | None = None


def handling_of(order: Order) -> NameHandling:
    """What the order says of names. A recording knows essays by their ids, which must stay as they are."""
    if order.keep_names:
        return NameHandling.KEPT
    knows_ids = any(JudgeSpec.parse(judge).kind == RECORDING for judge in order.panel.judges)
    return NameHandling.REPLACED_IN_TEXTS if knows_ids else NameHandling.REPLACED


def hide_names(services: Services, order: Order, given: GivenInput, handling: NameHandling) -> HiddenInput:
    """Takes processor time. Raises InputRejected for a class list and ConfigurationRejected for a key that cannot be used."""
    local_only = order.local_only or services.privacy.local_only
    if handling is NameHandling.KEPT:
        return HiddenInput(given, PrivacySettings(local_only, NameHandling.KEPT))
    listed = services.files.read_class_list(order.class_list) if order.class_list is not None else ()
    named = named_texts(given.submission, given.anchors)
    texts = [each.text for each in named]
    language = order.language or services.languages.guess_language(texts)
    vocabulary = Vocabulary.of(texts, language, services.frequencies.frequency_in(language))
    roster = roster_of(named, listed, vocabulary)
    key = (order.pseudonym_key or services.keys.default_path).absolute()

    def write(book: PseudonymBook) -> tuple[PseudonymBook, HiddenInput]:
        pseudonyms = Pseudonyms(book)
        hider = NameHider(roster, vocabulary, pseudonyms)
        hidden = _hidden(hider, given) if handling is NameHandling.REPLACED else _hidden_texts(hider, given)
        done = PrivacySettings(local_only, handling, hider.names, hider.texts_changed)
        return pseudonyms.book, HiddenInput(hidden, done, key)

    return services.keys.change(key, write)


def names_text(hidden: HiddenInput) -> str | None:
    """What was done; None where there was nothing to do."""
    if hidden.key is None or not hidden.privacy.replacements:
        return None
    return (
        f"Students' names gave way to pseudonyms, {counted(hidden.privacy.replacements, 'time')} in"
        f" {counted(hidden.privacy.texts_changed, 'text')}; what they stand for is in {hidden.key}."
    )


def _hidden(hider: NameHider, given: GivenInput) -> GivenInput:
    plan = given.plan
    return replace(
        given,
        submission=hider.submission(given.submission),
        anchors=tuple(hider.anchor(anchor) for anchor in given.anchors),
        task=hider.text(given.task),
        rubric=hider.text(given.rubric),
        plan=replace(plan, pairs=tuple(map(hider.pair, plan.pairs))) if plan is not None else None,
    )


def _hidden_texts(hider: NameHider, given: GivenInput) -> GivenInput:
    return replace(
        given,
        submission=hider.submission_with_ids(given.submission),
        anchors=tuple(hider.anchor_with_id(anchor) for anchor in given.anchors),
        task=hider.text(given.task),
        rubric=hider.text(given.rubric),
    )


async def remember_key(services: Services, batch_id: BatchId, key: Path | None) -> None:
    """So that the results of this batch find the names again."""
    if key is not None:
        notes = BatchNotes(((KEY_NOTE, str(key)),))
        await merge_batch_upload_metadata(services.sessions, services.batches, batch_id, notes)


async def reidentifier_of(services: Services, batch_id: BatchId, named: Path | None) -> Reidentifier | None:
    """By the key named now, else by the one the batch was started with; None where it is not there (any more).

    Raises ConfigurationRejected when the key named now does not exist.
    """
    notes = dict((await services.reader.notes(batch_id)).notes)
    path = named or (Path(notes[KEY_NOTE]) if KEY_NOTE in notes else None)
    book = services.keys.read(path) if path is not None else None
    if book is None and named is not None:
        raise ConfigurationRejected(f"There is no pseudonym key {named}. Check the path.")
    return Reidentifier(book) if book is not None else None
