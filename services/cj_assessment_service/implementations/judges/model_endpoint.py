"""Where a model is asked: `MODEL` at its provider, or `MODEL@BASE_URL` at any server that speaks the same protocol."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.implementations.judges.provider_profiles import (
    PROFILES,
    ProviderProfile,
    profile_elsewhere,
)

_NO_KEY = "none"
_SHORTEST_SECRET = 8
_HOST_LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")
_DIGITS_AND_DOTS = re.compile(r"[0-9.]+")
_AZURE_PATH = "/openai/v1"
_OLLAMA_CLOUD = "ollama.com"


@dataclass(frozen=True, slots=True)
class ModelEndpoint:
    """`api_key` never shows: not in a representation, and `without_key` keeps it out of messages. `key_place` says where
    it was looked for.
    """

    profile: ProviderProfile
    model: str
    base_url: str
    api_key: str = field(repr=False)
    key_place: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc

    @property
    def provider(self) -> str:
        return self.profile.kind if _is_home(self.base_url, PROFILES[self.profile.kind]) else self.host

    @property
    def destination(self) -> str | None:
        """The host that texts go to; None when they stay on this machine. A local Ollama passes questions for its cloud
        models on.
        """
        if self.profile.kind == "ollama" and self.model.endswith(("-cloud", ":cloud")):
            return _OLLAMA_CLOUD
        return None if self._is_local else self.host

    @property
    def _is_local(self) -> bool:
        name = urlsplit(self.base_url).hostname or ""
        address = _address_of(name)
        return name == "localhost" if address is None else address.is_loopback

    def without_key(self, text: str) -> str:
        """Placeholders that are too short to be secrets stay, or they would mangle ordinary words."""
        return text.replace(self.api_key, "[key]") if len(self.api_key) >= _SHORTEST_SECRET else text


def open_endpoint(spec: JudgeSpec, environment: Mapping[str, str], keys: Mapping[str, str]) -> ModelEndpoint:
    """Keys come from the environment, else from the judges file, there by the kind of the provider or, for another server,
    by its host. Raises InvalidJudge, in words that repeat neither key nor argument.
    """
    provider = PROFILES[spec.kind]
    argument = spec.argument.strip()
    model, _, address = argument.rpartition("@") if "@" in argument else (argument, "", "")
    if not model.strip():
        raise InvalidJudge(
            f"The {spec.kind} judge needs a model. Write {spec.kind}:MODEL, or {spec.kind}:MODEL@http://HOST:PORT/v1 for"
            " another server."
        )
    base_url = _base_url(provider, address.strip())
    at_home = _is_home(base_url, provider)
    profile = provider if at_home else profile_elsewhere(provider)
    name = profile.kind if at_home else urlsplit(base_url).netloc
    key = environment.get(profile.key_variable, "").strip() or keys.get(name, "").strip()
    place = f'{profile.key_variable}, or "{name}" under [keys] in the judges file'
    _check_key(key, profile, place)
    return ModelEndpoint(profile, model.strip(), base_url, key or _NO_KEY, place)


def _base_url(profile: ProviderProfile, address: str) -> str:
    """Raises InvalidJudge."""
    base_url = address or profile.base_url
    if not base_url:
        raise InvalidJudge(
            "The azure judge needs the address of your resource. Write azure:DEPLOYMENT@https://NAME.openai.azure.com."
        )
    _check_address(base_url, profile)
    if profile.kind == "azure" and not urlsplit(base_url).path.strip("/"):
        return base_url.rstrip("/") + _AZURE_PATH
    return base_url


def _check_address(base_url: str, profile: ProviderProfile) -> None:
    """Raises InvalidJudge."""
    parts = _split(base_url)
    if parts is None or parts.scheme not in {"http", "https"} or not _is_host(parts.hostname or ""):
        raise InvalidJudge(
            f"The address of the {profile.kind} judge is not one. Write {profile.kind}:MODEL@http://HOST:PORT/v1."
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InvalidJudge(
            f"The address of the {profile.kind} judge may hold no user name, password, query or fragment, because the name"
            f" of a judge is stored and shown. Put the key into {profile_elsewhere(profile).key_variable}."
        )


def _split(address: str) -> SplitResult | None:
    """None for what no client would take: wrong brackets, an impossible port, blanks."""
    try:
        parts = urlsplit(address)
        usable = parts.port != 0 and address.isascii() and address.isprintable() and " " not in address
    except ValueError:
        return None
    return parts if usable else None


def _is_host(name: str) -> bool:
    """A wrong name would otherwise surface in the middle of a batch, as an error that speaks of encodings."""
    if ":" in name or _DIGITS_AND_DOTS.fullmatch(name):
        return _address_of(name) is not None
    return all(_HOST_LABEL.fullmatch(label) for label in name.split("."))


def _address_of(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


def _is_home(base_url: str, profile: ProviderProfile) -> bool:
    host = urlsplit(base_url).hostname or ""
    return host.endswith(profile.home) if profile.home.startswith(".") else host == profile.home


def _check_key(key: str, profile: ProviderProfile, place: str) -> None:
    """Raises InvalidJudge."""
    if profile.needs_key and not key:
        raise InvalidJudge(
            f"The {profile.kind} judge needs a key. Set {place}. Or name a server that needs none:"
            f" {profile.kind}:MODEL@http://HOST:PORT/v1."
        )
    if not (key.isascii() and key.isprintable()):
        raise InvalidJudge(f"The key in {place} holds characters no key has. Copy it again and set it anew.")
