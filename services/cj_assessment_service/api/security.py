"""Who may call what: bearer tokens and their roles."""

import jwt
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from cj_assessment_service.api.settings import TokenPolicy
from cj_assessment_service.domain.errors import ErrorCode, Rejected, TryAgain
from cj_assessment_service.wire.http import TokenClaims

ADMIN = "admin"
TEACHER = "teacher"
SERVICE = "service"

Connection = ASGIConnection[BaseRouteHandler, object, object, State]


class NotAuthenticated(Rejected):
    """The caller did not prove who they are."""

    code = ErrorCode.AUTHENTICATION_ERROR


class NotAllowed(Rejected):
    """The caller is known and may not do this."""

    code = ErrorCode.AUTHORIZATION_ERROR


class AuthenticationUnavailable(TryAgain):
    """Nobody can be authenticated, because the service was never told how."""


def verify_token(tokens: TokenPolicy, token: str) -> TokenClaims:
    """Raises NotAuthenticated."""
    try:
        return TokenClaims.model_validate(
            jwt.decode(
                token,
                tokens.secret,
                algorithms=["HS256"],
                issuer=tokens.issuer,
                audience=tokens.audience,
                options={"require": ["exp", "iss", "aud"]},
            )
        )
    except jwt.ExpiredSignatureError as error:
        raise NotAuthenticated("The token has expired. Obtain a new one.") from error
    except (jwt.PyJWTError, ValueError) as error:
        raise NotAuthenticated("The token is not one this service accepts. Obtain a new one.") from error


def require_role(tokens: TokenPolicy | None, *roles: str) -> Guard:
    """Lets only those pass whose token names one of the roles; nobody at all where there is no policy.

    The guard raises NotAuthenticated, NotAllowed or AuthenticationUnavailable.
    """

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        if tokens is None:
            raise AuthenticationUnavailable(
                "This installation has no secret to check tokens with, so nobody can be let in here."
                " Set CJ_ASSESSMENT_SERVICE_JWT_SECRET and start the service again."
            )
        claims = verify_token(tokens, _bearer_token(connection))
        if not set(roles) & set(claims.roles):
            raise NotAllowed(f"This needs the role {' or '.join(roles)}; the token does not give it.")

    return guard


def _bearer_token(connection: Connection) -> str:
    scheme, _, token = connection.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated("This needs a bearer token in the Authorization header.")
    return token.strip()
