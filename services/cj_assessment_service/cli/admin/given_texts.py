"""Texts that are given in the command, or in a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from pydantic import ValidationError

from cj_assessment_service.cli.installed import current_installation
from cj_assessment_service.domain.errors import InputProblem, InputRejected


def given_text(text: str | None, file: Path | None) -> str | None:
    """The one of the two that is given, None where neither is. Raises InputRejected for a file that holds no text."""
    if file is None:
        return text
    return current_installation().administration().texts.read_text(file)


def check_one(first: str, is_first: bool, second: str, is_second: bool) -> None:
    """Raises UsageError unless exactly one of the two options is given."""
    if is_first == is_second:
        raise click.UsageError(f"Give {first} or {second}, and not both.")


@contextmanager
def fitting(where: str) -> Iterator[None]:
    """For bodies that are made before they are sent. Raises InputRejected for one that the service would refuse."""
    try:
        yield
    except ValidationError as error:
        problems = tuple(
            InputProblem(
                where, f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}.", "Mend it and try again."
            )
            for fault in error.errors(include_input=False, include_url=False)
        )
        # not chained: the cause shows what was given
        raise InputRejected(problems) from None
