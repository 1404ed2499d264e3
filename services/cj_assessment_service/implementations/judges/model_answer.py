"""What a model answered, whatever protocol it came in. Servers differ, so nothing is taken for granted: what is missing is
missing.
"""

from dataclasses import dataclass
from enum import StrEnum

_LONGEST_MODEL_NAME = 200
_HIGHEST_COUNT = 2**31 - 1


class Ending(StrEnum):
    """Why the model stopped."""

    COMPLETE = "complete"
    CUT_OFF = "cut_off"
    FILTERED = "filtered"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """`prompt` counts all tokens of the question, among them those the provider had read before (`cached`) and those it
    stored to be read again (`written`). 0 where the server counted none.
    """

    prompt: int = 0
    cached: int = 0
    written: int = 0
    completion: int = 0

    def __post_init__(self) -> None:
        if self.cached + self.written > self.prompt:
            raise ValueError(f"more tokens are cached or written than sent: {self}")


@dataclass(frozen=True, slots=True)
class TokenChoice:
    """One token of the answer in UTF-8, and what could have stood there instead: each with its natural log-probability."""

    said: bytes
    options: tuple[tuple[bytes, float], ...]


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """The first choice of a completion. `tokens` are empty where the server tells nothing of them."""

    model: str | None
    text: str | None
    refusal: str | None
    ending: Ending
    counts: TokenCounts
    tokens: tuple[TokenChoice, ...] = ()


def counts_of(prompt: object, cached: object, written: object, completion: object) -> TokenCounts:
    """No more tokens can be cached than were sent."""
    total = as_count(prompt)
    read = min(total, as_count(cached))
    return TokenCounts(total, read, min(total - read, as_count(written)), as_count(completion))


def member(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, dict) else None


def as_text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def as_items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def as_model_name(value: object) -> str | None:
    """Only what may be stored and shown."""
    name = as_text(value)
    return name if name and name.isprintable() and len(name) <= _LONGEST_MODEL_NAME else None


def as_count(value: object) -> int:
    return value if type(value) is int and 0 <= value <= _HIGHEST_COUNT else 0
