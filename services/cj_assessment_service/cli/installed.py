"""How a command finds the application it works with."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import click

from cj_assessment_service.cli.services import Installation, Services
from cj_assessment_service.cli.talk import Talk


def current_installation() -> Installation:
    """The installation this process was started for; found out on first use, because that takes a moment."""
    found = click.get_current_context().find_root().obj()
    if not isinstance(found, Installation):
        raise TypeError("the command line was started without an installation")
    return found


@asynccontextmanager
async def running(talk: Talk) -> AsyncIterator[Services]:
    """The application, at work while the block lasts."""
    async with AsyncExitStack() as stack:
        with talk.waiting("Starting the database"):
            services = await stack.enter_async_context(current_installation().open())
        yield services
