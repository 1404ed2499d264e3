"""With whose token the service is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cj_assessment_service.cli.admin.identity_client import identity_client
from cj_assessment_service.cli.admin.places import current_places
from cj_assessment_service.cli.admin.remote_service import Advice, remote_service
from cj_assessment_service.cli.admin.service_client import ServiceClient
from cj_assessment_service.cli.installed import current_installation
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import CJError, ErrorCode
from cj_assessment_service.domain.logins import Login
from cj_assessment_service.protocols import PrivateFilesProtocol
from cj_assessment_service.wire.identity import decode_login, encode_login

_HOW_TO_LOG_IN = "Log in with `cj admin login`, or give a token in CJ_ADMIN_TOKEN (`cj admin token --help`)."
_ADVICE = Advice(
    when_silent="Start it with `cj serve`, or name another in CJ_ADMIN_BASE_URL.", when_unknown=_HOW_TO_LOG_IN
)


class NotLoggedIn(CJError):
    """There is no token, or none that is still good."""

    code = ErrorCode.AUTHENTICATION_ERROR


@dataclass(frozen=True, slots=True)
class LoginFile:
    """The login of the last time, for its owner's eyes only. Every method raises ConfigurationRejected."""

    path: Path
    files: PrivateFilesProtocol
    clock: Clock

    def keep(self, login: Login) -> None:
        with self.files.locked(self.path):
            self.files.write(self.path, encode_login(login))

    def good_token(self) -> str:
        """A token that outlasts the next request; renewed where it comes from when it would not, by one process at a time:
        a refresh token may be good for one use only. Raises NotLoggedIn, and what the identity service raises.
        """
        stored = self._stored()
        if stored.is_good(self.clock.now()):
            return stored.access_token
        with self.files.locked(self.path):
            stored = self._stored()
            if not stored.is_good(self.clock.now()):
                stored = _renewed(stored)
                self.files.write(self.path, encode_login(stored))
        return stored.access_token

    def _stored(self) -> Login:
        content = self.files.read(self.path)
        if content is None:
            raise NotLoggedIn(f"You are not logged in. {_HOW_TO_LOG_IN}")
        return decode_login(content, str(self.path))


def _renewed(login: Login) -> Login:
    if login.refresh_token is None or login.identity_url is None:
        raise NotLoggedIn(
            f"The kept token ended at {login.expires_at:%Y-%m-%d %H:%M} UTC, and nobody renews it. {_HOW_TO_LOG_IN}"
        )
    with identity_client(login.identity_url) as identity:
        return identity.refresh(login.refresh_token)


def current_login_file() -> LoginFile:
    administration = current_installation().administration()
    return LoginFile(current_places().token_file, administration.private_files, administration.clock)


@contextmanager
def service_client() -> Iterator[ServiceClient]:
    """The service, asked with the token there is. Raises what `LoginFile.good_token` does."""
    places = current_places()
    bearer = places.token or current_login_file().good_token()
    with remote_service(places.service_root, "service", _ADVICE, bearer) as remote:
        yield ServiceClient(remote)
