"""What people hand in, from the outside."""

from pathlib import Path

import pytest

from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import EssayId, Grade, GradeScaleId
from cj_assessment_service.domain.submissions import Submission, SubmittedEssay
from cj_assessment_service.implementations.essay_files.files import EssayFiles
from cj_assessment_service.tests.unit.implementations.essay_files.made_files import (
    GERMAN,
    SWEDISH,
    archive,
    open_document,
    pdf,
    word_document,
    workbook,
)

FILES = {
    "b.docx": word_document("Written in a word processor."),
    "c.odt": open_document("Written in another word processor."),
    "d.pdf": pdf("Printed into a file, (sic)."),
    "e.md": b"# Written with marks\n\nand nothing else",
    "\u00e5.txt": SWEDISH.encode("cp1252"),
}


def write(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def test_a_folder_gives_one_essay_per_file_by_name(tmp_path: Path) -> None:
    submission = EssayFiles().read(write(tmp_path / "essays", FILES))
    assert [(essay.essay_id, essay.source, essay.name) for essay in submission.essays] == [
        ("b", "b.docx", None),
        ("c", "c.odt", None),
        ("d", "d.pdf", None),
        ("e", "e.md", None),
        ("å", "å.txt", None),
    ]
    assert submission.essays[-1].text == SWEDISH
    assert submission.refused == ()


def test_an_archive_gives_the_same_as_its_folder(tmp_path: Path) -> None:
    folder = write(tmp_path / "essays", FILES)
    (tmp_path / "essays.zip").write_bytes(archive({f"essays/{name}": each for name, each in FILES.items()}))
    assert EssayFiles().read(tmp_path / "essays.zip") == EssayFiles().read(folder)


def test_a_file_name_with_split_letters_is_the_same_id(tmp_path: Path) -> None:
    submission = EssayFiles().read(write(tmp_path / "essays", {"A\u030asa.txt": SWEDISH.encode()}))
    assert [(essay.essay_id, essay.source) for essay in submission.essays] == [("Åsa", "Åsa.txt")]


def test_a_workbook_and_a_csv_give_the_same_but_for_the_file_name(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text(f'id,name,text\n1,Åsa  B,"{GERMAN}"\n', encoding="utf-8-sig")
    (tmp_path / "e.xlsx").write_bytes(workbook([("id", "name", "text"), (1, "Åsa\nB", GERMAN)]))
    essays = [EssayFiles().read(tmp_path / name).essays for name in ("e.csv", "e.xlsx")]
    assert essays == [
        (SubmittedEssay(EssayId("1"), GERMAN, f"{name}, row 2", "Åsa B"),) for name in ("e.csv", "e.xlsx")
    ]


def test_everything_wrong_in_a_folder_is_told_at_once(tmp_path: Path) -> None:
    bad = {
        "f.txt": b"",
        "g.txt": b"too short",
        "h.docx": b"not a document",
        "i.rtf": rb"{\rtf1 hello}",
        "j.txt": FILES["e.md"],
        "k.txt": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0",
    }
    submission = EssayFiles().read(write(tmp_path / "essays", FILES | bad))
    assert len(submission.essays) == len(FILES)
    assert [problem.where for problem in submission.problems] == sorted(bad)
    assert all(problem.what and problem.remedy for problem in submission.problems)


def test_everything_wrong_in_a_table_is_told_by_row(tmp_path: Path) -> None:
    text = f"id,text\n1,{GERMAN.replace(',', '')}\n,{SWEDISH.replace(',', '')}\n1,{'x' * 30}\n4,short\n5,a, b, c\n"
    (tmp_path / "essays.csv").write_text(text, encoding="utf-8")
    submission = EssayFiles().read(tmp_path / "essays.csv")
    assert [essay.essay_id for essay in submission.essays] == ["1"]
    assert [(essay.essay_id, essay.problem.where) for essay in submission.refused] == [
        ("row 3", "essays.csv, row 3"),
        ("row 4", "essays.csv, row 4"),
        ("4", "essays.csv, row 5"),
        ("5", "essays.csv, row 6"),
    ]


def test_what_systems_leave_behind_and_folders_inside_are_passed_over(tmp_path: Path) -> None:
    left = {".DS_Store": b"", "~$b.docx": b"", "Thumbs.db": b"", "desktop.ini": b"", "._b.docx": b""}
    folder = write(tmp_path / "essays", FILES | left)
    write(folder / "anchors", {"f.txt": GERMAN.encode()})
    assert EssayFiles().read(folder).refused == ()


def test_a_link_to_nowhere_is_reported(tmp_path: Path) -> None:
    folder = write(tmp_path / "essays", FILES)
    (folder / "f.txt").symlink_to(tmp_path / "nowhere")
    assert [str(problem) for problem in EssayFiles().read(folder).problems] == [
        "f.txt: There is no such file. Check the name."
    ]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("missing", "There is no such file or folder"),
        ("single.txt", "This is a single text.*Put the essays into one folder"),
        ("old.xls", r"No essays can be read from a file of this type\. Give a folder or \.zip"),
        ("empty", r"There is no essay in it; folders inside are not looked into\. Give a folder"),
        ("only-header.csv", "There is no essay in it"),
        ("bad", r"^a\.txt: The file is empty"),
    ],
)
def test_what_holds_no_essay_is_refused_with_the_remedy(tmp_path: Path, name: str, what: str) -> None:
    write(tmp_path, {"single.txt": SWEDISH.encode(), "old.xls": b"x", "only-header.csv": b"id,text\n"})
    write(write(tmp_path / "empty", {}) / "inside", {"a.txt": SWEDISH.encode()})
    write(tmp_path / "bad", {"a.txt": b""})
    with pytest.raises(InputRejected, match=what):
        EssayFiles().read(tmp_path / name)


def test_a_thousand_files_are_a_thousand_essays(tmp_path: Path) -> None:
    files = {f"{number:04}.txt": f"Text {number}: {SWEDISH}".encode() for number in range(1000)}
    submission = EssayFiles().read(write(tmp_path / "essays", files))
    assert [essay.essay_id for essay in submission.essays] == [f"{number:04}" for number in range(1000)]


def test_a_task_is_read_from_any_document_and_may_be_short(tmp_path: Path) -> None:
    (tmp_path / "task.docx").write_bytes(word_document("Skriv!"))
    assert EssayFiles().read_text(tmp_path / "task.docx") == "Skriv!"


@pytest.mark.parametrize(
    ("name", "what"), [("none.md", "no such file"), ("blank.md", "no text in it"), ("task.rtf", "type .rtf")]
)
def test_a_task_that_cannot_be_read_is_refused(tmp_path: Path, name: str, what: str) -> None:
    write(tmp_path, {"blank.md": b" \n", "task.rtf": b"x"})
    with pytest.raises(InputRejected, match=what):
        EssayFiles().read_text(tmp_path / name)


@pytest.mark.parametrize("name", ["anchors.txt", "anchors"])
def test_anchors_come_from_tables_only(tmp_path: Path, name: str) -> None:
    scale = GradeScale(GradeScaleId("s"), "S", (Grade("A"),))
    with pytest.raises(InputRejected, match="from a table only"):
        EssayFiles().read_anchors(tmp_path / name, Submission((), ()), scale)
