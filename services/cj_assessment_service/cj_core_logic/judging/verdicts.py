"""Reads the answer of a language model: either it says plainly who won, or it is a failure."""

import json
import re
from collections.abc import Mapping
from typing import Final
from unicodedata import category

from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeReply, JudgeUsage, Verdict, Winner
from cj_assessment_service.domain.errors import ErrorCode

MAX_JUSTIFICATION_CHARACTERS = 500

ANSWER_SCHEMA: Final[Mapping[str, object]] = {
    "type": "object",
    "properties": {
        # first, so that the model weighs the texts before it names the winner
        "justification": {"type": "string", "description": "At most 50 words on what decided."},
        "winner": {"type": "string", "enum": ["first", "second"]},
        "confidence": {"type": "integer", "enum": [1, 2, 3, 4, 5]},
    },
    "required": ["justification", "winner", "confidence"],
    "additionalProperties": False,
}
"""JSON Schema of the answer, in the subset that providers accept for strict structured output."""

_CODE_FENCE = re.compile(r"```(?:json)?[ \t]*\n(?P<inside>.*)\n[ \t]*```", re.DOTALL | re.IGNORECASE)
_KEYS = frozenset({"winner", "confidence", "justification"})
_EXCERPT_CHARACTERS = 120


class _UnreadableAnswer(ValueError):
    """Carries what is wrong with an answer."""


def parse_verdict(text: str, usage: JudgeUsage) -> JudgeReply:
    """Reads one JSON object with `winner` (first or second), `justification` (kept to 500 characters) and, if it
    likes, `confidence` (1 to 5). A Markdown code fence around it is allowed; anything else is an INVALID_RESPONSE.
    """
    try:
        return _verdict(_read_object(text), usage)
    except _UnreadableAnswer as problem:
        message = f"The judge's answer cannot be read: {problem}. It says {excerpt(text)}."
        return JudgeFailure(ErrorCode.INVALID_RESPONSE, message, usage)


def excerpt(text: str) -> str:
    """The beginning of a stranger's text for a message: quoted, with control and half characters escaped."""
    shown = text.strip()
    more = " and goes on" if len(shown) > _EXCERPT_CHARACTERS else ""
    return f"{shown[:_EXCERPT_CHARACTERS]!r}{more}"


def _read_object(text: str) -> dict[str, object]:
    """Raises _UnreadableAnswer."""
    stripped = text.strip()
    if not stripped:
        raise _UnreadableAnswer("it is empty")
    fenced = _CODE_FENCE.fullmatch(stripped)
    try:
        answer: object = json.loads(fenced["inside"] if fenced else stripped, object_pairs_hook=_distinct)
    except _UnreadableAnswer:
        raise
    except ValueError as error:
        raise _UnreadableAnswer("it is not a single JSON object") from error
    except RecursionError as error:
        raise _UnreadableAnswer("it is nested too deeply") from error
    if not isinstance(answer, dict):
        raise _UnreadableAnswer("it is JSON, but not an object")
    return answer


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A key given twice may hold two winners; JSON readers would silently take the last."""
    answer = dict(pairs)
    if len(answer) != len(pairs):
        raise _UnreadableAnswer("it gives a key more than once")
    return answer


def _verdict(answer: dict[str, object], usage: JudgeUsage) -> Verdict:
    """Raises _UnreadableAnswer."""
    if unknown := sorted(answer.keys() - _KEYS):
        raise _UnreadableAnswer(f"it has keys nobody asked for ({excerpt(', '.join(unknown))})")
    return Verdict(
        winner=_winner(answer.get("winner")),
        usage=usage,
        justification=_justification(answer.get("justification")),
        confidence=_confidence(answer.get("confidence")),
    )


def _winner(value: object) -> Winner:
    if value not in ("first", "second"):
        raise _UnreadableAnswer('its winner is neither "first" nor "second"')
    return Winner(value)


def _confidence(value: object) -> float | None:
    if value is None:
        return None
    # bool is an int to Python, not to JSON
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 5:
        raise _UnreadableAnswer("its confidence is not a whole number from 1 to 5")
    return float(value)


def _justification(value: object) -> str | None:
    """One line, without characters that a database or a spreadsheet refuses; None when nothing is said."""
    if not isinstance(value, str):
        raise _UnreadableAnswer("its justification is not a text")
    line = " ".join(value.split())
    readable = "".join(character for character in line if category(character) not in {"Cc", "Cs"})
    return readable[:MAX_JUSTIFICATION_CHARACTERS] or None
