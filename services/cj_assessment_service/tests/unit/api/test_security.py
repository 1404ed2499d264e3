"""Who is let in."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from litestar import Litestar, get
from pydantic import SecretStr

from cj_assessment_service.api.errors import exception_handlers
from cj_assessment_service.api.security import Authentication, NotAuthenticated, TokenVerifier, require_role
from cj_assessment_service.api.settings import KeySetFile, KeySetUrl, SharedSecret, TokenKeys, TokenPolicy
from cj_assessment_service.api.signing_keys import (
    COOLDOWN_SECONDS,
    LIFETIME_SECONDS,
    KeysUnavailable,
    PublishedKeys,
    UnknownKey,
)
from cj_assessment_service.config import Settings
from cj_assessment_service.di import token_keys
from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.tests.fixtures.http import IN_AN_HOUR, SIGNING_KEY, TOKENS, calling, token_for
from cj_assessment_service.tests.fixtures.http_double import HttpCall, HttpDouble, HttpReply

ANOTHER_KEY = "another secret, which is long enough for any of the algorithms there are"
CLAIMS: Mapping[str, object] = {
    "sub": "someone",
    "iss": TOKENS.issuer,
    "aud": TOKENS.audience,
    "exp": IN_AN_HOUR,
    "roles": ["admin"],
}
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ANOTHER_RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def guarded(tokens: TokenPolicy | None, *roles: str) -> Litestar:
    @get("/", guards=[require_role(*roles)])
    async def inside() -> str:
        return "inside"

    return Litestar(
        [inside],
        middleware=[Authentication(tokens)],
        exception_handlers=exception_handlers(),
        openapi_config=None,
        logging_config=None,
    )


def signed(
    changes: Mapping[str, object], secret: str = SIGNING_KEY, algorithm: str = "HS256", without: str = ""
) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if name != without}
    return jwt.encode(claims, secret, algorithm=algorithm)


def verifier(keys: TokenKeys) -> TokenVerifier:
    return TokenVerifier(TokenPolicy(keys, TOKENS.issuer, TOKENS.audience))


async def test_a_good_token_tells_who_calls_for_whom_and_as_what() -> None:
    caller = await TokenVerifier(TOKENS).verify(token_for("admin", "service", organisation="north"))
    assert (caller.subject, caller.organisation) == ("someone", "north")
    assert caller.roles == {"admin", "service"}


async def test_a_token_without_an_organisation_acts_for_none() -> None:
    assert (await TokenVerifier(TOKENS).verify(token_for("admin"))).organisation is None


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
        pytest.param(signed({}, without="sub"), id="nobody"),
        pytest.param(signed({"sub": "x" * 256}), id="a name no table holds"),
        pytest.param(signed({"sub": "nul\0"}), id="a name no database holds"),
        pytest.param(signed({"org_id": ""}), id="an organisation without a name"),
        pytest.param(signed({"roles": "admin"}), id="roles that are no list"),
        pytest.param("not.a.token", id="no token at all"),
    ],
)
async def test_a_token_that_proves_nothing_is_refused(token: str) -> None:
    with pytest.raises(NotAuthenticated):
        await TokenVerifier(TOKENS).verify(token)


def rsa_token(key: rsa.RSAPrivateKey = RSA_KEY, kid: str | None = "rsa-1", algorithm: str = "RS256") -> str:
    return jwt.encode(dict(CLAIMS), key, algorithm, headers={"kid": kid} if kid is not None else None)


def ec_token() -> str:
    return jwt.encode(dict(CLAIMS), EC_KEY, "ES256", headers={"kid": "ec-1"})


def rsa_jwk(key: rsa.RSAPrivateKey, kid: str, **changes: str) -> dict[str, object]:
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, **changes}


def key_set(*keys: Mapping[str, object]) -> dict[str, object]:
    return {"keys": list(keys)}


def usual_keys() -> dict[str, object]:
    ec_jwk = ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True)
    return key_set(rsa_jwk(RSA_KEY, "rsa-1"), {**ec_jwk, "kid": "ec-1"})


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(usual_keys()))
    return path


async def test_tokens_of_published_keys_are_believed(key_file: Path) -> None:
    checked = verifier(KeySetFile(key_file))
    assert (await checked.verify(rsa_token())).subject == "someone"
    assert (await checked.verify(ec_token())).subject == "someone"


def signed_with_the_public_key() -> str:
    """A token as a forger makes it who hopes that the public key is taken for a shared secret."""
    public = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = {"alg": "HS256", "typ": "JWT", "kid": "rsa-1"}
    algorithm = jwt.get_algorithm_by_name("HS256")
    head, body = (
        jwt.utils.base64url_encode(json.dumps(part, default=lambda at: int(at.timestamp())).encode())
        for part in (header, dict(CLAIMS))
    )
    signature = jwt.utils.base64url_encode(algorithm.sign(head + b"." + body, public))
    return b".".join((head, body, signature)).decode()


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(token_for("admin"), id="shared secret"),
        pytest.param(jwt.encode(dict(CLAIMS), SIGNING_KEY, headers={"kid": "rsa-1"}), id="its name borrowed"),
        pytest.param(signed_with_the_public_key(), id="public key as a secret"),
        pytest.param(rsa_token(ANOTHER_RSA_KEY), id="another key"),
        pytest.param(rsa_token(algorithm="RS512"), id="another algorithm"),
        pytest.param(rsa_token(kid=None), id="no key named"),
        pytest.param(rsa_token(kid="rsa-2"), id="an unknown key"),
        pytest.param(rsa_token(kid="ec-1"), id="a key of another kind"),
    ],
)
async def test_where_keys_are_published_no_other_token_counts(key_file: Path, token: str) -> None:
    with pytest.raises(NotAuthenticated):
        await verifier(KeySetFile(key_file)).verify(token)


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "oct", "k": "a2V5" * 16, "alg": "HS256"},
        rsa_jwk(RSA_KEY, "rsa-1", use="enc"),
        rsa_jwk(RSA_KEY, "rsa-1", alg="RS512"),
    ],
)
async def test_published_keys_that_are_not_for_signing_do_not_count(
    tmp_path: Path, key: dict[str, object]
) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(key_set({**key, "kid": "rsa-1"}, rsa_jwk(ANOTHER_RSA_KEY, "other"))))
    with pytest.raises(NotAuthenticated):
        await verifier(KeySetFile(path)).verify(rsa_token())


async def test_keys_are_fetched_from_their_address() -> None:
    def publish(call: HttpCall) -> HttpReply:
        return HttpReply(200, json.dumps(usual_keys())) if call.path == "/keys" else HttpReply(404, "")

    with HttpDouble(publish) as server:
        checked = verifier(KeySetUrl(f"http://127.0.0.1:{server.port}/keys"))
        for _ in range(3):
            assert (await checked.verify(rsa_token())).subject == "someone"
        assert server.count == 1


@pytest.mark.parametrize("reply", [HttpReply(500, ""), HttpReply(200, "[]"), HttpReply(200, "{no json")])
async def test_without_its_keys_nobody_is_let_in_and_it_can_be_tried_again(reply: HttpReply) -> None:
    with HttpDouble(lambda _: reply) as server:
        policy = TokenPolicy(
            KeySetUrl(f"http://127.0.0.1:{server.port}/keys"), TOKENS.issuer, TOKENS.audience
        )
        async with calling(guarded(policy, "admin")) as caller:
            headers = {"Authorization": f"Bearer {rsa_token()}"}
            answers = [await caller.get("/", headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert answers[0].json()["code"] == "SERVICE_UNAVAILABLE"
    assert server.count == 1


class Publisher:
    """Keys that can be replaced and withheld, at a time that can be set."""

    def __init__(self) -> None:
        self.published: dict[str, object] = usual_keys()
        self.is_reachable = True
        self.reads = 0
        self.now = 0.0
        self.keys = PublishedKeys(self._read, lambda: self.now)

    def _read(self) -> object:
        self.reads += 1
        if not self.is_reachable:
            raise OSError("nobody is there")
        return self.published

    async def knows(self, kid: str) -> bool:
        try:
            return (await self.keys.key_of(rsa_token(kid=kid))).key_id == kid
        except UnknownKey:
            return False


async def test_a_new_key_is_found_when_the_first_token_names_it() -> None:
    publisher = Publisher()
    assert await publisher.knows("rsa-1")
    publisher.published = key_set(rsa_jwk(ANOTHER_RSA_KEY, "rsa-2"))
    publisher.now = COOLDOWN_SECONDS + 1
    assert await publisher.knows("rsa-2")
    assert not await publisher.knows("rsa-1")


async def test_tokens_with_invented_keys_cost_one_look_in_a_while() -> None:
    publisher = Publisher()
    for number in range(20):
        assert not await publisher.knows(f"invented-{number}")
    assert publisher.reads == 1


async def test_a_withdrawn_key_is_forgotten_after_a_while() -> None:
    publisher = Publisher()
    assert await publisher.knows("rsa-1")
    publisher.published = key_set(rsa_jwk(ANOTHER_RSA_KEY, "rsa-2"))
    publisher.now = LIFETIME_SECONDS + 1
    assert not await publisher.knows("rsa-1")


async def test_known_keys_outlast_a_short_absence_and_no_longer_one() -> None:
    publisher = Publisher()
    assert await publisher.knows("rsa-1")
    publisher.is_reachable = False
    publisher.now = LIFETIME_SECONDS - 1
    assert await publisher.knows("rsa-1")
    publisher.now = LIFETIME_SECONDS + 1
    with pytest.raises(KeysUnavailable):
        await publisher.knows("rsa-1")
    publisher.is_reachable = True
    publisher.now += COOLDOWN_SECONDS + 1
    assert await publisher.knows("rsa-1")


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


async def test_without_keys_nobody_is_let_in() -> None:
    async with calling(guarded(None, "admin"), "admin") as caller:
        answer = await caller.get("/")
    assert answer.status_code == 503
    assert "CJ_ASSESSMENT_SERVICE_JWT_SECRET" in answer.json()["detail"]


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ConfigurationRejected, match="too short"):
        SharedSecret("x" * 31)


def test_an_address_of_keys_is_that_of_a_server() -> None:
    with pytest.raises(ConfigurationRejected, match="JWKS_URL"):
        KeySetUrl("file:///etc/keys.json")


def test_the_secret_is_not_shown() -> None:
    assert SIGNING_KEY not in repr(TOKENS)


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        (Settings(jwt_secret=SecretStr(SIGNING_KEY)), SharedSecret),
        (Settings(jwt_secret=SecretStr(SIGNING_KEY), jwks_url="https://identity.example/keys"), KeySetUrl),
        (Settings(jwt_secret=SecretStr(SIGNING_KEY), jwks_file=Path("keys.json")), KeySetFile),
    ],
)
def test_where_keys_are_published_the_secret_is_not_even_known(
    settings: Settings, kind: type[TokenKeys]
) -> None:
    assert isinstance(token_keys(settings), kind)


def test_keys_are_published_in_one_place() -> None:
    with pytest.raises(ConfigurationRejected, match="Set one of them"):
        token_keys(Settings(jwks_url="https://identity.example/keys", jwks_file=Path("keys.json")))


def test_without_settings_there_are_no_keys() -> None:
    assert token_keys(Settings()) is None
