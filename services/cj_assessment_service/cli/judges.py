"""`cj judges`: commands about those who judge."""

import click

from cj_assessment_service.cli.lazy_group import LazyGroup

COMMANDS = {
    "check": (
        "cj_assessment_service.cli.check:check",
        "Say whether a judge can be trusted, before it is relied on.",
    ),
    "exclude": (
        "cj_assessment_service.cli.judge_exclusion:exclude",
        "Leave the decisions of a judge out of a scale.",
    ),
    "restore": (
        "cj_assessment_service.cli.judge_exclusion:restore",
        "Take the decisions of a judge back into a scale.",
    ),
}


class JudgesGroup(LazyGroup):
    commands_by_name = COMMANDS


@click.group(cls=JudgesGroup)
def judges() -> None:
    """Who judges, and how far to trust them."""
