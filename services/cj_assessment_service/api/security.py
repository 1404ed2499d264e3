"""Who may call what: bearer tokens, the callers they stand for, and their roles."""

from dataclasses import dataclass

import jwt
from litestar.connection import ASGIConnection
from litestar.datastructures import Headers, State
from litestar.di import NamedDependency
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Guard, Receive, Scope, Send

from cj_assessment_service.api.settings import TokenPolicy
from cj_assessment_service.api.signing_keys import UnknownKey, signing_keys
from cj_assessment_service.domain.errors import CJError, ErrorCode, Rejected, TryAgain
from cj_assessment_service.domain.identifiers import OrganisationId, UserId
from cj_assessment_service.wire.http import TokenClaims

ADMIN = "admin"
TEACHER = "teacher"
JUDGE = "judge"
SERVICE = "service"

Connection = ASGIConnection[BaseRouteHandler, object, object, State]

_STATE_KEY = "caller"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever a token stands for. Without an organisation it reads and writes only what belongs to none."""

    subject: UserId
    organisation: OrganisationId | None
    roles: frozenset[str]


CurrentCaller = NamedDependency[Caller]
"""What a handler calls `caller`."""


class NotAuthenticated(Rejected):
    """The caller did not prove who they are."""

    code = ErrorCode.AUTHENTICATION_ERROR


class NotAllowed(Rejected):
    """The caller is known and may not do this."""

    code = ErrorCode.AUTHORIZATION_ERROR


class AuthenticationUnavailable(TryAgain):
    """Nobody can be authenticated, because the service was never told how."""


class TokenVerifier:
    """Tells callers by their tokens."""

    def __init__(self, policy: TokenPolicy) -> None:
        self._policy = policy
        self._keys = signing_keys(policy.keys)

    async def verify(self, token: str) -> Caller:
        """Raises NotAuthenticated, or TryAgain while the keys cannot be had."""
        try:
            key = await self._keys.key_of(token)
            claims = TokenClaims.model_validate(
                jwt.decode(
                    token,
                    key,
                    # what the key is for, whatever the token says: a public key is no secret to sign with
                    algorithms=[key.algorithm_name],
                    issuer=self._policy.issuer,
                    audience=self._policy.audience,
                    options={"require": ["exp", "iss", "aud", "sub"]},
                )
            )
        except jwt.ExpiredSignatureError as error:
            raise NotAuthenticated("The token has expired. Obtain a new one.") from error
        except (jwt.PyJWTError, UnknownKey, ValueError) as error:
            raise NotAuthenticated("The token is not one this service accepts. Obtain a new one.") from error
        organisation = OrganisationId(claims.org_id) if claims.org_id is not None else None
        return Caller(UserId(claims.sub), organisation, frozenset(claims.roles))


class Authentication(ASGIMiddleware):
    """Finds out who calls, before anything else is done; whether they may is for the guards to say."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, tokens: TokenPolicy | None) -> None:
        self._verifier = TokenVerifier(tokens) if tokens is not None else None

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        scope["state"][_STATE_KEY] = await self._identify(scope)
        await next_app(scope, receive, send)

    async def _identify(self, scope: Scope) -> Caller | CJError:
        if self._verifier is None:
            return AuthenticationUnavailable(
                "This installation has no keys to check tokens with, so nobody can be let in here. Set"
                " CJ_ASSESSMENT_SERVICE_JWKS_URL or CJ_ASSESSMENT_SERVICE_JWT_SECRET and start the service again."
            )
        try:
            return await self._verifier.verify(_bearer_token(scope))
        except CJError as error:
            return error


def caller_of(scope: Scope) -> Caller:
    """Raises what kept the caller from being known: NotAuthenticated or TryAgain."""
    caller = identified(scope)
    if isinstance(caller, CJError):
        raise caller
    return caller


def identified(scope: Scope) -> Caller | CJError:
    """The caller, or why it is not known."""
    caller = scope["state"].get(_STATE_KEY)
    return caller if isinstance(caller, Caller | CJError) else NotAuthenticated("This needs a bearer token.")


def require_role(*roles: str) -> Guard:
    """Lets only those pass whose token names one of the roles. The guard raises what `caller_of` does, or NotAllowed."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        if not caller_of(connection.scope).roles & set(roles):
            raise NotAllowed(f"This needs the role {' or '.join(roles)}; the token does not give it.")

    return guard


def _bearer_token(scope: Scope) -> str:
    scheme, _, token = Headers.from_scope(scope).get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated("This needs a bearer token in the Authorization header.")
    return token.strip()
