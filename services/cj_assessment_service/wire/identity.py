"""What the identity service is told and tells, and the file a login is kept in."""

from datetime import datetime
from typing import Literal

import jwt
from pydantic import BaseModel, ConfigDict, ValidationError

from cj_assessment_service.domain.errors import ConfigurationRejected, ErrorCode, GaveUp
from cj_assessment_service.domain.logins import Login
from cj_assessment_service.wire.envelope import WireModel


class CredentialsBody(WireModel):
    email: str
    password: str


class RefreshBody(WireModel):
    refresh_token: str


class TokenPair(WireModel):
    """Without a refresh token the one used before stays good."""

    access_token: str
    refresh_token: str | None = None


class TokenUnreadable(GaveUp):
    """A token that does not say until when it is good."""

    code = ErrorCode.INVALID_RESPONSE


class _Expiry(WireModel):
    exp: datetime


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_name: Literal["cj-admin-login/1"] = "cj-admin-login/1"
    access_token: str
    expires_at: datetime
    refresh_token: str | None
    identity_url: str | None


def expiry_of(token: str) -> datetime:
    """Until when the token says it is good; whether it is genuine is for the service to say. Raises TokenUnreadable."""
    try:
        return _Expiry.model_validate(jwt.decode(token, options={"verify_signature": False})).exp
    except (jwt.PyJWTError, ValidationError):
        # not chained: the cause may repeat the token
        raise TokenUnreadable(
            "The identity service gave a token that does not say when it expires. The CJ service would refuse it."
        ) from None


def encode_login(login: Login) -> str:
    document = _Document(
        access_token=login.access_token,
        expires_at=login.expires_at,
        refresh_token=login.refresh_token,
        identity_url=login.identity_url,
    )
    return document.model_dump_json(indent=1)


def decode_login(content: str, where: str) -> Login:
    """Raises ConfigurationRejected, in words that repeat nothing of the content."""
    try:
        document = _Document.model_validate_json(content)
    except ValidationError:
        # not chained: the cause would show what stands in the file
        raise ConfigurationRejected(
            f"{where} holds no login. Name another file in CJ_ADMIN_TOKEN_PATH, or delete this one."
        ) from None
    return Login(document.access_token, document.expires_at, document.refresh_token, document.identity_url)
