"""Decisions in parquet, where its library is installed."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.implementations.decision_files.reading import read_decisions

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")


def written(folder: Path, **columns: Sequence[object]) -> Path:
    path = folder / "decisions.parquet"
    parquet.write_table(pyarrow.table(columns), path)
    return path


def test_numbers_with_gaps_are_the_same_ids_as_without(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        judge=["al", None, "bo"],
        left=[1.0, 2.0, None],
        right=[2, 3, 3],
        winner=["1", "tie", "3"],
        seconds=[3.5, None, 2.0],
    )
    read = read_decisions(path)
    assert read.items == ("1", "2", "3")
    assert read.outcome.tolist() == [1, 0]
    assert [problem.row for problem in read.problems] == [4]
    assert read.seconds[0] == 3.5


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "decisions.parquet"
    path.write_text("winner,loser\na,b\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="cannot be read as parquet"):
        read_decisions(path)
