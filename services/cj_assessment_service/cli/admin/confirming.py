"""What cannot be undone is asked for twice."""

import click

from cj_assessment_service.cli.exits import ExitCode, Stopped
from cj_assessment_service.cli.talk import Talk


def confirm(question: str, yes: bool, talk: Talk) -> None:
    """Raises Stopped for a no. The question goes to standard error where a program reads along."""
    if not yes and not click.confirm(question, err=talk.as_json):
        talk.alert("Nothing was changed.")
        raise Stopped(ExitCode.INTERRUPTED)
