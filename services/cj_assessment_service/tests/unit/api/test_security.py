"""Who is let in."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from litestar import Litestar, get

from cj_assessment_service.api.errors import exception_handlers
from cj_assessment_service.api.security import NotAuthenticated, require_role, verify_token
from cj_assessment_service.api.settings import TokenPolicy
from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.tests.fixtures.http import IN_AN_HOUR, TOKENS, calling, token_for

ANOTHER_KEY = "another secret, which is long enough for any of the algorithms there are"
CLAIMS = {"iss": TOKENS.issuer, "aud": TOKENS.audience, "exp": IN_AN_HOUR, "roles": ["admin"]}


def guarded(tokens: TokenPolicy | None, *roles: str) -> Litestar:
    @get("/", guards=[require_role(tokens, *roles)])
    async def inside() -> str:
        return "inside"

    return Litestar(
        [inside], exception_handlers=exception_handlers(), openapi_config=None, logging_config=None
    )


def signed(
    changes: dict[str, object], secret: str = TOKENS.secret, algorithm: str = "HS256", without: str = ""
) -> str:
    claims = {name: value for name, value in (CLAIMS | changes).items() if name != without}
    return jwt.encode(claims, secret, algorithm=algorithm)


def test_a_good_token_tells_its_roles() -> None:
    assert verify_token(TOKENS, token_for("admin", "service")).roles == ("admin", "service")


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(signed({}, ANOTHER_KEY), id="another secret"),
        pytest.param(signed({}, algorithm="HS512"), id="another algorithm"),
        pytest.param(signed({}, secret="", algorithm="none"), id="no signature"),
        pytest.param(signed({"iss": "somebody-else"}), id="another issuer"),
        pytest.param(signed({"aud": "another-platform"}), id="another audience"),
        pytest.param(signed({"exp": datetime.now(UTC) - timedelta(seconds=1)}), id="expired"),
        pytest.param(signed({}, without="exp"), id="never expires"),
        pytest.param(signed({}, without="iss"), id="no issuer"),
        pytest.param(signed({}, without="aud"), id="no audience"),
        pytest.param(signed({"roles": "admin"}), id="roles that are no list"),
        pytest.param("not.a.token", id="no token at all"),
    ],
)
def test_a_token_that_proves_nothing_is_refused(token: str) -> None:
    with pytest.raises(NotAuthenticated):
        verify_token(TOKENS, token)


async def test_one_of_the_roles_is_enough() -> None:
    async with calling(guarded(TOKENS, "admin", "service"), "service") as caller:
        assert (await caller.get("/")).text == "inside"


async def test_without_a_token_the_answer_is_401_with_a_challenge() -> None:
    async with calling(guarded(TOKENS, "admin")) as caller:
        answer = await caller.get("/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "AUTHENTICATION_ERROR"


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer  ", token_for("admin")])
async def test_other_credentials_are_no_token(header: str) -> None:
    async with calling(guarded(TOKENS, "admin")) as caller:
        assert (await caller.get("/", headers={"Authorization": header})).status_code == 401


async def test_another_role_is_not_enough() -> None:
    async with calling(guarded(TOKENS, "admin"), "teacher") as caller:
        answer = await caller.get("/")
    assert answer.status_code == 403
    assert answer.json()["code"] == "AUTHORIZATION_ERROR"


async def test_without_a_secret_nobody_is_let_in() -> None:
    async with calling(guarded(None, "admin"), "admin") as caller:
        answer = await caller.get("/")
    assert answer.status_code == 503
    assert "CJ_ASSESSMENT_SERVICE_JWT_SECRET" in answer.json()["detail"]


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ConfigurationRejected, match="too short"):
        TokenPolicy("x" * 31, TOKENS.issuer, TOKENS.audience)


def test_the_secret_is_not_shown() -> None:
    assert TOKENS.secret not in repr(TOKENS)
