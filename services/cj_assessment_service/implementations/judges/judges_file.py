"""The file in which a user keeps keys, limits and prices of judges, `judges.toml`:

[keys]
openai = "sk-…"
"llm.example.org:8443" = "…"        # a server that is no provider's own, by its host

[limits.mistral]                    # by kind or by host
rpm = 60
tpm = 100_000
concurrency = 8

[prices."my-model"]                 # USD per million tokens
input = 0.25
cached_input = 0.025
output = 2.0
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from pathlib import Path
from stat import S_IRWXG, S_IRWXO

from platformdirs import user_config_path

from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.judges import RateLimits

FILE_VARIABLE = "CJ_JUDGES_FILE"
_APPLICATION = "cj-assessment-service"
_ROOT = 0
_LIMITS = {"rpm": "requests_per_minute", "tpm": "tokens_per_minute", "concurrency": "concurrency"}
_PRICES = ("input", "cached_input", "cache_write", "output")


@dataclass(frozen=True, slots=True)
class TokenPrice:
    """USD per million tokens: fresh ones of the question, ones the provider had read before, ones it stores to be read
    again, and those of the answer.
    """

    input: Decimal
    cached_input: Decimal
    cache_write: Decimal
    output: Decimal


@dataclass(frozen=True, slots=True)
class JudgesFile:
    """Keys never show in a representation."""

    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    limits: Mapping[str, RateLimits] = field(default_factory=dict)
    prices: Mapping[str, TokenPrice] = field(default_factory=dict)


def judges_file_path(environment: Mapping[str, str]) -> Path:
    """The one that CJ_JUDGES_FILE names, else `judges.toml` in the user's configuration folder."""
    named = environment.get(FILE_VARIABLE, "").strip()
    return Path(named).expanduser() if named else user_config_path(_APPLICATION) / "judges.toml"


def read_judges_file(environment: Mapping[str, str]) -> JudgesFile:
    """Empty when there is none and none was named. Raises InvalidJudge with the remedy: for a file that cannot be used, and
    for keys that others can read.
    """
    path = judges_file_path(environment)
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            content = tomllib.load(file)
    except FileNotFoundError as error:
        if not environment.get(FILE_VARIABLE, "").strip():
            return JudgesFile()
        raise _fault(path, f"There is no such file. Write it, or unset {FILE_VARIABLE}.") from error
    except OSError as error:
        raise _fault(path, f"It cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # what is wrong with it could quote a key
        raise _fault(path, "It is not a TOML file. Look for a missing quote or bracket.") from None
    if "keys" in content:
        _check_privacy(path, status)
    return _read(path, content)


def _check_privacy(path: Path, status: os.stat_result) -> None:
    """Raises InvalidJudge. Where there are no POSIX permissions there is nothing to check."""
    if os.name != "posix":
        return
    if status.st_uid not in {os.geteuid(), _ROOT}:
        raise _fault(path, "It holds keys and belongs to somebody else. Make one of your own.")
    if status.st_mode & (S_IRWXG | S_IRWXO):
        raise _fault(path, f"It holds keys that other users of this computer can read. Run: chmod 600 {path}")


def _read(path: Path, content: Mapping[str, object]) -> JudgesFile:
    """Raises InvalidJudge."""
    if unknown := content.keys() - {"keys", "limits", "prices"}:
        raise _fault(
            path, f"It has {len(unknown)} unknown parts; there are [keys], [limits.X] and [prices.X]."
        )
    keys = _table(path, "keys", content.get("keys", {}))
    limits = _table(path, "limits", content.get("limits", {}))
    prices = _table(path, "prices", content.get("prices", {}))
    if not all(isinstance(key, str) for key in keys.values()):
        raise _fault(path, "A key under [keys] is not a text. Put it in quotes.")
    return JudgesFile(
        keys={name: str(key) for name, key in keys.items()},
        limits={name: _limits(path, name, value) for name, value in limits.items()},
        prices={name: _price(path, name, value) for name, value in prices.items()},
    )


def _limits(path: Path, name: str, value: object) -> RateLimits:
    """Raises InvalidJudge."""
    given = _numbers(path, f"limits.{name}", value, (*_LIMITS,))
    if not all(number > 0 for number in given.values()):
        raise _fault(path, f"A limit under [limits.{name}] is not above 0.")
    concurrency = given.get("concurrency")
    return RateLimits(
        requests_per_minute=given.get("rpm"),
        tokens_per_minute=given.get("tpm"),
        concurrency=None if concurrency is None else max(1, int(concurrency)),
    )


def _price(path: Path, name: str, value: object) -> TokenPrice:
    """What is not said of cached tokens is taken to cost as much as fresh ones. Raises InvalidJudge."""
    given = {
        kind: Decimal(str(number))
        for kind, number in _numbers(path, f"prices.{name}", value, _PRICES).items()
    }
    if "input" not in given or "output" not in given or min(given.values()) < 0:
        raise _fault(
            path, f"[prices.{name}] needs input and output, in USD per million tokens and not below 0."
        )
    usual = given["input"]
    return TokenPrice(
        usual, given.get("cached_input", usual), given.get("cache_write", usual), given["output"]
    )


def _numbers(path: Path, name: str, value: object, known: tuple[str, ...]) -> Mapping[str, float]:
    """Raises InvalidJudge."""
    table = _table(path, name, value)
    numbers = {
        key: float(number)
        for key, number in table.items()
        if isinstance(number, int | float) and not isinstance(number, bool) and isfinite(number)
    }
    if numbers.keys() != table.keys() or not numbers.keys() <= set(known):
        raise _fault(path, f"[{name}] must hold nothing but numbers, called {', '.join(known)}.")
    return numbers


def _table(path: Path, name: str, value: object) -> Mapping[str, object]:
    """Raises InvalidJudge."""
    if not isinstance(value, dict):
        raise _fault(path, f"[{name}] is not a table.")
    return value


def _fault(path: Path, what: str) -> InvalidJudge:
    return InvalidJudge(f"The judges file {path} cannot be used. {what}")
