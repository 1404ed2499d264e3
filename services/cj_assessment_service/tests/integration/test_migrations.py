"""Migrations are the only schema authority."""

import asyncio
import subprocess
import sys

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from cj_assessment_service.implementations.schema import migration_config, upgrade_schema


@pytest.fixture
def empty_database_url(database_server_url: str) -> str:
    name = "migrations"
    recreate(database_server_url, name)
    server, _, rest = database_server_url.partition("@/")
    return f"{server}@/{name}?{rest.partition('?')[2]}"


def recreate(url: str, name: str) -> None:
    async def run() -> None:
        engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(f"drop database if exists {name}"))
            await connection.execute(text(f"create database {name} template template0"))
        await engine.dispose()

    asyncio.run(run())


def tables(url: str) -> set[str]:
    async def run() -> set[str]:
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.connect() as connection:
            names = await connection.scalars(
                text("select table_name from information_schema.tables where table_schema = 'public'")
            )
            found = set(names.all())
        await engine.dispose()
        return found

    return asyncio.run(run())


def test_models_and_migrations_agree_up_down_and_up_again(empty_database_url: str) -> None:
    config = migration_config(empty_database_url)
    command.upgrade(config, "head")
    command.check(config)
    command.downgrade(config, "base")
    assert tables(empty_database_url) == {"alembic_version"}
    command.upgrade(config, "head")
    command.check(config)


def test_several_processes_may_upgrade_at_once(empty_database_url: str) -> None:
    script = f"from {upgrade_schema.__module__} import upgrade_schema; upgrade_schema({empty_database_url!r})"
    processes = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(3)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    assert "cj_comparison_pairs" in tables(empty_database_url)
