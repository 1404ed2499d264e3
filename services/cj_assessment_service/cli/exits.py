"""Exit codes, and how an error is told."""

import os
import sys
import traceback
from collections.abc import Callable
from enum import IntEnum
from functools import singledispatch

import click

from cj_assessment_service.domain.batches import BatchOverview, StopReason
from cj_assessment_service.domain.errors import (
    CJError,
    ConfigurationRejected,
    InputRejected,
    InvalidJudge,
    Rejected,
    RemoteJudgeRefused,
)


class ExitCode(IntEnum):
    FINISHED = 0
    FAILED = 1
    USAGE = 2
    INPUT_REFUSED = 3
    JUDGES_FAILED = 4
    CAPPED = 5
    INTERRUPTED = 130


class Stopped(Exception):
    """A command ends here with this code; what there is to say has been said."""

    def __init__(self, code: ExitCode) -> None:
        self.code = code
        super().__init__(code)


class EssaysRefused(InputRejected):
    """Some essays cannot be used, and the user has not said to go on without them."""


def exit_code_of(overview: BatchOverview) -> ExitCode:
    """Of a batch that has ended."""
    if overview.status.is_complete:
        capped = overview.stop_reason is not None and overview.stop_reason.is_cap
        return ExitCode.CAPPED if capped else ExitCode.FINISHED
    if overview.stop_reason is StopReason.PREPARATION_FAILED:
        return ExitCode.INPUT_REFUSED
    if overview.stop_reason is StopReason.PROCESSING_FAILED:
        return ExitCode.FAILED
    return ExitCode.JUDGES_FAILED


def guarded(command: Callable[[], object]) -> int:
    """The exit code of the command. A traceback appears only with --debug."""
    try:
        command()
    except BaseException as error:  # noqa: BLE001 - the outermost border: whatever happens becomes an exit code
        if "--debug" in sys.argv and not isinstance(error, Stopped | click.exceptions.Exit):
            traceback.print_exc()
        return tell(error)
    return ExitCode.FINISHED


@singledispatch
def tell(error: BaseException) -> int:
    """Says what went wrong on standard error, in a paragraph, and gives the exit code."""
    said = " ".join(f"{type(error).__name__}: {error}".split())
    return _say(
        f"Something unexpected went wrong ({said}). Nothing recorded is lost;"
        " put --debug behind `cj` to see where it happened.",
        ExitCode.FAILED,
    )


@tell.register
def _(error: BaseExceptionGroup) -> int:
    return tell(error.exceptions[0])


@tell.register
def _(error: Stopped) -> int:
    return error.code


@tell.register
def _(error: click.exceptions.Exit) -> int:
    return error.exit_code


@tell.register
def _(error: SystemExit) -> int:
    # click leaves so when nobody reads its output any longer
    return error.code if isinstance(error.code, int) else ExitCode.FAILED


@tell.register
def _(error: click.ClickException) -> int:
    error.show()
    return error.exit_code


@tell.register(KeyboardInterrupt)
@tell.register(click.Abort)
def _(error: KeyboardInterrupt | click.Abort) -> int:  # noqa: ARG001 - that it happened says it all
    return ExitCode.INTERRUPTED


@tell.register
def _(error: BrokenPipeError) -> int:  # noqa: ARG001 - as above
    # whoever read our output has seen enough; what Python still holds back for them goes nowhere
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.FAILED


@tell.register
def _(error: CJError) -> int:
    return _say(str(error), ExitCode.FAILED)


@tell.register
def _(error: Rejected) -> int:
    return _say(str(error), ExitCode.INPUT_REFUSED)


@tell.register(InvalidJudge)
@tell.register(ConfigurationRejected)
def _(error: InvalidJudge | ConfigurationRejected) -> int:
    return _say(str(error), ExitCode.USAGE)


@tell.register
def _(error: RemoteJudgeRefused) -> int:
    return _say(str(error), ExitCode.INPUT_REFUSED)


@tell.register
def _(error: InputRejected) -> int:
    return _say(_problems(error), ExitCode.INPUT_REFUSED)


@tell.register
def _(error: EssaysRefused) -> int:
    return _say(
        f"{_problems(error)}\nNothing was started. Mend these essays, or go on without them: --skip-bad",
        ExitCode.INPUT_REFUSED,
    )


def _problems(error: InputRejected) -> str:
    if len(error.problems) == 1:
        return str(error)
    lines = "\n".join(f"  - {problem}" for problem in error.problems)
    return f"The input has {len(error.problems)} problems:\n{lines}"


def _say(text: str, code: ExitCode) -> ExitCode:
    click.echo(text, err=True)
    return code
