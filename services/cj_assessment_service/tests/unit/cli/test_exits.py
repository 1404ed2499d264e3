"""Every way a command can end, its exit code and its words."""

from dataclasses import replace

import click
import pytest

from cj_assessment_service.cli.exits import EssaysRefused, ExitCode, Stopped, exit_code_of, guarded, tell
from cj_assessment_service.domain.batches import BatchStatus, StopReason
from cj_assessment_service.domain.errors import (
    BatchBusy,
    CJError,
    ConfigurationRejected,
    DatabaseUnavailable,
    GaveUp,
    InputProblem,
    InputRejected,
    InvalidGradeScale,
    InvalidJudge,
    UnknownBatch,
    UnknownGradeScale,
)
from cj_assessment_service.tests.fixtures.results import a_result

OVERVIEW = a_result().overview
FIRST = InputProblem("a.txt", "The file is empty.", "Fill in the text.")
SECOND = InputProblem("b.csv, row 3", "The id is missing.", "Write one.")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Stopped(ExitCode.CAPPED), ExitCode.CAPPED),
        (UnknownBatch("There is no batch 9."), ExitCode.INPUT_REFUSED),
        (UnknownGradeScale("There is no such scale."), ExitCode.INPUT_REFUSED),
        (InvalidGradeScale("It has one grade."), ExitCode.INPUT_REFUSED),
        (BatchBusy("Somebody works on it."), ExitCode.INPUT_REFUSED),
        (InputRejected((FIRST,)), ExitCode.INPUT_REFUSED),
        (EssaysRefused((FIRST,)), ExitCode.INPUT_REFUSED),
        (InvalidJudge("There is no such judge."), ExitCode.USAGE),
        (ConfigurationRejected("That is no address."), ExitCode.USAGE),
        (click.UsageError("--anchors needs --scale."), ExitCode.USAGE),
        (DatabaseUnavailable("It does not answer."), ExitCode.FAILED),
        (GaveUp("Nothing helps."), ExitCode.FAILED),
        (RuntimeError("a bug"), ExitCode.FAILED),
        (SystemExit(1), ExitCode.FAILED),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED),
        (click.Abort(), ExitCode.INTERRUPTED),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_error_has_its_exit_code(error: BaseException, code: ExitCode) -> None:
    assert tell(error) == code


@pytest.mark.parametrize(
    ("status", "reason", "code"),
    [
        (BatchStatus.COMPLETE_STABLE, StopReason.STABLE, ExitCode.FINISHED),
        (BatchStatus.COMPLETE_STABLE, StopReason.SATURATED, ExitCode.FINISHED),
        (BatchStatus.COMPLETE_MAX_COMPARISONS, StopReason.BUDGET_EXHAUSTED, ExitCode.FINISHED),
        (BatchStatus.COMPLETE_INSUFFICIENT_ESSAYS, StopReason.INSUFFICIENT_ESSAYS, ExitCode.FINISHED),
        (BatchStatus.COMPLETE_MAX_COMPARISONS, StopReason.COST_CAP, ExitCode.CAPPED),
        (BatchStatus.COMPLETE_MAX_COMPARISONS, StopReason.TIME_CAP, ExitCode.CAPPED),
        (BatchStatus.ERROR_PROCESSING, StopReason.HOPELESS_JUDGE, ExitCode.JUDGES_FAILED),
        (BatchStatus.ERROR_PROCESSING, StopReason.LOW_SUCCESS_RATE, ExitCode.JUDGES_FAILED),
        (BatchStatus.ERROR_PROCESSING, StopReason.NO_JUDGEMENTS, ExitCode.JUDGES_FAILED),
        (BatchStatus.ERROR_PROCESSING, StopReason.PROCESSING_FAILED, ExitCode.FAILED),
        (BatchStatus.ERROR_ESSAY_PROCESSING, StopReason.PREPARATION_FAILED, ExitCode.INPUT_REFUSED),
    ],
)
def test_each_ending_of_a_batch_has_its_exit_code(
    status: BatchStatus, reason: StopReason, code: ExitCode
) -> None:
    assert exit_code_of(replace(OVERVIEW, status=status, stop_reason=reason)) is code


def test_the_first_error_of_a_group_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    group = BaseExceptionGroup("loops", [ExceptionGroup("one", [InvalidJudge("No such judge.")])])
    assert tell(group) == ExitCode.USAGE
    assert capsys.readouterr().err == "No such judge.\n"


def test_the_unexpected_is_one_paragraph_that_names_the_way_to_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell(ValueError("first line\n  second line"))
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "(ValueError: first line second line)" in said
    assert "--debug" in said


def test_all_problems_of_the_input_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    tell(InputRejected((FIRST, SECOND)))
    assert capsys.readouterr().err == (
        "The input has 2 problems:\n"
        "  - a.txt: The file is empty. Fill in the text.\n"
        "  - b.csv, row 3: The id is missing. Write one.\n"
    )


def test_refused_essays_may_be_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    tell(EssaysRefused((FIRST,)))
    assert capsys.readouterr().err.splitlines() == [str(FIRST), *_skip_hint()]


def _skip_hint() -> list[str]:
    return ["Nothing was started. Mend these essays, or go on without them: --skip-bad"]


def test_a_traceback_needs_debug(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise CJError("It did not work.")

    monkeypatch.setattr("sys.argv", ["cj", "list"])
    assert guarded(fail) == ExitCode.FAILED
    assert capsys.readouterr().err == "It did not work.\n"
    monkeypatch.setattr("sys.argv", ["cj", "--debug", "list"])
    assert guarded(fail) == ExitCode.FAILED
    assert "Traceback" in capsys.readouterr().err


def test_a_command_that_returns_has_finished() -> None:
    assert guarded(lambda: None) == ExitCode.FINISHED
