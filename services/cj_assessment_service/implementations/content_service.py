"""Texts in a content service, reached over HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from pydantic import ValidationError

from cj_assessment_service.domain.errors import ContentAnswerUnreadable, ContentMissing, ContentUnavailable
from cj_assessment_service.domain.identifiers import StorageId
from cj_assessment_service.implementations.remote_service import RemoteCall, RemoteFault, RemoteService
from cj_assessment_service.protocols import ContentStoreProtocol
from cj_assessment_service.wire.content_service import StoredText

_MISSING: Final = frozenset({400, 404, 410, 422})
"""Statuses that say that no text of this name can ever be had."""


@dataclass(frozen=True, slots=True)
class ContentServiceClient(ContentStoreProtocol):
    """The texts belong to the service and its other users: nothing of ours is there to be forgotten. Whether the same text
    gets the same id twice is up to the service, too.
    """

    url: str
    service: RemoteService

    async def fetch_content(self, storage_id: StorageId) -> str:
        try:
            response = await self.service.call(
                RemoteCall("GET", f"{self._base}/{quote(storage_id, safe='')}")
            )
        except RemoteFault as fault:
            if fault.status in _MISSING:
                raise _missing(storage_id) from fault
            raise ContentUnavailable(f"The text {storage_id} cannot be read. {fault}") from fault
        # PostgreSQL holds no NUL
        text = response.text.replace("\0", "")
        if not text.strip():
            raise _missing(storage_id)
        return text

    async def store_content(self, text: str) -> StorageId:
        call = RemoteCall("POST", self._base, text.encode(), "text/plain; charset=utf-8")
        try:
            response = await self.service.call(call)
        except RemoteFault as fault:
            raise ContentUnavailable(f"A text cannot be stored. {fault}") from fault
        try:
            return StorageId(StoredText.model_validate_json(response.content).storage_id)
        except ValidationError as error:
            raise ContentAnswerUnreadable(
                f"The {self.service.name} stored a text and did not say under which id. Check its address."
            ) from error

    async def forget_content(self, storage_ids: Sequence[StorageId]) -> None:
        """Does nothing."""

    @property
    def _base(self) -> str:
        return self.url.rstrip("/")


def _missing(storage_id: StorageId) -> ContentMissing:
    return ContentMissing(f"The content service has no text under {storage_id}.")
