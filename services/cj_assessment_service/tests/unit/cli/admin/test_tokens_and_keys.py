"""Tokens that are signed here, and the keys for it."""

import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from cj_assessment_service.tests.integration.command_line import Said, run_command

SECRET = "a secret of a development machine, long enough for HS256"  # noqa: S105 - a test's
ISSUER, AUDIENCE = "huleedu-identity-service", "huleedu-platform"

Run = Callable[..., Said]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    environment = {
        "CJ_ADMIN_TOKEN_PATH": str(tmp_path / "login.json"),
        "CJ_ASSESSMENT_SERVICE_JWT_SECRET": SECRET,
    }
    return lambda *arguments, **changes: run_command(environment | changes, "admin", *arguments)


def new_key(run: Run, folder: Path, *options: str) -> tuple[Path, Path]:
    private_key, jwks = folder / "private.pem", folder / "jwks.json"
    said = run("keys", "new", "--private-key", private_key, "--jwks", jwks, *options)
    assert (said.code, said.err) == (0, "")
    return private_key, jwks


def verified(token: str, jwks: Path) -> dict[str, object]:
    """As a service does that knows nothing but the key set."""
    keys = jwt.PyJWKSet.from_json(jwks.read_text(encoding="utf-8"))
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, object] = jwt.decode(
        token, key, algorithms=[key.algorithm_name], issuer=ISSUER, audience=AUDIENCE
    )
    return claims


def seconds_from_now(claims: dict[str, object]) -> float:
    expiry = claims["exp"]
    assert isinstance(expiry, int)
    return expiry - datetime.now(UTC).timestamp()


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_a_token_signed_with_a_new_key_is_verified_by_the_key_set(
    run: Run, tmp_path: Path, algorithm: str
) -> None:
    private_key, jwks = new_key(run, tmp_path, "--algorithm", algorithm)
    assert stat.S_IMODE(private_key.stat().st_mode) == 0o600
    assert "PRIVATE" not in jwks.read_text(encoding="utf-8")
    assert json.loads(jwks.read_text(encoding="utf-8"))["keys"][0].keys() & {"d", "p", "q"} == set()
    bearer = ("--subject", "els", "--org", "school-1", "--hours", "2")
    said = run("token", "service", "--private-key", private_key, *bearer)
    assert (said.code, said.err, said.out.count("\n")) == (0, "", 1)
    assert jwt.get_unverified_header(said.out.strip())["alg"] == algorithm
    claims = verified(said.out.strip(), jwks)
    assert (claims["sub"], claims["roles"], claims["org_id"]) == ("els", ["service"], "school-1")
    assert seconds_from_now(claims) == pytest.approx(timedelta(hours=2).total_seconds(), abs=30)


def test_a_key_set_keeps_the_keys_it_has(run: Run, tmp_path: Path) -> None:
    private_key, jwks = new_key(run, tmp_path, "--key-id", "spring")
    token = run("token", "service", "--private-key", private_key, "--key-id", "spring").out.strip()
    second = run(
        "keys", "new", "--private-key", tmp_path / "autumn.pem", "--jwks", jwks, "--key-id", "autumn"
    )
    assert second.code == 0
    assert verified(token, jwks)["sub"] == "cj-service"
    assert [key["kid"] for key in json.loads(jwks.read_text(encoding="utf-8"))["keys"]] == [
        "spring",
        "autumn",
    ]


def test_a_name_of_a_key_is_given_once(run: Run, tmp_path: Path) -> None:
    _, jwks = new_key(run, tmp_path, "--key-id", "spring")
    again = run("keys", "new", "--private-key", tmp_path / "b.pem", "--jwks", jwks, "--key-id", "spring")
    assert again.code == 2
    assert "another --key-id" in again.err
    assert not (tmp_path / "b.pem").exists()


def test_a_private_key_is_never_written_over(run: Run, tmp_path: Path) -> None:
    private_key, jwks = new_key(run, tmp_path)
    before = private_key.read_bytes(), jwks.read_bytes()
    again = run("keys", "new", "--private-key", private_key, "--jwks", jwks)
    assert again.code == 2
    assert "exists already" in again.err
    assert (private_key.read_bytes(), jwks.read_bytes()) == before


def test_a_file_that_is_no_key_set_is_left_alone(run: Run, tmp_path: Path) -> None:
    jwks = tmp_path / "jwks.json"
    jwks.write_text('{"notes": "mine"}', encoding="utf-8")
    said = run("keys", "new", "--private-key", tmp_path / "private.pem", "--jwks", jwks)
    assert said.code == 2
    assert jwks.read_text(encoding="utf-8") == '{"notes": "mine"}'
    assert not (tmp_path / "private.pem").exists()


def pem(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey,
    encryption: KeySerializationEncryption | None = None,
) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no private key"),
        (b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n", "holds no private key"),
        (pem(ec.generate_private_key(ec.SECP384R1())), "fits neither ES256"),
        (pem(ed25519.Ed25519PrivateKey.generate()), "fits neither ES256"),
        (pem(rsa.generate_private_key(65537, 1024)), "fits neither ES256"),  # noqa: S505 - the weak one
        (pem(ec.generate_private_key(ec.SECP256R1()), BestAvailableEncryption(b"x")), "passphrase"),
    ],
    ids=["empty", "garbage", "P-384", "Ed25519", "short RSA", "locked"],
)
def test_a_key_that_cannot_sign_is_refused(run: Run, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(content)
    refused = run("token", "service", "--private-key", path)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err
    assert "c2VjcmV0" not in refused.err


def test_a_development_machine_signs_with_its_secret(run: Run, tmp_path: Path) -> None:
    said = run("token", "dev", "--role", "teacher", "--role", "judge", "--org", "school-1", "--cache")
    assert (said.code, said.err) == (0, "")
    token = said.out.strip()
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], issuer=ISSUER, audience=AUDIENCE)
    assert (claims["sub"], claims["roles"]) == ("developer", ["teacher", "judge"])
    assert claims["org_id"] == "school-1"
    assert json.loads((tmp_path / "login.json").read_text(encoding="utf-8"))["access_token"] == token


def test_a_token_of_no_organisation_names_none(run: Run) -> None:
    token = run("token", "dev").out.strip()
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], issuer=ISSUER, audience=AUDIENCE)
    assert (claims["roles"], "org_id" in claims) == (["admin"], False)


@pytest.mark.parametrize("command", ["dev", "service"])
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"HULEEDU_ENVIRONMENT": "production"}, "this is production"),
        ({"HULEEDU_ENVIRONMENT": "Production"}, "this is production"),
        ({"CJ_ASSESSMENT_SERVICE_JWKS_FILE": "jwks.json"}, "believes the keys in"),
        ({"CJ_ASSESSMENT_SERVICE_JWKS_URL": "https://identity.test/jwks"}, "believes the keys in"),
        ({"CJ_ASSESSMENT_SERVICE_JWT_SECRET": "too short"}, "no secret to sign with"),
    ],
)
def test_a_secret_signs_nothing_where_keys_are_to(
    run: Run, command: str, changes: dict[str, str], said: str
) -> None:
    refused = run("token", command, "--cache", **changes)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err
    assert "too short" not in refused.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("dev", "--role", "janitor"),
        ("dev", "--hours", "0"),
        ("dev", "--hours", "1e9"),
        ("service", "--key-id", "spring"),
        ("service", "--private-key", "there-is-no-such-file.pem"),
    ],
)
def test_what_a_token_cannot_say_is_a_matter_of_usage(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("token", *arguments).code == 2
