"""Exit codes, and how an error is told."""

import sys
import traceback
from collections.abc import Callable
from enum import IntEnum
from functools import singledispatch

import click

from cj_assessment_service.domain.errors import CJError, InputRejected, InvalidJudge, Rejected


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
    return _say(
        f"Something unexpected went wrong ({type(error).__name__}: {error}). Nothing recorded is lost;"
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
def _(error: click.ClickException) -> int:
    error.show()
    return error.exit_code


@tell.register(KeyboardInterrupt)
@tell.register(click.Abort)
def _(error: KeyboardInterrupt | click.Abort) -> int:  # noqa: ARG001 - that it happened says it all
    return ExitCode.INTERRUPTED


@tell.register
def _(error: CJError) -> int:
    return _say(str(error), ExitCode.FAILED)


@tell.register
def _(error: Rejected) -> int:
    return _say(str(error), ExitCode.INPUT_REFUSED)


@tell.register
def _(error: InvalidJudge) -> int:
    return _say(str(error), ExitCode.USAGE)


@tell.register
def _(error: InputRejected) -> int:
    if len(error.problems) == 1:
        return _say(str(error), ExitCode.INPUT_REFUSED)
    lines = "\n".join(f"  - {problem}" for problem in error.problems)
    return _say(f"The input has these problems:\n{lines}", ExitCode.INPUT_REFUSED)


def _say(text: str, code: ExitCode) -> ExitCode:
    click.echo(text, err=True)
    return code
