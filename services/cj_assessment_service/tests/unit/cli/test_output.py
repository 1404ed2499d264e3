"""The folder of results."""

from pathlib import Path

import pytest

from cj_assessment_service.cj_core_logic.privacy.disclosure import disclosure_of
from cj_assessment_service.cli.output import (
    FORMATS,
    ResultFile,
    ResultsNotWritten,
    prepare_folder,
    write_results,
)
from cj_assessment_service.cli.result_files import result_files
from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.tests.fixtures.results import a_result

FILES = (ResultFile("essays.csv", b"new"), ResultFile("result.json", b"{}"))


def test_files_replace_those_of_an_earlier_run_and_leave_others(tmp_path: Path) -> None:
    (tmp_path / "essays.csv").write_bytes(b"a longer old content")
    (tmp_path / "notes.txt").write_bytes(b"mine")
    write_results(tmp_path, FILES)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "essays.csv": b"new",
        "result.json": b"{}",
        "notes.txt": b"mine",
    }


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    prepare_folder(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_folder_that_cannot_be_is_found_out_before(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(ConfigurationRejected, match="Name another folder with --out"):
        prepare_folder(tmp_path / "taken")


def test_results_that_find_no_place_are_said_to_be_safe(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(ResultsNotWritten, match="safe in the database"):
        write_results(tmp_path / "taken", FILES)


def test_every_format_has_its_files() -> None:
    result = a_result()
    told = disclosure_of(result, {})
    names = {form: {file.name for file in result_files(result, told, (), (form,))} for form in FORMATS}
    assert names == {
        "csv": {"essays.csv", "decisions.csv", "judges.csv"},
        "xlsx": {"result.xlsx"},
        "json": {"result.json"},
        "html": {"report.html"},
        "disclosure": {"disclosure.json"},
    }
    assert {file.name for file in result_files(result, told, (), FORMATS)} == set().union(*names.values())
