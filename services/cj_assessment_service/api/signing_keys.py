"""The keys that tokens are checked with: a shared secret, or public keys that change while the service runs."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import jwt
from jwt import PyJWK, PyJWKClient, PyJWKSet

from cj_assessment_service.api.settings import KeySetFile, KeySetUrl, SharedSecret, TokenKeys
from cj_assessment_service.domain.errors import TryAgain

PUBLIC_KEY_ALGORITHMS = ("RS256", "ES256")
LIFETIME_SECONDS = 300.0
"""A key that is withdrawn is believed no longer than this."""

COOLDOWN_SECONDS = 10.0
"""Tokens with keys nobody knows, and a place of keys that does not answer, cost one look in this time, not one each."""

PATIENCE_SECONDS = 5.0


class KeysUnavailable(TryAgain):
    """The place where the keys are published does not answer."""


class UnknownKey(Exception):
    """No key of that name is published."""


class SigningKeysProtocol(Protocol):
    """Knows the keys that tokens may be signed with."""

    async def key_of(self, token: str) -> PyJWK:
        """The key the token says it was signed with. Raises UnknownKey, KeysUnavailable, or jwt.PyJWTError for what is no
        token.
        """
        ...


@dataclass(frozen=True, slots=True)
class OneSecret(SigningKeysProtocol):
    key: PyJWK

    async def key_of(self, token: str) -> PyJWK:
        jwt.get_unverified_header(token)
        return self.key


@dataclass(slots=True)
class PublishedKeys(SigningKeysProtocol):
    """Keys by their names, read anew when they are old or a token names one that is not among them."""

    read: Callable[[], object]
    clock: Callable[[], float] = time.monotonic
    _keys: Mapping[str, PyJWK] = field(default_factory=dict)
    _read_at: float | None = None
    _failed_at: float | None = None
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def key_of(self, token: str) -> PyJWK:
        name = str(jwt.get_unverified_header(token).get("kid", ""))
        if not self._is_younger(LIFETIME_SECONDS) or name not in self._keys:
            async with self._one_at_a_time:
                await self._look(name)
        if name not in self._keys:
            raise UnknownKey(name)
        return self._keys[name]

    async def _look(self, name: str) -> None:
        usable = self._is_younger(LIFETIME_SECONDS)
        if usable and (name in self._keys or self._is_younger(COOLDOWN_SECONDS)):
            return
        failed_lately = self._failed_at is not None and self.clock() - self._failed_at < COOLDOWN_SECONDS
        if not failed_lately and await self._read():
            return
        if not usable:
            raise KeysUnavailable(
                "The keys that tokens are checked with cannot be had now, so nobody can be let in. Try again later."
            )

    async def _read(self) -> bool:
        """False when the keys cannot be had; those that are known stay."""
        try:
            published = await asyncio.to_thread(self.read)
            keys = PyJWKSet.from_dict(published if isinstance(published, dict) else {}).keys
        except (OSError, ValueError, jwt.PyJWTError):
            self._failed_at = self.clock()
            return False
        self._keys = {str(key.key_id): key for key in keys if _may_sign(key)}
        self._read_at, self._failed_at = self.clock(), None
        return True

    def _is_younger(self, seconds: float) -> bool:
        return self._read_at is not None and self.clock() - self._read_at < seconds


def signing_keys(keys: TokenKeys) -> SigningKeysProtocol:
    match keys:
        case SharedSecret(secret):
            encoded = jwt.utils.base64url_encode(secret.encode()).decode()
            return OneSecret(PyJWK({"kty": "oct", "k": encoded, "alg": "HS256"}))
        case KeySetUrl(url):
            return PublishedKeys(PyJWKClient(url, cache_jwk_set=False, timeout=PATIENCE_SECONDS).fetch_data)
        case KeySetFile(path):
            return PublishedKeys(lambda: json.loads(path.read_bytes()))


def _may_sign(key: PyJWK) -> bool:
    """Never a symmetric key, which anybody who can read the set could sign with."""
    is_meant_for_it = key.key_id is not None and key.public_key_use in {"sig", None}
    return is_meant_for_it and key.algorithm_name in PUBLIC_KEY_ALGORITHMS
