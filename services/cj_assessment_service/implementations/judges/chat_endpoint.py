"""Where a chat model is asked: `MODEL` at OpenAI, or `MODEL@BASE_URL` at any server that speaks the same protocol."""

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from cj_assessment_service.domain.errors import InvalidJudge

KEY_VARIABLE = "OPENAI_API_KEY"
OPENAI_BASE_URL: Final = "https://api.openai.com/v1"
_OPENAI_HOST = "api.openai.com"
_NO_KEY = "none"
_SHORTEST_SECRET = 8
_HOST_LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")
_DIGITS_AND_DOTS = re.compile(r"[0-9.]+")


@dataclass(frozen=True, slots=True)
class ChatEndpoint:
    """`api_key` never shows: not in a representation, and `without_key` keeps it out of messages."""

    model: str
    base_url: str
    api_key: str = field(repr=False)

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc

    @property
    def provider(self) -> str:
        return "openai" if _is_openai(self.base_url) else self.host

    @property
    def is_on_this_machine(self) -> bool:
        name = urlsplit(self.base_url).hostname or ""
        address = _address_of(name)
        return name == "localhost" if address is None else address.is_loopback

    def without_key(self, text: str) -> str:
        """Placeholders that are too short to be secrets stay, or they would mangle ordinary words."""
        return text.replace(self.api_key, "[key]") if len(self.api_key) >= _SHORTEST_SECRET else text


def parse_endpoint(argument: str, api_key: str) -> ChatEndpoint:
    """Servers other than OpenAI's often need no key. Raises InvalidJudge, in words that repeat neither key nor argument
    (someone may have typed a password into it).
    """
    model, _, address = argument.strip().rpartition("@") if "@" in argument else (argument.strip(), "", "")
    base_url = address.strip() or OPENAI_BASE_URL
    if not model.strip():
        raise InvalidJudge(
            "The openai judge needs a model. Write openai:MODEL, or openai:MODEL@http://HOST:PORT/v1 for another server."
        )
    _check_address(base_url)
    return ChatEndpoint(model.strip(), base_url, _usable_key(api_key.strip(), base_url))


def _check_address(base_url: str) -> None:
    """Raises InvalidJudge."""
    parts = _split(base_url)
    if parts is None or parts.scheme not in {"http", "https"} or not _is_host(parts.hostname or ""):
        raise InvalidJudge(
            "The address of the openai judge is not one. Write openai:MODEL@http://HOST:PORT/v1."
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InvalidJudge(
            "The address of the openai judge may hold no user name, password, query or fragment, because the name of a "
            f"judge is stored and shown. Put the key into {KEY_VARIABLE}."
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


def _usable_key(api_key: str, base_url: str) -> str:
    """Raises InvalidJudge."""
    if not api_key and _is_openai(base_url):
        raise InvalidJudge(
            f"The openai judge needs a key. Set {KEY_VARIABLE}, or name a server that needs none: "
            "openai:MODEL@http://HOST:PORT/v1."
        )
    if not (api_key.isascii() and api_key.isprintable()):
        raise InvalidJudge(
            f"The key in {KEY_VARIABLE} holds characters no key has. Copy it again and set it anew."
        )
    return api_key or _NO_KEY


def _is_openai(base_url: str) -> bool:
    return urlsplit(base_url).hostname == _OPENAI_HOST
