"""Class lists as schools have them."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.privacy import ListedStudent
from cj_assessment_service.implementations.essay_files.class_lists import read_class_list

ANNA, ERIK = ListedStudent("Anna Svensson"), ListedStudent("Erik Holm")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("class.txt", "Anna Svensson\n\nHolm, Erik\n"),
        ("class.csv", "Name\nAnna Svensson\nErik Holm\n"),
        ("class.csv", "klass;Elev\n9b;Anna Svensson\n9b;Holm, Erik\n"),
        ("class.csv", "Förnamn,Efternamn,Klass\nAnna,Svensson,9b\nErik,Holm,9b\n"),
        ("class.csv", "Nachname\tVorname\nSvensson\tAnna\nHolm\tErik\n"),
        ("class.csv", "Anna Svensson\nErik Holm\n"),
    ],
)
def test_names_are_found_under_the_usual_headings_or_none(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    assert read_class_list(tmp_path / name) == (ANNA, ERIK)


def test_a_list_may_say_whose_essay_is_whose(tmp_path: Path) -> None:
    workbook = Workbook()
    for row in (("Id", "Name"), ("text-1", "Anna Svensson"), (None, "Erik Holm")):
        workbook.worksheets[0].append(row)
    workbook.save(tmp_path / "class.xlsx")
    assert read_class_list(tmp_path / "class.xlsx") == (
        ListedStudent("Anna Svensson", EssayId("text-1")),
        ERIK,
    )


@pytest.mark.parametrize(("name", "content"), [("class.txt", "\n \n"), ("class.csv", "name\n\n")])
def test_a_list_without_names_is_refused_with_the_remedy(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(InputRejected, match="one name a line"):
        read_class_list(tmp_path / name)
