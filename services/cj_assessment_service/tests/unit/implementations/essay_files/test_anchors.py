"""Anchors join the essays they name, or bring their own text."""

from pathlib import Path

import pytest

from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import EssayId, Grade, GradeScaleId
from cj_assessment_service.domain.submissions import (
    RefusedEssay,
    Submission,
    SubmittedAnchor,
    SubmittedEssay,
)
from cj_assessment_service.implementations.essay_files.anchors import read_anchors
from cj_assessment_service.tests.unit.implementations.essay_files.made_files import (
    GERMAN,
    SWEDISH,
    word_document,
    workbook,
)

SCALE = GradeScale(
    GradeScaleId("swedish"), "Swedish", tuple(map(Grade, ("E", "C", "A"))), below_lowest=Grade("F")
)
SUBMISSION = Submission(
    (
        SubmittedEssay(EssayId("å1"), SWEDISH, "å1.txt"),
        SubmittedEssay(EssayId("a2"), "Another essay, of medium length.", "a2.docx"),
    ),
    (RefusedEssay(EssayId("a3"), InputProblem("a3.txt", "It is empty.", "Fill it in.")),),
)

OWN_TEXT = "Write the id as in the essays, or give the anchor's own text in a column `path` or `text`."


def read(folder: Path, *lines: str) -> tuple[SubmittedAnchor, ...]:
    path = folder / "anchors.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return read_anchors(path, SUBMISSION, SCALE)


def problems(folder: Path, *lines: str) -> list[str]:
    with pytest.raises(InputRejected) as rejected:
        read(folder, *lines)
    return [str(problem) for problem in rejected.value.problems]


def test_an_id_of_the_input_is_the_same_essay(tmp_path: Path) -> None:
    assert read(tmp_path, "id;grade", "a2;C", "a\u030a1;F") == (
        SubmittedAnchor(EssayId("a2"), Grade("C"), None),
        SubmittedAnchor(EssayId("å1"), Grade("F"), None),
    )


def test_other_anchors_bring_a_text_or_a_path_from_the_table_on(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "x.docx").write_bytes(word_document(GERMAN))
    anchors = read(tmp_path, "id,grade,path,text", "x,A,own/x.docx,", "y,E,,A text of twenty letters")
    assert [(anchor.essay_id, anchor.text) for anchor in anchors] == [
        ("x", GERMAN),
        ("y", "A text of twenty letters"),
    ]


def test_a_workbook_of_anchors_is_read(tmp_path: Path) -> None:
    (tmp_path / "anchors.xlsx").write_bytes(workbook([("Grade", "Id"), ("A", "a2")]))
    assert read_anchors(tmp_path / "anchors.xlsx", SUBMISSION, SCALE) == (
        SubmittedAnchor(EssayId("a2"), Grade("A"), None),
    )


def test_the_text_of_an_essay_may_be_given_again(tmp_path: Path) -> None:
    (anchor,) = read(tmp_path, "id,grade,text", f'å1,A,"{SWEDISH} "')
    assert anchor.text is None


def test_a_row_of_a_refused_essay_is_left_out(tmp_path: Path) -> None:
    assert [anchor.essay_id for anchor in read(tmp_path, "id,grade", "a3,A", "a2,E")] == ["a2"]


def test_everything_wrong_is_told_at_once_by_row(tmp_path: Path) -> None:
    found = problems(tmp_path, "id,grade", "å1,Q", "a2,C", "a2,A", "a2.docx,A", "b,", "c,A,x")
    assert [problem.removeprefix("anchors.csv, ") for problem in found] == [
        "row 2: The scale swedish has no grade 'Q'. The grades of swedish are F, E, C, A.",
        "row 4: The anchor a2 is already in row 3. Keep one of the two rows.",
        "row 5: The essays have no a2.docx. Write a2: the id of an essay is its file name without the ending.",
        "row 6: The grade is missing. The grades of swedish are F, E, C, A.",
        f"row 6: The essays have no b. {OWN_TEXT}",
        "row 7: The row has 3 cells, but the header names 2. Write texts that hold commas between quotation marks.",
    ]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("x,A,none.txt,", r"row 2 \(none\.txt\): There is no such file"),
        ("x,A,x.rtf,", r"row 2 \(x\.rtf\): Files of the type \.rtf"),
        ("x,A,here.txt,and here", "gives both a path and a text"),
        ("x,A,,short", "The text has 5 characters"),
        (f'x,A,,"{SWEDISH}"', r"The text is the same as in å1\.txt"),
        ("a2,A,here.txt,", r"The text of the anchor a2 is not that of the essay with this id \(a2\.docx\)"),
        (",A,here.txt,", "The essay has no id"),
    ],
)
def test_an_anchor_text_that_does_not_fit_is_refused(tmp_path: Path, row: str, what: str) -> None:
    (tmp_path / "here.txt").write_text(GERMAN, encoding="utf-8")
    (tmp_path / "x.rtf").write_text("x", encoding="utf-8")
    (problem,) = problems(tmp_path, "id,grade,path,text", row)
    assert problem.startswith("anchors.csv, row 2")
    with pytest.raises(InputRejected, match=what):
        read(tmp_path, "id,grade,path,text", row)


def test_two_anchors_with_the_same_text_are_refused(tmp_path: Path) -> None:
    (problem,) = problems(
        tmp_path, "id,grade,text", "x,A,A text of twenty letters", "y,E,A text of twenty letters"
    )
    assert problem.startswith("anchors.csv, row 3: The text is the same as in anchors.csv, row 2.")


def test_a_table_without_anchors_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, "id,grade") == [
        "anchors.csv: The table names no anchor. Write a row with id and grade for each anchor."
    ]


def test_a_table_without_grades_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "id,level", "å1,A")
    assert "Name the columns `id` and `grade` there." in problem
