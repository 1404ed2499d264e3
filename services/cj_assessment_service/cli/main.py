"""`cj` itself: finds the command, runs it, and turns every error into one paragraph and an exit code."""

import logging
from collections.abc import Callable
from pkgutil import resolve_name

import click

from cj_assessment_service.cli.lazy_group import LazyGroup

COMMANDS = {
    "demo": (
        "cj_assessment_service.cli.demo:demo",
        "Assess 36 essays that come with cj; nothing to prepare.",
    ),
    "assess": ("cj_assessment_service.cli.assess:assess", "Assess a folder, zip, CSV or XLSX of essays."),
    "fit": (
        "cj_assessment_service.cli.fit:fit",
        "Analyse decisions from any tool: scores, errors, reliability.",
    ),
    "status": ("cj_assessment_service.cli.batches:status", "Show where a batch stands."),
    "list": ("cj_assessment_service.cli.batches:list_batches", "List the batches in the database."),
    "results": ("cj_assessment_service.cli.finished:results", "Write the results of a batch again."),
    "resume": ("cj_assessment_service.cli.finished:resume", "Carry on an interrupted batch."),
    "delete": (
        "cj_assessment_service.cli.delete:delete",
        "Forget a batch with all its texts, or the texts alone.",
    ),
    "simulate": (
        "cj_assessment_service.cli.simulate:simulate",
        "Try pairing and scoring on essays whose truth is known.",
    ),
    "plan": (
        "cj_assessment_service.cli.plan:plan",
        "Say how many comparisons a session will need.",
    ),
    "judges": ("cj_assessment_service.cli.judges:judges", "Find out what judges are worth."),
    "prompts": (
        "cj_assessment_service.cli.prompts:prompts",
        "Show the words judges are asked in.",
    ),
    "serve": (
        "cj_assessment_service.cli.serve:serve",
        "Run the service: HTTP, consumers, relay and monitor.",
    ),
    "worker": (
        "cj_assessment_service.cli.serve:worker",
        "Answer questions of the service, as one of many workers.",
    ),
    "admin": (
        "cj_assessment_service.cli.admin.group:admin",
        "Look after a service: tokens, assignments, anchors, batches.",
    ),
    "dlq": (
        "cj_assessment_service.cli.dead_letters:dlq",
        "Look at messages that could not be handled, and send them again.",
    ),
    "db": ("cj_assessment_service.cli.database:db", "Look after the database."),
}
"""Where each command lives and what it does; the module is imported only when the command runs."""


class CjGroup(LazyGroup):
    commands_by_name = COMMANDS


@click.group(cls=CjGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cj-assessment-service", prog_name="cj")
@click.option("--debug", is_flag=True, help="Show the log, and the traceback of an error.")
def cj(debug: bool) -> None:
    """Comparative judgement: which of these two is better, asked again and again, until the scale is reliable."""
    logging.basicConfig(level=logging.INFO if debug else logging.CRITICAL)


def run(find_installation: Callable[[], object]) -> None:
    """Runs the command line and exits the process.

    `find_installation` gives the commands their `Installation`; it is called when a command needs it.
    """
    guard = resolve_name("cj_assessment_service.cli.exits:guarded")
    raise SystemExit(guard(lambda: cj.main(standalone_mode=False, obj=find_installation)))
