"""Known grades and criterion values."""

from pathlib import Path

import pytest

from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.implementations.decision_files.item_values import read_criterion, read_known_grades


def written(folder: Path, text: str) -> Path:
    path = folder / "values.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_known_grades_by_item(tmp_path: Path) -> None:
    known = read_known_grades(written(tmp_path, "grade;Item\nB1;x\nC2; y\n"))
    assert [(one.item, one.grade, one.where) for one in known] == [
        ("x", "B1", "values.csv, row 2"),
        ("y", "C2", "values.csv, row 3"),
    ]


def test_a_criterion_keeps_its_values_as_written(tmp_path: Path) -> None:
    assert [one.value for one in read_criterion(written(tmp_path, "item,value\nx,1.50\ny,A\n"))] == [
        "1.50",
        "A",
    ]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputRejected) as refused:
        read_known_grades(written(tmp_path, "item,grade\nx,\n,A\ny,A\ny,B\n"))
    assert [problem.where for problem in refused.value.problems] == [
        f"values.csv, row {row}" for row in (2, 3, 5)
    ]


@pytest.mark.parametrize("text", ["item,mood\nx,1\n", "item,value\n", ""])
def test_a_table_without_values_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputRejected):
        read_criterion(written(tmp_path, text))
