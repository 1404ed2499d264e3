"""How a command finds the application it works with."""

from typing import TypeVar

import click

from cj_assessment_service.cli.services import Installation

Command = TypeVar("Command")


def current_installation() -> Installation:
    """The installation this process was started for; found out on first use, because that takes a moment."""
    found = click.get_current_context().find_root().obj()
    if not isinstance(found, Installation):
        raise TypeError("the command line was started without an installation")
    return found
