"""What is seen while a batch runs."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from cj_assessment_service.cli.documents import outcome_document, overview_document
from cj_assessment_service.cli.exits import ExitCode
from cj_assessment_service.cli.progress import LONGEST_FACTS, JsonProgress, TerminalProgress, facts
from cj_assessment_service.cli.talk import Talk, talk_for
from cj_assessment_service.domain.batches import BatchState, BatchStatus, Progress
from cj_assessment_service.reports.document import Json
from cj_assessment_service.tests.fixtures.results import a_result

ENDED = a_result().overview
RUNNING = replace(
    ENDED,
    status=BatchStatus.PERFORMING_COMPARISONS,
    state=BatchState.WAITING_CALLBACKS,
    progress=Progress(40, 30, 2, 288),
    spent=Decimal("0.0123"),
    reliability=0.714,
    wave=3,
    stop_reason=None,
    completed_at=None,
)
UNCAPPED = replace(RUNNING, settings=replace(RUNNING.settings, max_cost=None))


def a_terminal() -> Console:
    return Console(file=StringIO(), force_terminal=True, width=100, markup=False, emoji=False)


def written(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_terminal_shows_wave_counts_failures_money_and_reliability() -> None:
    console = a_terminal()
    with TerminalProgress(console) as view:
        view.show(RUNNING)
    seen = written(console)
    for fact in ("wave 3", "32/288", "2 failed", "$0.0123", "reliability 0.71"):
        assert fact in seen


def test_before_the_first_wave_a_terminal_shows_that_texts_are_read() -> None:
    console = a_terminal()
    with TerminalProgress(console) as view:
        view.show(replace(RUNNING, wave=0))
    assert "reading" in written(console)


def test_nothing_is_said_of_what_is_not_known() -> None:
    nothing = replace(UNCAPPED, progress=Progress(0, 0, 0, 9), spent=Decimal(0), reliability=None)
    assert facts(nothing) == ""


def test_what_is_spent_stands_beside_what_may_be() -> None:
    assert "$0.0123 of $2.50" in facts(RUNNING)
    assert "$0.00 of $2.50" in facts(replace(RUNNING, spent=Decimal(0)))
    assert "$0.0123," in facts(UNCAPPED)


def test_an_unknown_price_is_said() -> None:
    assert "$0.00 + unknown prices" in facts(replace(UNCAPPED, spent=Decimal(0), unpriced=3))


def test_questions_that_were_not_sent_did_not_fail() -> None:
    assert facts(replace(RUNNING, progress=Progress(40, 30, 6, 288, unsent=6))).startswith("6 not sent")


def test_reused_answers_and_cached_tokens_are_shown() -> None:
    calm = replace(UNCAPPED, progress=Progress(40, 30, 0, 288), reused=12)
    assert facts(replace(calm, prompt_tokens=1000, cached_tokens=830)).endswith("12 reused, 83% cached")


def test_the_line_of_a_narrow_terminal_stays_one_line() -> None:
    busy = replace(
        RUNNING,
        progress=Progress(40, 20, 12, 288, 4),
        unpriced=2,
        reused=12,
        prompt_tokens=9,
        cached_tokens=8,
    )
    assert len(facts(busy)) <= LONGEST_FACTS


def test_programs_get_a_line_only_when_something_changed_and_none_for_the_end() -> None:
    lines: list[Mapping[str, Json]] = []
    with JsonProgress(lines.append) as view:
        view.show(RUNNING)
        view.show(RUNNING)
        view.show(replace(RUNNING, wave=4))
        view.show(ENDED)
    assert [line["wave"] for line in lines] == [3, 4]


def test_a_document_holds_plain_values() -> None:
    document = overview_document(RUNNING)
    assert json.loads(json.dumps(document)) == document
    assert (document["completed"], document["failed"], document["submitted"]) == (30, 2, 40)
    assert (document["spent"], document["stop_reason"]) == ("0.0123", None)
    assert overview_document(replace(RUNNING, spent=Decimal("0E-8")))["spent"] == "0.00000000"


def test_the_outcome_adds_folder_and_exit_code() -> None:
    outcome = outcome_document(ENDED, Path("results"), ExitCode.CAPPED)
    assert outcome == {**overview_document(ENDED), "output": "results", "exit_code": 5}


def test_outside_a_terminal_a_line_stays_a_line_and_tables_are_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    talk = talk_for(as_json=False)
    talk.say("[b]long[/b] " * 30 + "\tend")
    talk.show(Table("heading"))
    talk.send({"a": 1})
    said = capsys.readouterr()
    assert said.out == "[b]long[/b] " * 30 + "\tend\n"
    assert said.err == ""


def test_a_program_reads_nothing_but_documents(capsys: pytest.CaptureFixture[str]) -> None:
    talk = talk_for(as_json=True)
    talk.say("Batch 1: 3 essays.")
    talk.alert("Stopped.")
    talk.send({"wave": 1})
    said = capsys.readouterr()
    assert (said.out, said.err) == ('{"wave": 1}\n', "Stopped.\n")


def test_a_person_sees_tables_and_names_as_they_are() -> None:
    console = a_terminal()
    talk = Talk(console, as_json=False)
    talk.show(Table("heading"))
    talk.say("[/red] is a name", "bold")
    assert "heading" in written(console)
    assert "[/red] is a name" in written(console)
