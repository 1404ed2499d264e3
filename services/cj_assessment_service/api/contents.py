"""Stores texts for requests that come as events, which name them by storage id."""

from dishka.integrations.litestar import FromDishka, inject
from litestar import post
from litestar.params import JSONBody

from cj_assessment_service.api.errors import PROBLEMS
from cj_assessment_service.protocols import ContentStoreProtocol
from cj_assessment_service.wire.http import ContentBody, ContentView


@post("/", responses=PROBLEMS)
@inject
async def store_content(
    data: JSONBody[ContentBody], contents: FromDishka[ContentStoreProtocol]
) -> ContentView:
    """The same text always gets the same id."""
    return ContentView(storage_id=await contents.store_content(data.text))
