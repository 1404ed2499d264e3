"""`cj serve` and `cj worker`: the service, as long as nobody stops it."""

import asyncio

import click

from cj_assessment_service.cli.installed import current_installation
from cj_assessment_service.cli.services import EVERY_PART, ServeOrder, ServicePart


@click.command(short_help="Run the service: HTTP, consumers, relay and monitor.")
@click.option(
    "--embedded", is_flag=True, help="All in one process, on the embedded PostgreSQL, without Kafka."
)
@click.option(
    "--only",
    "parts",
    type=click.Choice(ServicePart, case_sensitive=False),
    multiple=True,
    help="Run only this part, so that it scales alone; may be given again for another.",
)
def serve(embedded: bool, parts: tuple[ServicePart, ...]) -> None:
    """Run the service until it is stopped (Ctrl-C or SIGTERM): it finishes what it has begun, and leaves.

    Batches arrive over HTTP, and as events where CJ_ASSESSMENT_SERVICE_KAFKA_BOOTSTRAP_SERVERS names a broker. The database
    is the one CJ_DATABASE_URL names; with --embedded it is this machine's own.
    """
    order = ServeOrder(frozenset(parts) or EVERY_PART, embedded)
    asyncio.run(current_installation().serve(order, lambda address: _say_ready(order, address)))


def _say_ready(order: ServeOrder, address: str | None) -> None:
    """One line for people, on standard error like the log."""
    if address is None:
        said = f"At work without the HTTP API: {', '.join(sorted(order.parts))}."
    else:
        token = "cj admin token dev" if order.embedded else "cj admin token --help"
        said = f"Listening on {address}; for a token: {token}"
    click.echo(said, err=True)


@click.command(short_help="Answer questions of the service, as one of many workers.")
def worker() -> None:
    """Take questions from Kafka, ask the judges, and send the answers back, until stopped (Ctrl-C or SIGTERM).

    A worker needs the broker that CJ_ASSESSMENT_SERVICE_KAFKA_BOOTSTRAP_SERVERS names and the keys of the judges; it needs no
    database.
    """
    asyncio.run(
        current_installation().work(lambda: click.echo("At work: questions are taken from Kafka.", err=True))
    )
