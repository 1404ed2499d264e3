"""A PostgreSQL server of its own that can be stopped and started, with the notes of every change."""

import asyncio
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from cj_assessment_service.implementations.embedded_postgres.address import ServerAddress
from cj_assessment_service.implementations.embedded_postgres.server import EmbeddedPostgres
from cj_assessment_service.implementations.schema import upgrade_schema
from cj_assessment_service.tests.faults.invariants import install_audit
from cj_assessment_service.tests.fixtures.database import TEMPLATE, clone_template


@dataclass(frozen=True, slots=True)
class FaultyServer:
    """Who made it has acquired it, and releases it."""

    server: EmbeddedPostgres
    address: ServerAddress

    async def new_database(self) -> str:
        """The URL of an empty one with the schema and the notes."""
        name = f"faults_{uuid4().hex}"
        await clone_template(self.address, name)
        return self.address.url(name)

    def stop(self) -> None:
        """Ends every connection."""
        self.server.stop()

    def start(self) -> None:
        self.server.acquire()
        self.server.release()


def make_template(server: EmbeddedPostgres, address: ServerAddress) -> None:
    server.ensure_database(TEMPLATE)
    upgrade_schema(address.url(TEMPLATE))
    asyncio.run(_install(address.url(TEMPLATE)))


async def _install(url: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await install_audit(connection)
    await engine.dispose()
