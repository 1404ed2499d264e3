"""A table of pairs is read as it stands, or refused row by row."""

from pathlib import Path

import pytest

from cj_assessment_service.domain.comparisons import OrientedPair
from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.domain.identifiers import EssayId, Grade
from cj_assessment_service.domain.submissions import (
    RefusedEssay,
    Submission,
    SubmittedAnchor,
    SubmittedEssay,
    SubmittedPairs,
)
from cj_assessment_service.implementations.essay_files.pair_plans import read_pairs

SUBMISSION = Submission(
    tuple(SubmittedEssay(EssayId(name), f"The text of {name}.", f"{name}.txt") for name in ("a", "b", "å")),
    (RefusedEssay(EssayId("bad"), InputProblem("bad.txt", "It is empty.", "Fill it in.")),),
)
ANCHORS = (SubmittedAnchor(EssayId("anchor"), Grade("C"), "The text of the anchor."),)


def read(folder: Path, *lines: str) -> SubmittedPairs:
    path = folder / "pairs.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return read_pairs(path, SUBMISSION, ANCHORS)


def problems(folder: Path, *lines: str) -> str:
    with pytest.raises(InputRejected) as rejected:
        read(folder, *lines)
    return "\n".join(str(problem) for problem in rejected.value.problems)


def pair(first: str, second: str) -> OrientedPair:
    return OrientedPair(EssayId(first), EssayId(second))


def test_pairs_keep_their_order_their_direction_and_their_repeats(tmp_path: Path) -> None:
    given = read(tmp_path, "first;second", "b;a", "a;b", "b;a", "a\u030a;anchor")
    assert given == SubmittedPairs(
        (pair("b", "a"), pair("a", "b"), pair("b", "a"), pair("å", "anchor")), False
    )


def test_a_file_may_lock_its_pairs(tmp_path: Path) -> None:
    assert read(tmp_path, "Locked,First,Second", "yes,a,b", "TRUE,b,å").locked
    assert not read(tmp_path, "first,second,locked", "a,b,no", "b,å,").locked


def test_a_pair_with_a_refused_essay_is_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, "first,second", "a,bad", "a,b").pairs == (pair("a", "b"),)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("a,z", "pairs.csv, row 3: The essays have no z."),
        ("a,", "pairs.csv, row 3: The column second is empty."),
        ("a,a", "pairs.csv, row 3: The essay a is paired with itself."),
        ("a,b,maybe", "pairs.csv, row 3: The column locked holds 'maybe'."),
    ],
)
def test_every_bad_row_is_named_with_its_number(tmp_path: Path, line: str, problem: str) -> None:
    assert problem in problems(tmp_path, "first,second,locked", "b,a", line)


def test_all_rows_are_locked_or_none(tmp_path: Path) -> None:
    assert "Lock all rows" in problems(tmp_path, "first,second,locked", "a,b,yes", "b,å,no")


def test_a_table_without_a_pair_is_refused(tmp_path: Path) -> None:
    assert "names no pair" in problems(tmp_path, "first,second")
    assert "`first` and `second`" in problems(tmp_path, "left,right", "a,b")
