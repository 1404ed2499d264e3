"""A content service is asked with patience, and every text at most once."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from cj_assessment_service.domain.errors import (
    ContentAnswerUnreadable,
    ContentMissing,
    ContentUnavailable,
    ErrorCode,
)
from cj_assessment_service.domain.identifiers import StorageId
from cj_assessment_service.domain.policies import RemotePolicy
from cj_assessment_service.implementations.cached_contents import CachedContents
from cj_assessment_service.implementations.content_service import ContentServiceClient
from cj_assessment_service.implementations.remote_service import remote_service
from cj_assessment_service.tests.fixtures.content_service_double import ContentServiceDouble
from cj_assessment_service.tests.fixtures.http_double import NEVER, HttpReply
from cj_assessment_service.tests.fixtures.judging_ways import FAST_CALLS

ESSAY = StorageId("essay")


@asynccontextmanager
async def client(url: str, policy: RemotePolicy = FAST_CALLS) -> AsyncIterator[ContentServiceClient]:
    async with remote_service("content service", policy) as service:
        yield ContentServiceClient(url, service)


def holding(text: str) -> ContentServiceDouble:
    return ContentServiceDouble(texts={ESSAY: text})


@pytest.mark.parametrize("id_name", ["storage_id", "content_id"])
async def test_a_stored_text_is_found_again_letter_by_letter(id_name: str) -> None:
    text = "Åäö – “quoted”.\n\n日本語 🙂\n"
    with ContentServiceDouble(id_name=id_name) as double:
        async with client(double.url + "/") as contents:
            assert await contents.fetch_content(await contents.store_content(text)) == text


async def test_an_id_is_never_taken_for_a_path() -> None:
    with ContentServiceDouble() as double:
        async with client(double.url) as contents:
            with pytest.raises(ContentMissing):
                await contents.fetch_content(StorageId("../admin?x=1#y"))
    assert double.calls == ["GET /v1/content/..%2Fadmin%3Fx%3D1%23y"]


@pytest.mark.parametrize("text", ["", " \n\t", "\0"])
async def test_an_empty_text_is_missing(text: str) -> None:
    with holding(text) as double:
        async with client(double.url) as contents:
            with pytest.raises(ContentMissing, match="essay"):
                await contents.fetch_content(ESSAY)


async def test_a_text_that_is_not_there_is_not_asked_for_again() -> None:
    with ContentServiceDouble() as double:
        async with client(double.url) as contents:
            with pytest.raises(ContentMissing):
                await contents.fetch_content(ESSAY)
    assert len(double.calls) == 1


async def test_a_passing_fault_is_tried_again() -> None:
    with holding("A text.") as double:
        double.fault = lambda count: HttpReply(503, "") if count < 3 else None
        async with client(double.url) as contents:
            assert await contents.fetch_content(ESSAY) == "A text."
    assert len(double.calls) == 3


@pytest.mark.parametrize(
    "fault", [HttpReply(500, "oh dear"), HttpReply(200, "late", delay=NEVER), HttpReply(302, "")]
)
async def test_a_fault_that_lasts_may_pass_later(fault: HttpReply) -> None:
    with holding("A text.") as double:
        double.fault = lambda _count: fault
        async with client(double.url, replace(FAST_CALLS, timeout=0.1)) as contents:
            with pytest.raises(ContentUnavailable):
                await contents.fetch_content(ESSAY)
            with pytest.raises(ContentUnavailable):
                await contents.store_content("A text.")
    assert len(double.calls) <= 2 * FAST_CALLS.attempts


async def test_a_service_that_is_away_may_come_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with client(f"http://127.0.0.1:{port}") as contents:
        with pytest.raises(ContentUnavailable, match="cannot be reached"):
            await contents.fetch_content(ESSAY)


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"storage_id": ""}', '{"storage_id": 7}'])
async def test_a_service_that_does_not_say_where_a_text_is_is_not_believed(body: str) -> None:
    with ContentServiceDouble(fault=lambda _count: HttpReply(201, body)) as double:
        async with client(double.url) as contents:
            with pytest.raises(ContentAnswerUnreadable) as raised:
                await contents.store_content("A text.")
    assert raised.value.code is ErrorCode.INVALID_RESPONSE


async def test_who_wants_the_same_text_at_once_shares_one_call() -> None:
    with holding("A text.") as double:
        async with client(double.url) as contents:
            cached = CachedContents(contents, capacity=10)
            texts = await asyncio.gather(*(cached.fetch_content(ESSAY) for _ in range(20)))
            assert {*texts, await cached.fetch_content(ESSAY)} == {"A text."}
    assert len(double.calls) == 1


async def test_who_gives_up_waiting_does_not_take_the_text_from_the_others() -> None:
    with holding("A text.") as double:
        async with client(double.url) as contents:
            cached = CachedContents(contents, capacity=10)
            first = asyncio.create_task(cached.fetch_content(ESSAY))
            second = asyncio.create_task(cached.fetch_content(ESSAY))
            await asyncio.sleep(0)
            first.cancel()
            assert await second == "A text."
            assert first.cancelled()
    assert len(double.calls) == 1


async def test_a_fault_is_not_remembered() -> None:
    with holding("A text.") as double:
        double.fault = lambda count: HttpReply(404, "") if count == 1 else None
        async with client(double.url) as contents:
            cached = CachedContents(contents, capacity=10)
            with pytest.raises(ContentMissing):
                await cached.fetch_content(ESSAY)
            assert await cached.fetch_content(ESSAY) == "A text."


async def test_only_the_texts_that_were_wanted_last_are_kept() -> None:
    double = ContentServiceDouble(texts={name: f"Text {name}." for name in "abc"})
    with double:
        async with client(double.url) as contents:
            cached = CachedContents(contents, capacity=2)
            for name in "abacab":
                assert await cached.fetch_content(StorageId(name)) == f"Text {name}."
    assert [call[-1] for call in double.calls] == ["a", "b", "c", "b"]


async def test_a_cache_without_room_keeps_nothing() -> None:
    with holding("A text.") as double:
        async with client(double.url) as contents:
            cached = CachedContents(contents, capacity=0)
            assert await cached.fetch_content(ESSAY) == await cached.fetch_content(ESSAY)
            await cached.store_content("x")
    assert len(double.calls) == 3


async def test_a_forgotten_text_is_not_kept_either() -> None:
    with holding("A text.") as double:
        async with client(double.url) as contents:
            cached = CachedContents(contents, capacity=2)
            await cached.fetch_content(ESSAY)
            stored = await cached.store_content("Another.")
            await cached.forget_content([ESSAY, stored])
            await cached.fetch_content(ESSAY)
            assert await cached.store_content("Another.") != stored
    assert len(double.calls) == 4
