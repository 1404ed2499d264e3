"""The tables of the terminal."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console
from rich.table import Table

from cj_assessment_service.cli.tables import (
    BATCH_COLUMNS,
    listing_lines,
    listing_table,
    ranking_table,
    state_word,
)
from cj_assessment_service.domain.batches import BatchStatus, StopReason
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.tests.fixtures.results import Shape, a_result

RESULT = a_result()


def shown(table: Table, width: int = 120) -> str:
    console = Console(file=StringIO(), width=width, markup=False, emoji=False)
    console.print(table)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def headings(table: Table) -> list[str]:
    return [str(column.header) for column in table.columns]


def test_the_ranking_leaves_out_columns_that_would_be_empty() -> None:
    assert headings(ranking_table(RESULT)) == [
        "rank",
        "essay",
        "score ± se",
        "grade",
        "certainty",
        "known",
        "look at it",
    ]
    plain = a_result(Shape(scale=None, anchors=0))
    calm = replace(plain, essays=tuple(replace(essay, review_reasons=()) for essay in plain.essays))
    assert headings(ranking_table(calm)) == ["rank", "essay", "score ± se"]


def test_a_long_ranking_is_shortened_to_the_best() -> None:
    table = ranking_table(a_result(Shape(essays=50)))
    assert table.title == "The best 40"
    assert table.row_count == 40


def test_names_are_printed_as_they_are() -> None:
    first, *others = RESULT.essays
    named = replace(RESULT, essays=(replace(first, name="[/red] :smile: [bold]"), *others))
    assert "[/red] :smile: [bold]" in shown(ranking_table(named))


def test_only_the_judge_is_cut_on_a_narrow_terminal() -> None:
    overview = replace(
        RESULT.overview, settings=replace(RESULT.overview.settings, panel=Panel.of("openai:" + "long" * 20))
    )
    said = shown(listing_table(BATCH_COLUMNS, [overview]), width=80)
    assert all(heading in said for heading in ("batch", "started", "judged", "reliability", "finished"))
    assert "…" in said


def test_a_list_without_a_frame_has_the_same_cells_between_tabs() -> None:
    heading, line = listing_lines(BATCH_COLUMNS, [RESULT.overview])
    assert heading.split("\t") == headings(listing_table(BATCH_COLUMNS, [RESULT.overview]))
    assert line.split("\t")[0] == "12"
    assert line.split("\t")[2:] == ["36", "158", "0.92", "finished", "openai:gpt-5-mini"]


@pytest.mark.parametrize("reason", StopReason)
def test_every_ending_has_a_word(reason: StopReason) -> None:
    assert state_word(replace(RESULT.overview, stop_reason=reason)) not in {"", "open"}


def test_a_running_batch_is_open() -> None:
    running = replace(RESULT.overview, status=BatchStatus.FETCHING_CONTENT, stop_reason=None)
    assert state_word(running) == "open"
