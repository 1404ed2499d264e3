"""Reads the answer of a language model: either it says plainly who won, or it is a failure."""

import json
import re
from collections.abc import Mapping, Sequence
from unicodedata import category

from cj_assessment_service.cj_core_logic.judging.answer_remarks import answer_remarks
from cj_assessment_service.domain.answers import MARGINS, AnswerForm
from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeReply, JudgeUsage, Verdict, Winner
from cj_assessment_service.domain.errors import ErrorCode

MAX_JUSTIFICATION_WORDS = 50
MAX_JUSTIFICATION_CHARACTERS = 500

_CODE_FENCE = re.compile(r"```(?:json)?[ \t]*\n(?P<inside>.*)\n[ \t]*```", re.DOTALL | re.IGNORECASE)
_KEYS = frozenset({"winner", "confidence", "justification"})
_MARGIN_KEY = "margin"
_EXCERPT_CHARACTERS = 120


class _UnreadableAnswer(ValueError):
    """Carries what is wrong with an answer."""


def answer_schema(answers: AnswerForm) -> Mapping[str, object]:
    """JSON Schema of the answer, in the subset that providers accept for strict structured output. That subset cannot
    say that a tie has no margin; `parse_verdict` does.
    """
    properties: dict[str, object] = {
        # first, so that the model weighs the texts before it names the winner
        "justification": {"type": "string", "description": "At most 50 words on what decided."},
        "winner": {"type": "string", "enum": _winners(answers)},
    }
    if answers.asks_margin:
        properties[_MARGIN_KEY] = (
            {"type": ["string", "null"], "enum": [*MARGINS, None]}
            if answers.allows_ties
            else {"type": "string", "enum": [*MARGINS]}
        )
    properties["confidence"] = {"type": "integer", "enum": [1, 2, 3, 4, 5]}
    return {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }


def parse_verdict(text: str, answers: AnswerForm, usage: JudgeUsage) -> JudgeReply:
    """Reads one JSON object with `winner` (first, second or, where allowed, tie), `margin` where it was asked for (none
    for a tie), `justification` (kept to 50 words and 500 characters) and, if it likes, `confidence` (1 to 5). A Markdown
    code fence around it is allowed; anything else is an INVALID_RESPONSE. What a person should look at is remarked on.
    """
    try:
        return _verdict(_read_object(text), answers, usage)
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


def _verdict(answer: dict[str, object], answers: AnswerForm, usage: JudgeUsage) -> Verdict:
    """Raises _UnreadableAnswer."""
    asked = _KEYS | {_MARGIN_KEY} if answers.asks_margin else _KEYS
    if unknown := sorted(answer.keys() - asked):
        raise _UnreadableAnswer(f"it has keys nobody asked for ({excerpt(', '.join(unknown))})")
    winner = _winner(answer.get("winner"), answers)
    justification = _justification(answer.get("justification"))
    return Verdict(
        winner=winner,
        usage=usage,
        justification=justification,
        confidence=_confidence(answer.get("confidence")),
        level=_level(answer.get(_MARGIN_KEY), winner) if answers.asks_margin else None,
        remarks=answer_remarks(justification or ""),
    )


def _winners(answers: AnswerForm) -> list[str]:
    return [winner.value for winner in Winner if winner is not Winner.TIE or answers.allows_ties]


def _winner(value: object, answers: AnswerForm) -> Winner:
    if value not in _winners(answers):
        raise _UnreadableAnswer(f"its winner is none of {_quoted(_winners(answers))}")
    return Winner(value)


def _level(value: object, winner: Winner) -> int | None:
    if winner is Winner.TIE:
        if value is not None:
            raise _UnreadableAnswer("it calls a tie and yet names a margin")
        return None
    if value not in MARGINS:
        raise _UnreadableAnswer(f"its margin is none of {_quoted(MARGINS)}")
    return 1 + MARGINS.index(value)


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


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
    line = " ".join(value.split()[:MAX_JUSTIFICATION_WORDS])
    readable = "".join(character for character in line if category(character) not in {"Cc", "Cs"})
    return readable[:MAX_JUSTIFICATION_CHARACTERS] or None
