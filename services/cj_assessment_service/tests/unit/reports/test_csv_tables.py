"""CSV files that programs read back and spreadsheets cannot be tricked by."""

import csv
import io
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.domain.comparisons import OrientedPair, Winner
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.reports.csv_tables import decisions_csv, essays_csv, neutralised, restored
from cj_assessment_service.tests.fixtures.results import Shape, a_result

ESSAY_HEADER = (
    "essay_id,name,is_anchor,known_grade,rank,score,se,ci_low,ci_high,comparisons,wins,grade,grade_probability,"
    "second_grade,second_probability,needs_review,review_reasons"
)
DECISION_HEADER = (
    "sequence,wave,judge,first,second,winner,confidence,justification,error,model,prompt_tokens,completion_tokens,"
    "cost,seconds,submitted_at,completed_at,level"
)

hostile_texts = st.text(st.sampled_from("'=+-@\t\r\n\",;aå 1"), max_size=8)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_essay_columns_are_the_published_ones_in_their_order() -> None:
    assert essays_csv(a_result()).splitlines()[0] == ESSAY_HEADER


def test_the_decision_columns_are_the_published_ones_in_their_order() -> None:
    assert decisions_csv(a_result().comparisons).splitlines()[0] == DECISION_HEADER


def test_a_result_without_decisions_still_has_a_header() -> None:
    assert decisions_csv(a_result(Shape(waves=0)).comparisons) == DECISION_HEADER + "\r\n"


def test_essays_come_best_first_and_failed_ones_last() -> None:
    rows = read(essays_csv(a_result()))
    assert [row["rank"] for row in rows] == [*(str(rank) for rank in range(1, 37)), ""]


def test_a_failed_essay_has_no_score_and_says_why() -> None:
    row = read(essays_csv(a_result()))[-1]
    assert (row["essay_id"], row["score"], row["grade"], row["comparisons"]) == ("scan-04", "", "", "0")
    assert row["needs_review"] == "true"
    assert row["review_reasons"].startswith("Not assessed: essays/scan-04.pdf")


def test_numbers_have_a_fixed_precision_and_truth_values_are_words() -> None:
    rows = read(essays_csv(a_result()))[:-1]
    for column in ("score", "se", "ci_low", "ci_high", "grade_probability", "second_probability"):
        assert all(re.fullmatch(r"-?\d+\.\d{4}", row[column]) for row in rows)
    assert {row["is_anchor"] for row in rows} == {"true", "false"}


def test_an_unreadable_answer_has_no_winner_and_names_its_error() -> None:
    row = read(decisions_csv(a_result().comparisons))[39]
    assert (row["winner"], row["confidence"], row["error"]) == ("", "", "INVALID_RESPONSE")


@pytest.mark.parametrize(
    ("winner", "level", "cells"),
    [
        (Winner.FIRST, 3, ("first", "3")),
        (Winner.SECOND, 2, ("second", "-2")),
        (Winner.SECOND, None, ("second", "")),
        (Winner.TIE, None, ("tie", "")),
    ],
)
def test_a_level_counts_from_the_first_text_and_a_tie_has_none(
    winner: Winner, level: int | None, cells: tuple[str, str]
) -> None:
    result = a_result()
    told = replace(result.comparisons[0], winner=winner, level=level)
    row = read(decisions_csv((told,)))[0]
    assert (row["winner"], row["level"]) == cells


def test_small_prices_keep_all_their_digits() -> None:
    assert read(decisions_csv(a_result().comparisons))[0]["cost"] == "0.00034500"


def test_times_are_in_utc_whatever_zone_they_came_in() -> None:
    result = a_result()
    asked = result.comparisons[0].submitted_at
    elsewhere = asked.astimezone(timezone(timedelta(hours=5, minutes=30)))
    moved = replace(result.comparisons[0], submitted_at=elsewhere)
    written = read(decisions_csv((moved,)))[0]["submitted_at"]
    assert written.endswith("Z")
    assert datetime.fromisoformat(written) == asked


@given(hostile_texts)
@settings(deadline=None)
def test_no_written_text_begins_a_formula_and_every_text_comes_back(text: str) -> None:
    cell = neutralised(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert restored(cell) == text


@given(hostile_texts.filter(str.strip), hostile_texts)
@settings(deadline=None, max_examples=50)
def test_ids_and_justifications_survive_the_file(essay_id: str, justification: str) -> None:
    result = a_result(Shape(essays=4, anchors=0, waves=1))
    pair = OrientedPair(EssayId(essay_id), EssayId("another essay"))
    told = replace(result.comparisons[0], pair=pair, justification=justification)
    row = read(decisions_csv((told,)))[0]
    assert restored(row["first"]) == essay_id
    assert restored(row["justification"]) == justification


def test_an_ordinary_id_is_written_as_it_is() -> None:
    assert read(essays_csv(a_result()))[0]["essay_id"] == "essay-001"
