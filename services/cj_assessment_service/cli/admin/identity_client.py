"""The identity service: who one is, against a password."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cj_assessment_service.cli.admin.remote_service import Advice, RemoteService, remote_service
from cj_assessment_service.domain.logins import Login
from cj_assessment_service.wire.identity import CredentialsBody, RefreshBody, TokenPair, expiry_of

_ADVICE = Advice(
    when_silent=(
        "Check IDENTITY_BASE_URL. Where there is no identity service, `cj admin token service` signs tokens"
        " with a key of your own."
    ),
    when_unknown="Check email and password, or log in again: `cj admin login`.",
)


@dataclass(frozen=True, slots=True)
class IdentityClient:
    """Every method raises what `RemoteService` does, and TokenUnreadable."""

    remote: RemoteService
    url: str

    def log_in(self, email: str, password: str) -> Login:
        body = CredentialsBody(email=email, password=password)
        pair = self.remote.ask("POST", "/login", TokenPair, body)
        return self._login(pair, pair.refresh_token)

    def refresh(self, refresh_token: str) -> Login:
        body = RefreshBody(refresh_token=refresh_token)
        pair = self.remote.ask("POST", "/refresh", TokenPair, body)
        return self._login(pair, pair.refresh_token or refresh_token)

    def _login(self, pair: TokenPair, refresh_token: str | None) -> Login:
        return Login(pair.access_token, expiry_of(pair.access_token), refresh_token, self.url)


@contextmanager
def identity_client(url: str) -> Iterator[IdentityClient]:
    with remote_service(url, "identity service", _ADVICE) as remote:
        yield IdentityClient(remote, url)
