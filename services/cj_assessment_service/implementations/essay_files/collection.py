"""Essays as they are found become a submission: every id once, every text once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePath
from unicodedata import category

from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.submissions import (
    MAXIMUM_ESSAY_ID_CHARACTERS,
    RefusedEssay,
    Submission,
    SubmittedEssay,
)
from cj_assessment_service.implementations.essay_files.documents import read_document
from cj_assessment_service.implementations.essay_files.problems import shown
from cj_assessment_service.implementations.essay_files.stored_files import StoredFile
from cj_assessment_service.implementations.essay_files.tables import TableRow, read_table
from cj_assessment_service.implementations.essay_files.texts import (
    ReadText,
    sameness_key,
    text_problem,
    tidy,
)

_LABEL_CHARACTERS = 240
"""Leaves room for a number behind it."""


@dataclass(frozen=True, slots=True)
class FoundEssay:
    """An essay as it was found, with its text or the reason why there is none.

    `where` is its file, or file and row; `label` names it where its id cannot.
    """

    essay_id: str
    where: str
    label: str
    text: ReadText | InputProblem
    name: str | None = None


def essays_of_files(files: Iterable[StoredFile]) -> Iterator[FoundEssay]:
    """One essay in each file; its id is the file name without the ending."""
    for file in files:
        essay_id = tidy(PurePath(file.name).stem)
        try:
            text: ReadText | InputProblem = read_document(file)
        except InputRejected as rejected:
            text = rejected.problems[0]
        yield FoundEssay(essay_id, file.name, file.name, text)


def essays_of_table(path: Path) -> Iterator[FoundEssay]:
    """One essay in each row. Raises InputRejected when the table cannot be read."""
    for row in read_table(path, required=("id", "text"), optional=("name",)):
        yield _essay_of_row(row)


def gather(found: Iterable[FoundEssay]) -> Submission:
    """Of essays with the same id or the same text the first is taken and the others are refused."""
    taken: dict[str, SubmittedEssay] = {}
    sources: dict[str, str] = {}
    refused: list[tuple[FoundEssay, InputProblem]] = []
    for essay in found:
        if isinstance(essay.text, InputProblem):
            refused.append((essay, essay.text))
            continue
        text = essay.text.text
        problem = (
            id_problem(essay.essay_id, essay.where)
            or text_problem(text, essay.where)
            or _repeated_id(essay, taken)
            or repeated_text(text, essay.where, sources)
        )
        if problem is not None:
            refused.append((essay, problem))
            continue
        where = shown(essay.where)
        sources[sameness_key(text)] = where
        taken[essay.essay_id] = SubmittedEssay(
            EssayId(essay.essay_id), text, where, essay.name, essay.text.findings
        )
    return Submission(tuple(taken.values()), tuple(_refused(refused, set(taken))))


def id_problem(essay_id: str, where: str) -> InputProblem | None:
    """Why an id cannot be used, if so."""
    if not essay_id:
        return InputProblem(shown(where), "The essay has no id.", "Give it one.")
    if len(essay_id) > MAXIMUM_ESSAY_ID_CHARACTERS:
        return InputProblem(
            shown(where),
            f"The id has {len(essay_id)} characters; the limit is {MAXIMUM_ESSAY_ID_CHARACTERS}.",
            "Shorten it.",
        )
    if any(category(sign) in {"Cc", "Cs"} for sign in essay_id):
        return InputProblem(
            shown(where),
            "The id holds characters that cannot be written.",
            "Rename it with ordinary letters.",
        )
    return None


def repeated_text(text: str, where: str, sources: dict[str, str]) -> InputProblem | None:
    """A problem when `sources`, by sameness key, has the text already."""
    first = sources.get(sameness_key(text))
    if first is None:
        return None
    return InputProblem(
        shown(where), f"The text is the same as in {first}.", "Keep one of the two, or put in the right text."
    )


def _repeated_id(essay: FoundEssay, taken: dict[str, SubmittedEssay]) -> InputProblem | None:
    first = taken.get(essay.essay_id)
    if first is None:
        return None
    return InputProblem(
        shown(essay.where),
        f"The id {essay.essay_id} is already that of {first.source}.",
        "Keep one of the two, or give one another id (of a file: another name).",
    )


def _essay_of_row(row: TableRow) -> FoundEssay:
    name = " ".join(shown(" ".join(row.cell("name").split())).split())
    text = row.problem or ReadText(row.cell("text"))
    return FoundEssay(row.cell("id"), row.where, f"row {row.number}", text, name or None)


def _refused(refused: list[tuple[FoundEssay, InputProblem]], used: set[str]) -> Iterator[RefusedEssay]:
    for essay, problem in refused:
        essay_id = next(name for name in _names(essay) if name not in used)
        used.add(essay_id)
        yield RefusedEssay(EssayId(essay_id), problem, essay.name)


def _names(essay: FoundEssay) -> Iterator[str]:
    """What a refused essay may be called, best first: its id, its label, its label with a number."""
    if id_problem(essay.essay_id, essay.where) is None:
        yield essay.essay_id
    label = shown(essay.label)[:_LABEL_CHARACTERS]
    yield label
    for number in count(2):
        yield f"{label} ({number})"
