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


def answers(url: str, statement: str) -> list[str]:
    """What the statement returns, one word for each row; what it changes stays."""

    async def run() -> list[str]:
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.begin() as connection:
            found = list(await connection.scalars(text(statement)))
        await engine.dispose()
        return found

    return asyncio.run(run())


def tables(url: str) -> set[str]:
    return set(answers(url, "select table_name from information_schema.tables where table_schema = 'public'"))


def test_models_and_migrations_agree_up_down_and_up_again(empty_database_url: str) -> None:
    config = migration_config(empty_database_url)
    command.upgrade(config, "head")
    command.check(config)
    command.downgrade(config, "base")
    assert tables(empty_database_url) == {"alembic_version"}
    command.upgrade(config, "head")
    command.check(config)


def test_a_batch_of_the_time_before_was_asked_for_the_winner(empty_database_url: str) -> None:
    config = migration_config(empty_database_url)
    command.upgrade(config, "0001")
    answers(
        empty_database_url,
        "insert into cj_batch_uploads (bos_batch_id, request_fingerprint, event_correlation_id, language, user_id,"
        " judge, pair_seed, requested_essay_count, status, original_request)"
        " values ('b', 'f', gen_random_uuid(), 'en', 'u', 'offline', 1, 2, 'PENDING', '{}') returning user_id",
    )
    command.upgrade(config, "head")
    assert answers(empty_database_url, "select answer_form::text from cj_batch_uploads") == ["winner"]


def test_several_processes_may_upgrade_at_once(empty_database_url: str) -> None:
    script = f"from {upgrade_schema.__module__} import upgrade_schema; upgrade_schema({empty_database_url!r})"
    processes = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(3)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    assert "cj_comparison_pairs" in tables(empty_database_url)
