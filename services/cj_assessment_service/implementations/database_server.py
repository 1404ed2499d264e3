"""Where the database of this installation runs: embedded by default, or a server somebody named."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from cj_assessment_service.domain.errors import ConfigurationRejected, DatabaseUnavailable
from cj_assessment_service.implementations.embedded_postgres.server import EmbeddedPostgres
from cj_assessment_service.protocols import DatabaseServerProtocol

DATABASE_NAME = "cj_assessment"


@dataclass(frozen=True, slots=True)
class EmbeddedDatabaseServer(DatabaseServerProtocol):
    """The server that comes with the package; starts when first needed."""

    server: EmbeddedPostgres
    data_root: Path

    @property
    def location(self) -> str:
        return str(self.data_root)

    async def start(self) -> str:
        """Makes sure that server and database exist, and returns the database's address."""
        address = await asyncio.to_thread(self.server.acquire)
        await asyncio.to_thread(self.server.ensure_database, DATABASE_NAME)
        return address.url(DATABASE_NAME)

    async def leave(self) -> None:
        """The last process to leave stops the server."""
        await asyncio.to_thread(self.server.release)

    async def upgrade(self) -> str:
        url = await self.start()
        try:
            return await asyncio.to_thread(_upgrade, url)
        finally:
            await self.leave()

    async def stop(self) -> bool:
        running = await asyncio.to_thread(self.server.is_running)
        if running:
            await asyncio.to_thread(self.server.stop)
        return running

    async def dump(self, target: Path) -> None:
        await self.start()
        try:
            await asyncio.to_thread(self.server.dump, DATABASE_NAME, target)
        finally:
            await self.leave()


@dataclass(frozen=True, slots=True)
class NamedDatabaseServer(DatabaseServerProtocol):
    """A PostgreSQL that somebody else runs."""

    url: str

    @property
    def location(self) -> str:
        return make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=True)

    async def start(self) -> str:
        return self.url

    async def leave(self) -> None:
        """Nothing of ours to stop."""

    async def upgrade(self) -> str:
        try:
            return await asyncio.to_thread(_upgrade, self.url)
        except (OSError, SQLAlchemyError) as error:
            said = error.orig if isinstance(error, DBAPIError) else error
            raise DatabaseUnavailable(
                f"The database at {self.location} cannot be used ({said})."
                " Check the address in CJ_DATABASE_URL, and that the server runs."
            ) from error

    async def stop(self) -> bool:
        return False

    async def dump(self, target: Path) -> None:
        raise ConfigurationRejected(
            f"The database at {self.location} is not the embedded one; copy it with pg_dump to {target}."
        )


def _upgrade(url: str) -> str:
    """The newest revision, once the database is there; the migration tool is loaded only for this."""
    revision: str = resolve_name("cj_assessment_service.implementations.schema:upgrade_schema")(url)
    return revision
