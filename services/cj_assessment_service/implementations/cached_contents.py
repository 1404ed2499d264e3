"""Texts that were fetched a moment ago, in front of a store that is far away."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cj_assessment_service.domain.identifiers import StorageId
from cj_assessment_service.protocols import ContentStoreProtocol


@dataclass(frozen=True, slots=True)
class CachedContents(ContentStoreProtocol):
    """Keeps the `capacity` texts that were wanted last, and the ids of as many that were stored. Who wants a text that is being
    fetched waits for it. Faults are not kept.
    """

    contents: ContentStoreProtocol
    capacity: int
    _texts: OrderedDict[StorageId, str] = field(default_factory=OrderedDict, init=False)
    _stored: OrderedDict[bytes, StorageId] = field(default_factory=OrderedDict, init=False)
    _fetching: dict[StorageId, asyncio.Task[str]] = field(default_factory=dict, init=False)

    async def fetch_content(self, storage_id: StorageId) -> str:
        known = self._texts.get(storage_id)
        if known is not None:
            self._texts.move_to_end(storage_id)
            return known
        if storage_id not in self._fetching:
            fetching = asyncio.create_task(self.contents.fetch_content(storage_id))
            self._fetching[storage_id] = fetching
            fetching.add_done_callback(lambda done: self._arrived(storage_id, done))
        # who gives up waiting does not take the text from the others
        return await asyncio.shield(self._fetching[storage_id])

    async def store_content(self, text: str) -> StorageId:
        digest = sha256(text.encode()).digest()
        if digest not in self._stored:
            self._stored[digest] = await self.contents.store_content(text)
        self._stored.move_to_end(digest)
        stored = self._stored[digest]
        self._shorten(self._stored)
        return stored

    async def forget_content(self, storage_ids: Sequence[StorageId]) -> None:
        forgotten = frozenset(storage_ids)
        for storage_id in forgotten:
            self._texts.pop(storage_id, None)
        for digest in [digest for digest, stored in self._stored.items() if stored in forgotten]:
            del self._stored[digest]
        await self.contents.forget_content(storage_ids)

    def _arrived(self, storage_id: StorageId, done: asyncio.Task[str]) -> None:
        del self._fetching[storage_id]
        if not done.cancelled() and done.exception() is None:
            self._texts[storage_id] = done.result()
            self._shorten(self._texts)

    def _shorten(self, kept: OrderedDict[StorageId, str] | OrderedDict[bytes, StorageId]) -> None:
        while len(kept) > self.capacity:
            kept.popitem(last=False)
