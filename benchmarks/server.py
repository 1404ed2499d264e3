"""A PostgreSQL as users have it: embedded and durable (fsync on), empty at first and gone afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cj_assessment_service.implementations.embedded_postgres.address import ServerAddress
from cj_assessment_service.implementations.embedded_postgres.server import (
    EmbeddedPostgres,
    EmbeddedPostgresSettings,
)
from cj_assessment_service.implementations.schema import upgrade_schema


@dataclass(frozen=True, slots=True)
class DurableServer:
    data_dir: Path
    server: EmbeddedPostgres
    address: ServerAddress

    def new_database(self, name: str) -> str:
        """Its URL; empty and migrated."""
        self.server.ensure_database(name)
        url = self.address.url(name)
        upgrade_schema(url)
        return url


@contextmanager
def durable_server() -> Iterator[DurableServer]:
    data_dir = Path(tempfile.mkdtemp(prefix="cj-bench-", dir="/tmp"))
    data_dir.chmod(0o711)  # the server of root runs as nobody, who must be able to pass
    server = EmbeddedPostgres(EmbeddedPostgresSettings(data_dir))
    try:
        yield DurableServer(data_dir, server, server.acquire())
    finally:
        server.stop()
        shutil.rmtree(data_dir)
