"""What the HTTP application is told by the settings; importing this loads no framework."""

from dataclasses import dataclass, field

from cj_assessment_service.domain.errors import ConfigurationRejected

MINIMUM_SECRET_BYTES = 32
"""As long as the hash of HS256 (RFC 7518, section 3.2)."""


@dataclass(frozen=True, slots=True)
class TokenPolicy:
    """Which tokens count: signed with HS256 and this secret, by this issuer, for this audience, not expired.

    Raises ConfigurationRejected for a secret that is too short to be safe.
    """

    secret: str = field(repr=False)
    issuer: str
    audience: str

    def __post_init__(self) -> None:
        if len(self.secret.encode()) < MINIMUM_SECRET_BYTES:
            raise ConfigurationRejected(
                "The secret that signs tokens is too short to be safe. Set CJ_ASSESSMENT_SERVICE_JWT_SECRET to at"
                f" least {MINIMUM_SECRET_BYTES} bytes that nobody can guess."
            )


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Where the service listens and whom it believes. Without tokens the protected groups let nobody in."""

    host: str
    port: int
    tokens: TokenPolicy | None
    enable_admin_endpoints: bool
