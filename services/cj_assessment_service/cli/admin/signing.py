"""Signs bearer tokens, and makes the keys for it."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from cj_assessment_service.cli.services import TokenSigning
from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.domain.logins import MINIMUM_SECRET_BYTES

RSA_BITS = 3072
"""As strong as 128 bits (NIST SP 800-57, table 2), like the curve of ES256."""

MINIMUM_RSA_BITS = 2048
_THUMBPRINT_MEMBERS = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}


class KeyAlgorithm(StrEnum):
    ES256 = "ES256"
    RS256 = "RS256"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token is for, what they may do, and for how long. `organisation` is None for one that belongs to none."""

    subject: str
    roles: tuple[str, ...]
    organisation: str | None
    lifetime: timedelta

    def claims(self, signing: TokenSigning, now: datetime) -> dict[str, str | int | list[str]]:
        belongs = {"org_id": self.organisation} if self.organisation is not None else {}
        return {
            "sub": self.subject,
            "roles": list(self.roles),
            **belongs,
            "iss": signing.issuer,
            "aud": signing.audience,
            "iat": int(now.timestamp()),
            "exp": int((now + self.lifetime).timestamp()),
        }


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key by the name its public half has in the key set."""

    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    key_id: str

    @property
    def algorithm(self) -> KeyAlgorithm:
        is_curve = isinstance(self.private, ec.EllipticCurvePrivateKey)
        return KeyAlgorithm.ES256 if is_curve else KeyAlgorithm.RS256

    @property
    def pem(self) -> str:
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    @property
    def public_jwk(self) -> Mapping[str, str]:
        """Its entry in a JSON Web Key Set (RFC 7517)."""
        named = {"kid": self.key_id, "use": "sig", "alg": self.algorithm.value}
        return {**_public_members(self.private), **named}

    def sign(self, claims: dict[str, str | int | list[str]]) -> str:
        return jwt.encode(claims, self.private, algorithm=self.algorithm.value, headers={"kid": self.key_id})


def new_key(algorithm: KeyAlgorithm, key_id: str | None = None) -> SigningKey:
    if algorithm is KeyAlgorithm.ES256:
        return _named(ec.generate_private_key(ec.SECP256R1()), key_id)
    return _named(rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS), key_id)


def read_key(pem: bytes, where: str, key_id: str | None = None) -> SigningKey:
    """Without a name it has that of `new_key`. Raises ConfigurationRejected, in words that repeat nothing of the key."""
    try:
        private = load_pem_private_key(pem, password=None)
    except TypeError:
        raise ConfigurationRejected(
            f"The private key {where} is locked with a passphrase. Give one that is not, closed to others: chmod 600."
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigurationRejected(f"{where} holds no private key in PEM.") from None
    if isinstance(private, ec.EllipticCurvePrivateKey) and isinstance(private.curve, ec.SECP256R1):
        return _named(private, key_id)
    if isinstance(private, rsa.RSAPrivateKey) and private.key_size >= MINIMUM_RSA_BITS:
        return _named(private, key_id)
    raise ConfigurationRejected(
        f"The private key {where} fits neither ES256 (curve P-256) nor RS256 (RSA of {MINIMUM_RSA_BITS} bits or more)."
        " `cj admin keys new` makes one that does."
    )


def development_token(bearer: Bearer, signing: TokenSigning, now: datetime) -> str:
    """Signed with the secret of a development machine. Raises ConfigurationRejected where tokens need a key."""
    if signing.is_production:
        raise ConfigurationRejected(
            "HULEEDU_ENVIRONMENT says that this is production, where no token is signed with a shared secret."
            " Sign with a key: `cj admin token service --private-key FILE`."
        )
    if signing.has_public_keys:
        raise ConfigurationRejected(
            "The service believes the keys in CJ_ASSESSMENT_SERVICE_JWKS_FILE or CJ_ASSESSMENT_SERVICE_JWKS_URL, and"
            " no shared secret. Sign with a key: `cj admin token service --private-key FILE`."
        )
    if signing.secret is None or len(signing.secret.encode()) < MINIMUM_SECRET_BYTES:
        raise ConfigurationRejected(
            f"There is no secret to sign with. Set CJ_ASSESSMENT_SERVICE_JWT_SECRET to {MINIMUM_SECRET_BYTES} bytes or"
            " more that nobody can guess, here and for the service, or sign with a key: `cj admin keys new`."
        )
    return jwt.encode(bearer.claims(signing, now), signing.secret, algorithm="HS256")


def _named(private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, key_id: str | None) -> SigningKey:
    return SigningKey(private, key_id or _thumbprint(_public_members(private)))


def _public_members(private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> Mapping[str, str]:
    if isinstance(private, ec.EllipticCurvePrivateKey):
        members = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    else:
        members = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return {name: members[name] for name in _THUMBPRINT_MEMBERS[members["kty"]]}


def _thumbprint(members: Mapping[str, str]) -> str:
    """RFC 7638: base64url(SHA-256(the required members, sorted, without blanks))."""
    canonical = json.dumps(dict(sorted(members.items())), separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
