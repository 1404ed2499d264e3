"""Who is logged in, by what, and until when."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

MINIMUM_SECRET_BYTES = 32
"""Of a secret that signs tokens: as long as the hash of HS256 (RFC 7518, section 3.2)."""

REFRESHED_BEFORE = timedelta(minutes=1)
"""So long before its end a token is no longer used: a request must not meet it on its way."""


@dataclass(frozen=True, slots=True)
class Login:
    """A token, and what gets the next one where it came from; both None for a token that nobody renews."""

    access_token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str | None = field(default=None, repr=False)
    identity_url: str | None = None

    def is_good(self, now: datetime) -> bool:
        return now < self.expires_at - REFRESHED_BEFORE
