"""Where a server listens."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

SUPERUSER = "postgres"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A private socket: whoever may enter the directory is trusted."""

    socket_dir: Path
    port: int

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database, for the asyncpg driver."""
        host = quote(str(self.socket_dir), safe="/")
        return f"postgresql+asyncpg://{SUPERUSER}@/{quote(database, safe='')}?host={host}&port={self.port}"

    @property
    def options(self) -> tuple[str, ...]:
        """The same for the command-line programs of PostgreSQL."""
        return (f"--host={self.socket_dir}", f"--port={self.port}", f"--username={SUPERUSER}")
