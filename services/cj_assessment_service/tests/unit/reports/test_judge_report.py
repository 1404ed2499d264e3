"""The page of the judges, their table and their pictures."""

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from cj_assessment_service.domain.judge_summaries import JudgeSummary
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.reports.csv_tables import judges_csv
from cj_assessment_service.reports.html import report_html
from cj_assessment_service.reports.judge_view import judge_views
from cj_assessment_service.reports.judge_words import ITSELF, judge_sentences
from cj_assessment_service.reports.wording import settings_of
from cj_assessment_service.reports.workbook import result_xlsx
from cj_assessment_service.tests.fixtures.results import Shape, a_result
from cj_assessment_service.tests.unit.reports.test_html import EVIL, Page, section

PEOPLE, CLAUDE = "replay:people.csv", "anthropic:claude-sonnet-4-5?batch=yes"


def several() -> AssessmentResult:
    return a_result(Shape(more_judges=(PEOPLE, CLAUDE)))


def excluding(result: AssessmentResult, judge: str) -> AssessmentResult:
    return replace(
        result,
        overview=replace(result.overview, excluded_judges=(judge,)),
        judges=tuple(replace(one, is_excluded=one.judge == judge) for one in result.judges),
    )


@pytest.fixture(scope="module")
def page() -> str:
    return report_html(several(), ())


def test_one_judge_is_said_to_agree_with_itself_where_its_reliability_is_told() -> None:
    single = report_html(a_result(), ())
    assert ITSELF in single.split("<main>", maxsplit=1)[0]
    assert ITSELF in section(single, "judges")
    assert ITSELF in section(single, "quality")


def test_several_judges_are_told_how_far_others_would_confirm_them(page: str) -> None:
    judges = section(page, "judges")
    assert "their scales correlate with 0.93 (0.82 to 1.00)" in judges
    assert "a reliability of about 0.89; for these judges alone it is 0.92" in judges
    assert "Reliability between judges" in section(page, "quality")


def test_judges_that_decided_too_little_are_told_so() -> None:
    result = several()
    assert result.quality is not None
    assert result.quality.between_judges is not None
    unknown = replace(result.quality.between_judges, correlation=None, reliability=None, met=())
    (sentence,) = judge_sentences(replace(result, quality=replace(result.quality, between_judges=unknown)))
    assert "3 judges made the decisions, but too few each for a scale of its own" in sentence


def test_every_judge_has_a_row_in_each_table_and_is_pictured(page: str) -> None:
    judges = section(page, "judges")
    for judge in ("openai:gpt-5-mini", PEOPLE, CLAUDE):
        assert judges.count(f'<th scope="row" class="judge">{judge}') >= 3
    for heading in ("Who favours which side", "Who agrees with whom", "how sure it is"):
        assert heading in judges
    assert "1 of 3 judges favours one side" in judges
    assert "favours one side" in judges
    assert "spoke to a writer in 1 answer" in judges


def test_the_page_stays_well_formed_and_named(page: str) -> None:
    parsed = Page(page)
    assert (parsed.unbalanced, parsed.open) == ([], [])
    assert len(parsed.ids) == len(set(parsed.ids))
    assert parsed.tags.count("caption") == parsed.tags.count("table")


def test_a_single_judge_has_no_pictures_of_comparison() -> None:
    judges = section(report_html(a_result(), ()), "judges")
    assert "Who favours which side" not in judges
    assert "Who agrees with whom" not in judges


def test_an_excluded_judge_is_marked_on_the_page_in_the_settings_and_in_the_table() -> None:
    result = excluding(several(), PEOPLE)
    judges = section(report_html(result, ()), "judges")
    assert f"Excluded: {PEOPLE}." in judges
    assert f'{PEOPLE} <span class="tag">excluded</span>' in judges
    assert ("Judges that do not count", PEOPLE) in [(one.name, one.value) for one in settings_of(result)]
    assert [row["judge"] for row in rows(result) if row["excluded"] == "true"] == [PEOPLE]


def rows(result: AssessmentResult) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(judges_csv(result), newline="")))


def test_the_table_of_judges_has_every_figure_with_its_interval() -> None:
    row = rows(several())[1]
    assert (row["kind"], row["agreement_with"], row["flip_rate"], row["flip_pairs"]) == (
        "recorded",
        "others",
        "0.3200",
        "24",
    )
    for name in ("agreement", "position", "flip", "repeat", "longer", "longer_beyond"):
        assert float(row[f"{name}_low"]) < float(row[f"{name}_high"])
    assert (row["cached_tokens"], row["unpriced"], row["flags"]) == (str(700 * 54), "0", "position_bias")


def test_what_was_not_measured_is_left_empty() -> None:
    silent = replace(several().judges[0], agreement=None, met=None, flips=None, length=None, terms=None)
    row = rows(replace(several(), judges=(silent,)))[0]
    empty = ("agreement", "met_equal", "flip_rate", "longer_share", "position_effect", "infit", "flags")
    assert {row[name] for name in empty} == {""}
    assert (row["met_answers"], row["flip_pairs"]) == ("0", "0")


@pytest.mark.parametrize(
    ("cost", "unpriced", "shown", "notes"),
    [
        ("0.02", 0, "$0.0200", ()),
        ("0.02", 3, "$0.0200", ("price unknown of", "3 answers")),
        ("0", 1, "unknown", ("price unknown of", "1 answer")),
    ],
)
def test_an_unknown_price_is_said(cost: str, unpriced: int, shown: str, notes: tuple[str, ...]) -> None:
    judge: JudgeSummary = replace(several().judges[0], cost=Decimal(cost), unpriced=unpriced)
    (view,) = judge_views((judge,))
    assert (view.cost.value, view.cost.notes) == (shown, notes)


def test_the_workbook_has_a_sheet_for_every_two_judges_where_there_are_several() -> None:
    workbook = load_workbook(io.BytesIO(result_xlsx(several())))
    assert "Judge pairs" in workbook.sheetnames
    assert workbook["Judge pairs"].max_row == 1 + 3
    assert "Judge pairs" not in load_workbook(io.BytesIO(result_xlsx(a_result()))).sheetnames


def test_the_name_of_a_judge_never_becomes_markup() -> None:
    evil = report_html(a_result(Shape(judge=f"openai:{EVIL}", more_judges=(PEOPLE,))), ())
    assert evil.count("<script") == 1
    assert "<img" not in evil


def test_two_dozen_judges_still_make_a_page_of_less_than_two_megabytes() -> None:
    many = tuple(f"replay:person-{number:02d}.csv" for number in range(23))
    crowd = report_html(a_result(Shape(essays=12, anchors=0, waves=12, more_judges=many)), ())
    assert len(crowd.encode()) < 2_000_000
