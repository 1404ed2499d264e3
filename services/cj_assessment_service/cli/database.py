"""Commands about the database."""

import asyncio
from pathlib import Path

import click

from cj_assessment_service.cli.installed import current_installation


@click.group()
def db() -> None:
    """The embedded PostgreSQL, or the server named by CJ_DATABASE_URL."""


@db.command()
def path() -> None:
    """Say where the data lies."""
    click.echo(current_installation().database().location)


@db.command(short_help="Bring the tables to the newest version.")
def upgrade() -> None:
    """Bring the tables to the newest version (every command does so by itself)."""
    click.echo(f"The database is at revision {asyncio.run(current_installation().database().upgrade())}.")


@db.command()
def stop() -> None:
    """Stop the embedded server, whoever uses it."""
    stopped = asyncio.run(current_installation().database().stop())
    click.echo("The embedded PostgreSQL is stopped." if stopped else "No embedded PostgreSQL is running.")


@db.command(short_help="Write a complete copy of the data.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, writable=True))
def dump(file: Path) -> None:
    """Write a complete copy of the data to FILE, as SQL that psql restores."""
    if not file.absolute().parent.is_dir():
        raise click.BadParameter(f"There is no folder {file.absolute().parent}.", param_hint="'FILE'")
    asyncio.run(current_installation().database().dump(file))
    click.echo(f"The database is saved in {file}.")
