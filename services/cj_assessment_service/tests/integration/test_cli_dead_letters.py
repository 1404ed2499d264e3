"""Parked messages, as operators see them and send them again."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from cj_assessment_service.domain.messages import Message
from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.implementations.database_server import DATABASE_NAME
from cj_assessment_service.implementations.dead_letters import PostgreSQLDeadLetters
from cj_assessment_service.implementations.in_process_bus import InProcessMessageBus
from cj_assessment_service.implementations.session_provider_impl import CJSessionProviderImpl
from cj_assessment_service.implementations.system_clock import SystemClock
from cj_assessment_service.metrics import Metrics
from cj_assessment_service.tests.integration.command_line import CommandLine, cj
from cj_assessment_service.wire.topics import COMPARISON_RESULT, REQUESTED

__all__ = ["cj"]

CONTENT = b"an answer that quotes an essay"


ANSWER = Message(COMPARISON_RESULT, "7", CONTENT)
REQUEST = Message(REQUESTED, "outer", b"{}")


@pytest.fixture
def parked(cj: CommandLine) -> CommandLine:
    """An answer and a request that nobody can read, and nothing else."""
    assert cj("db", "upgrade").code == 0
    asyncio.run(park_only(cj, ANSWER, REQUEST))
    return cj


async def park_only(cj: CommandLine, *messages: Message) -> None:
    infrastructure = CJDatabaseInfrastructure.connect(
        cj.address.url(DATABASE_NAME), Metrics(CollectorRegistry())
    )
    async with infrastructure.engine.begin() as connection:
        await connection.execute(text("delete from dead_letters"))
    letters = PostgreSQLDeadLetters(
        CJSessionProviderImpl(infrastructure), InProcessMessageBus(), SystemClock()
    )
    for message in messages:
        await letters.park(message, "It cannot be read.")
    await infrastructure.close()


def test_where_nothing_is_parked_nothing_is_wrong(cj: CommandLine) -> None:
    assert cj("dlq", "list").out == "No message is parked.\n"
    assert cj("dlq", "replay").out == "No message is parked.\n"


def test_letters_are_listed_with_their_reason_and_never_with_their_content(parked: CommandLine) -> None:
    told = parked("dlq", "list", "--json")
    assert [(one["topic"], one["key"], one["bytes"], one["reason"]) for one in told.documents] == [
        (ANSWER.topic, "7", len(CONTENT), "It cannot be read."),
        (REQUEST.topic, "outer", 2, "It cannot be read."),
    ]
    lines = parked("dlq", "list").out.splitlines()
    assert [line.split("\t")[2] for line in lines] == ["topic", ANSWER.topic, REQUEST.topic]
    assert CONTENT.decode() not in told.out + "".join(lines)


def test_letters_of_one_topic_can_be_asked_for(parked: CommandLine) -> None:
    [told] = parked("dlq", "list", "--json", "--topic", REQUESTED).documents
    assert told["key"] == "outer"
    assert len(parked("dlq", "list", "--json", "--limit", 1).documents) == 1


def test_what_is_still_unreadable_when_sent_again_is_parked_again_with_its_reason(
    parked: CommandLine,
) -> None:
    before = {str(one["id"]) for one in parked("dlq", "list", "--json").documents}
    said = parked("dlq", "replay")
    assert (said.code, said.out) == (0, "Sent again: 2.\n")
    after = parked("dlq", "list", "--json").documents
    assert {one["topic"] for one in after} == {ANSWER.topic, REQUEST.topic}
    assert before.isdisjoint(str(one["id"]) for one in after)
    assert all("cannot be read" in str(one["reason"]) for one in after)


def test_one_letter_can_be_sent_again_alone(parked: CommandLine) -> None:
    first, second = (str(one["id"]) for one in parked("dlq", "list", "--json").documents)
    [sent] = parked("dlq", "replay", "--id", second, "--json").documents
    assert sent["id"] == second
    assert first in {one["id"] for one in parked("dlq", "list", "--json").documents}


def test_an_id_that_is_not_there_is_refused_and_nothing_is_sent(parked: CommandLine) -> None:
    said = parked("dlq", "replay", "--id", "4711")
    assert (said.code, said.out) == (2, "")
    assert "No message is parked under 4711" in said.err
    assert len(parked("dlq", "list", "--json").documents) == 2
