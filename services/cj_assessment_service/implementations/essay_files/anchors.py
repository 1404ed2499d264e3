"""Essays with known grades, from a table."""

from dataclasses import dataclass, field
from pathlib import Path, PurePath

from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import EssayId, Grade
from cj_assessment_service.domain.submissions import Submission, SubmittedAnchor, SubmittedEssay
from cj_assessment_service.implementations.essay_files.collection import id_problem, repeated_text
from cj_assessment_service.implementations.essay_files.documents import read_document
from cj_assessment_service.implementations.essay_files.problems import refusal, shown
from cj_assessment_service.implementations.essay_files.stored_files import stored_file
from cj_assessment_service.implementations.essay_files.tables import TableRow, read_table
from cj_assessment_service.implementations.essay_files.texts import sameness_key, text_problem


def read_anchors(path: Path, submission: Submission, scale: GradeScale) -> tuple[SubmittedAnchor, ...]:
    """The anchors in the order of their rows. A row that names a refused essay is left out: the essay is reported
    already. Raises InputRejected with the problems of all rows.
    """
    rows = read_table(path, required=("id", "grade"), optional=("path", "text"))
    if not rows:
        raise refusal(
            path.name, "The table names no anchor.", "Write a row with id and grade for each anchor."
        )
    reading = _Reading(
        folder=path.parent,
        scale=scale,
        essays={essay.essay_id: essay for essay in submission.essays},
        refused=frozenset(essay.essay_id for essay in submission.refused),
        sources={sameness_key(essay.text): essay.source for essay in submission.essays},
    )
    for row in rows:
        reading.take(row)
    if reading.problems:
        raise InputRejected(tuple(reading.problems))
    return tuple(reading.anchors)


@dataclass(slots=True)
class _Reading:
    """What was read so far; `sources` names where each text occurs, by its sameness key."""

    folder: Path
    scale: GradeScale
    essays: dict[str, SubmittedEssay]
    refused: frozenset[str]
    sources: dict[str, str]
    seen: dict[str, int] = field(default_factory=dict)
    anchors: list[SubmittedAnchor] = field(default_factory=list)
    problems: list[InputProblem] = field(default_factory=list)

    def take(self, row: TableRow) -> None:
        """Adds the anchor of the row, or all its problems."""
        essay_id, before = row.cell("id"), len(self.problems)
        found = (row.problem,) if row.problem else (self._id_problem(row), self._grade_problem(row))
        self.problems.extend(problem for problem in found if problem is not None)
        self.seen.setdefault(essay_id, row.number)
        if row.problem or not essay_id or essay_id in self.refused:
            return
        try:
            text = self._text(row)
        except InputRejected as rejected:
            self.problems.extend(rejected.problems)
            return
        if len(self.problems) == before:
            self.anchors.append(SubmittedAnchor(EssayId(essay_id), Grade(row.cell("grade")), text))

    def _id_problem(self, row: TableRow) -> InputProblem | None:
        essay_id = row.cell("id")
        first = self.seen.get(essay_id)
        if first is None or not essay_id:
            return id_problem(essay_id, row.where)
        return InputProblem(
            shown(row.where), f"The anchor {essay_id} is already in row {first}.", "Keep one of the two rows."
        )

    def _grade_problem(self, row: TableRow) -> InputProblem | None:
        grade = row.cell("grade")
        if self.scale.accepts(grade):
            return None
        lowest = (self.scale.below_lowest,) if self.scale.below_lowest is not None else ()
        return InputProblem(
            shown(row.where),
            f"The scale {self.scale.scale_id} has no grade {shown(grade)!r}."
            if grade
            else "The grade is missing.",
            f"The grades of {self.scale.scale_id} are {', '.join((*lowest, *self.scale.grades))}.",
        )

    def _text(self, row: TableRow) -> str | None:
        given, essay = self._given_text(row), self.essays.get(row.cell("id"))
        if essay is not None:
            _check_same(given, essay, row)
            return None
        if given is None:
            raise self._without_text(row)
        problem = text_problem(given, row.where) or repeated_text(given, row.where, self.sources)
        if problem is not None:
            raise InputRejected((problem,))
        self.sources[sameness_key(given)] = shown(row.where)
        return given

    def _given_text(self, row: TableRow) -> str | None:
        """None where the row gives neither a text nor the path of one."""
        place, text = row.cell("path"), row.cell("text")
        if place and text:
            raise refusal(row.where, "The row gives both a path and a text.", "Keep one of the two.")
        if not place:
            return text or None
        try:
            return read_document(stored_file(self.folder / place)).text
        except InputRejected as rejected:
            problem = rejected.problems[0]
            raise refusal(f"{row.where} ({place})", problem.what, problem.remedy) from rejected

    def _without_text(self, row: TableRow) -> InputRejected:
        essay_id = row.cell("id")
        stem = PurePath(essay_id).stem
        remedy = (
            f"Write {stem}: the id of an essay is its file name without the ending."
            if stem in self.essays
            else "Write the id as in the essays, or give the anchor's own text in a column `path` or `text`."
        )
        return refusal(row.where, f"The essays have no {shown(essay_id)}.", remedy)


def _check_same(given: str | None, essay: SubmittedEssay, row: TableRow) -> None:
    if given is not None and sameness_key(given) != sameness_key(essay.text):
        raise refusal(
            row.where,
            f"The text of the anchor {essay.essay_id} is not that of the essay with this id ({essay.source}).",
            "If they are the same essay, give no text here; otherwise give the anchor another id.",
        )
