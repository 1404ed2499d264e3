"""Who is logged in, and until when."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

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
