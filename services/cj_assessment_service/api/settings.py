"""What the HTTP application is told by the settings; importing this loads no framework."""

from dataclasses import dataclass, field
from pathlib import Path

from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.domain.logins import MINIMUM_SECRET_BYTES


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """Whoever makes tokens and whoever checks them know the same secret (HS256): for development only.

    Raises ConfigurationRejected for a secret that is too short to be safe.
    """

    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret.encode()) < MINIMUM_SECRET_BYTES:
            raise ConfigurationRejected(
                "The secret that signs tokens is too short to be safe. Set CJ_ASSESSMENT_SERVICE_JWT_SECRET to at"
                f" least {MINIMUM_SECRET_BYTES} bytes that nobody can guess."
            )


@dataclass(frozen=True, slots=True)
class KeySetUrl:
    """Public keys (RS256, ES256) as a JSON Web Key Set at this address. Raises ConfigurationRejected unless it is HTTP."""

    url: str

    def __post_init__(self) -> None:
        if not self.url.lower().startswith(("https://", "http://")):
            raise ConfigurationRejected(
                "The address of the keys that sign tokens is not one. Set CJ_ASSESSMENT_SERVICE_JWKS_URL to an address"
                " that begins with https://."
            )


@dataclass(frozen=True, slots=True)
class KeySetFile:
    """Public keys (RS256, ES256) as a JSON Web Key Set in this file, which may be replaced while the service runs."""

    path: Path


TokenKeys = SharedSecret | KeySetUrl | KeySetFile


@dataclass(frozen=True, slots=True)
class TokenPolicy:
    """Which tokens count: signed with one of these keys, by this issuer, for this audience, not expired."""

    keys: TokenKeys
    issuer: str
    audience: str


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Where the service listens, whom it believes, and how much it takes. Without tokens the protected groups let nobody
    in. A caller may make `requests_per_minute` of each process; a body has at most `max_body_bytes`.
    Where the API is not served, probes and metrics are, on `metrics_port` (None: nowhere).
    """

    host: str
    port: int
    tokens: TokenPolicy | None
    enable_admin_endpoints: bool
    requests_per_minute: int = 600
    max_body_bytes: int = 64 * 2**20
    metrics_port: int | None = None
