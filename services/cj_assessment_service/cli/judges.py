"""`cj judges`: commands about those who judge."""

import click

from cj_assessment_service.cli.lazy_group import LazyGroup


class JudgesGroup(LazyGroup):
    commands_by_name = {  # noqa: RUF012 - declared as a class variable where it is read
        "check": (
            "cj_assessment_service.cli.check:check",
            "Say whether a judge can be trusted, before it is relied on.",
        ),
    }


@click.group(cls=JudgesGroup)
def judges() -> None:
    """Find out what judges are worth."""
