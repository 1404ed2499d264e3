"""Texts are kept alike, whoever keeps them."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.config import Settings
from cj_assessment_service.di import make_container
from cj_assessment_service.domain.errors import ContentMissing
from cj_assessment_service.domain.identifiers import StorageId
from cj_assessment_service.protocols import ContentStoreProtocol
from cj_assessment_service.tests.fixtures.content_service_double import ContentServiceDouble

TEXT = "Åsa skrev – “så här”.\n\n日本語 🙂\n"


@pytest.fixture(params=["built in", "service"])
async def contents(
    request: pytest.FixtureRequest, test_db_engine: AsyncEngine
) -> AsyncIterator[ContentStoreProtocol]:
    """As the application is wired."""
    kind: Literal["built in", "service"] = request.param
    url = test_db_engine.url.render_as_string(hide_password=False)
    with ContentServiceDouble() as double:
        settings = Settings(content_service_url=double.url if kind == "service" else None)
        container = make_container(settings, url)
        store: ContentStoreProtocol = await container.get(ContentStoreProtocol)
        yield store
        await container.close()


async def test_a_text_comes_back_letter_by_letter(contents: ContentStoreProtocol) -> None:
    assert await contents.fetch_content(await contents.store_content(TEXT)) == TEXT


async def test_the_same_text_gets_the_same_id_and_another_text_another(
    contents: ContentStoreProtocol,
) -> None:
    first = await contents.store_content(TEXT)
    assert await contents.store_content(TEXT) == first
    assert await contents.store_content(TEXT + "!") != first


async def test_a_text_that_was_never_stored_is_missing(contents: ContentStoreProtocol) -> None:
    with pytest.raises(ContentMissing, match="nowhere"):
        await contents.fetch_content(StorageId("nowhere"))


async def test_a_text_that_says_nothing_is_missing(contents: ContentStoreProtocol) -> None:
    blank = await contents.store_content(" \n\t")
    with pytest.raises(ContentMissing):
        await contents.fetch_content(blank)


async def test_forgetting_is_safe_to_repeat(contents: ContentStoreProtocol) -> None:
    stored = await contents.store_content(TEXT)
    await contents.forget_content([stored])
    await contents.forget_content([stored, StorageId("nowhere")])
    await contents.forget_content([])
