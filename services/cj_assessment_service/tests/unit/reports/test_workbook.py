"""The workbook, read back with the library people's scripts use."""

import io
from dataclasses import replace
from datetime import datetime

import pytest
from openpyxl import Workbook, load_workbook

from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.reports.csv_tables import decisions_csv, essays_csv
from cj_assessment_service.reports.workbook import LONGEST_CELL, result_xlsx
from cj_assessment_service.tests.fixtures.results import Shape, a_result


def opened(result: AssessmentResult) -> Workbook:
    return load_workbook(io.BytesIO(result_xlsx(result)))


def renamed(result: AssessmentResult, name: str) -> AssessmentResult:
    first, *others = result.essays
    return replace(result, essays=(replace(first, name=name), *others))


SHEETS = ["Essays", "Decisions", "Judges", "Quality", "Settings"]
GRADE_SHEETS = ["Grades", "Anchors", "Cut-points", "Grade quality"]


def test_it_has_five_sheets_and_with_grades_what_they_rest_on() -> None:
    assert opened(a_result()).sheetnames == SHEETS + GRADE_SHEETS
    assert opened(a_result(Shape(anchors=0))).sheetnames == SHEETS


def test_essays_and_decisions_have_the_columns_of_their_csv_files() -> None:
    result = a_result()
    workbook = opened(result)
    for title, text in (("Essays", essays_csv(result)), ("Decisions", decisions_csv(result.comparisons))):
        assert [cell.value for cell in workbook[title][1]] == text.splitlines()[0].split(",")


@pytest.mark.parametrize("title", SHEETS + GRADE_SHEETS)
def test_every_sheet_keeps_its_bold_header_in_view_and_can_be_filtered(title: str) -> None:
    sheet = opened(a_result())[title]
    assert sheet.freeze_panes == "A2"
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.auto_filter.ref == sheet.dimensions


def test_numbers_truth_values_and_times_are_typed() -> None:
    workbook = opened(a_result())
    assert isinstance(workbook["Essays"]["F2"].value, float)
    assert workbook["Essays"]["C2"].value is False
    assert isinstance(workbook["Decisions"]["O2"].value, datetime)
    assert workbook["Decisions"]["O2"].number_format == "yyyy-mm-dd hh:mm:ss"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "#N/A", "2026-01-01"])
def test_a_text_stays_a_text_whatever_it_looks_like(name: str) -> None:
    cell = opened(renamed(a_result(), name))["Essays"]["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (name, "s", True)


def test_characters_that_a_workbook_cannot_hold_are_shown_as_replaced() -> None:
    assert opened(renamed(a_result(), "a\x00b"))["Essays"]["B2"].value == "a\N{REPLACEMENT CHARACTER}b"


def test_a_text_too_long_for_a_cell_says_that_it_is_cut() -> None:
    value = opened(replace(a_result(), task="x" * 40_000))["Settings"]["B17"].value
    assert isinstance(value, str)
    assert len(value) == LONGEST_CELL
    assert value.endswith("…")


def test_without_a_scale_the_quality_sheet_says_so() -> None:
    sheet = opened(a_result(Shape(waves=0, anchors=0)))["Quality"]
    assert sheet["C2"].value == "No scale could be made from this batch."


def test_equal_results_make_equal_files() -> None:
    assert result_xlsx(a_result()) == result_xlsx(a_result())


def test_the_grade_sheets_hold_every_probability_anchor_and_cut_point() -> None:
    result = a_result()
    workbook = opened(result)
    calibration, first = result.calibration, result.essays[0].projection
    assert calibration is not None
    assert first is not None
    shares = [cell.value for cell in workbook["Grades"][2]][-len(first.probabilities) :]
    assert shares == pytest.approx([share.probability for share in first.probabilities])
    assert workbook["Anchors"].max_row == len(calibration.anchors) + 1
    cuts = [row[2].value for row in workbook["Cut-points"].iter_rows(min_row=2)]
    assert cuts == pytest.approx(calibration.cut_points)
