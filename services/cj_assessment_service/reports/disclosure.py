"""What left this machine: as a document for programs, and in sentences for people."""

import json

from cj_assessment_service.domain.disclosures import Disclosure, JudgeDisclosure
from cj_assessment_service.domain.privacy import NameHandling
from cj_assessment_service.reports.document import fields_of
from cj_assessment_service.reports.wording import counted, moment

SCHEMA = "cj-disclosure/1"


def disclosure_json(disclosure: Disclosure) -> str:
    """Published as docs/schemas/disclosure-v1.schema.json; a change of shape needs a new version."""
    document = {
        "schema": SCHEMA,
        **fields_of(disclosure),
        "destinations": list(disclosure.destinations),
        "characters_sent": disclosure.characters_sent,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def disclosure_sentences(disclosure: Disclosure) -> tuple[str, ...]:
    """Short enough to be read, and nothing left out that a school would ask for."""
    remote = [judge for judge in disclosure.judges if judge.destination is not None]
    said = [_sent(judge) for judge in remote if judge.questions or judge.unanswered]
    if said:
        said.append(
            f"The texts of {counted(len(disclosure.essays_sent), 'essay')} were among it"
            f"{', with task and criteria' if disclosure.task_and_rubric_sent else ''};"
            f" those of {len(disclosure.essays_kept)} were not."
        )
    else:
        said.append("No text left this machine.")
    said.append(_names(disclosure))
    if disclosure.privacy.local_only:
        said.append("Judges that send texts elsewhere were refused (local only).")
    if remote:
        said.append(f"Never sent: {' '.join(disclosure.never_sent)}")
    return tuple(said)


def _sent(judge: JudgeDisclosure) -> str:
    asked = counted(judge.questions, "question")
    times = f" in {counted(judge.attempts, 'attempt')}" if judge.attempts != judge.questions else ""
    span = ""
    if judge.first_at is not None:
        span = f", from {moment(judge.first_at)}"
        span += f" to {moment(judge.last_at)}" if judge.last_at is not None else ""
    sentence = f"{judge.judge} sent {asked}{times} with {judge.characters_sent:,} characters to {judge.destination}{span}."
    if judge.unanswered:
        sentence += f" {counted(judge.unanswered, 'more question')} may have been sent and got no answer yet."
    if judge.uncounted:
        sentence += f" How much {judge.uncounted:,} of them held is not known."
    return sentence


def _names(disclosure: Disclosure) -> str:
    privacy = disclosure.privacy
    match privacy.names:
        case NameHandling.REPLACED | NameHandling.REPLACED_IN_TEXTS:
            return (
                f"Students' names were replaced by pseudonyms before: {counted(privacy.replacements, 'time')}"
                f" in {counted(privacy.texts_changed, 'text')}."
            )
        case NameHandling.KEPT:
            return "Students' names were left in the texts, as ordered (--keep-names)."
        case NameHandling.NOT_LOOKED_FOR:
            return "Students' names were not looked for in the texts."
