"""Reads the words of a prompt that a user wrote in TOML, and says precisely what is wrong with them."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace

from cj_assessment_service.cj_core_logic.judging.templates import TEMPLATES
from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.domain.prompts import (
    Placeholder,
    PromptChoice,
    label_problem,
    message_problems,
)

LONGEST_WORDS = 20_000
"""Characters of one value; a prompt is sent with every question."""

_OPENING = ('"""', "'''")
_KEYS = tuple(field.name for field in fields(PromptChoice))
_ORDER = ", ".join(placeholder.mark for placeholder in Placeholder)
_MEND_MESSAGE = f"The message holds {_ORDER}, each once and in this order."


def read_prompt_choice(text: str, where: str) -> PromptChoice:
    """The words a file gives. Raises InputRejected with every problem and its line."""
    document = _parsed(text, where)
    problems = tuple(_problems(text, document, where))
    if problems:
        raise InputRejected(problems)
    choice = PromptChoice()
    for key, value in document.items():
        choice = replace(choice, **{key: str(value).strip()})
    return choice


def _parsed(text: str, where: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = InputProblem(where, f"This is not TOML: {error}.", "Mend the line named here.")
        raise InputRejected((problem,)) from error


def _problems(text: str, document: Mapping[str, object], where: str) -> Iterator[InputProblem]:
    if not document:
        yield InputProblem(where, "The file gives no words.", f"The keys are {', '.join(_KEYS)}.")
    for key, value in document.items():
        place = f"{where}, line {_line_of_key(text, key)}"
        if key not in _KEYS:
            yield InputProblem(
                place, f"The key {key} means nothing here.", f"The keys are {', '.join(_KEYS)}."
            )
        elif not isinstance(value, str) or not value.strip() or len(value) > LONGEST_WORDS:
            yield InputProblem(
                place,
                f"The key {key} holds no text of 1 to {LONGEST_WORDS:,} characters.",
                "Write the words between quotation marks, or take the key out.",
            )
        elif key == "message":
            yield from _message_problems(text, value, where)
        else:
            yield from _value_problems(key, value, place)
    if "first_label" in document and document["first_label"] == document.get("second_label"):
        yield InputProblem(where, "Both texts have the same label.", "Give them different ones.")


def _value_problems(key: str, value: str, place: str) -> Iterator[InputProblem]:
    if key == "language" and value not in TEMPLATES:
        yield InputProblem(
            place, f"There is no prompt in {value!r}.", f"Write one of {', '.join(TEMPLATES)}."
        )
    if key.endswith("_label") and (problem := label_problem(value)) is not None:
        yield InputProblem(place, problem, "Write a short label, as First text.")
    misplaced = [placeholder.mark for placeholder in Placeholder if placeholder.mark in value]
    if misplaced:
        yield InputProblem(
            place, f"{' and '.join(misplaced)} cannot stand in {key}.", "Placeholders stand in message only."
        )


def _message_problems(text: str, message: str, where: str) -> Iterator[InputProblem]:
    key_line = _line_of_key(text, "message")
    lines = text.splitlines()
    # a line break right behind the opening quotation marks is not part of a TOML string
    first = key_line + lines[key_line - 1].rstrip().endswith(_OPENING)
    for problem in message_problems(message):
        line = key_line if problem.place is None else first + message.count("\n", 0, problem.place)
        yield InputProblem(f"{where}, line {min(line, len(lines))}", problem.what, _MEND_MESSAGE)


def _line_of_key(text: str, key: str) -> int:
    """The first line that begins with the key; 1 where it is written in some other way."""
    for number, line in enumerate(text.splitlines(), start=1):
        name, equals, _ = line.partition("=")
        if equals and name.strip().strip("\"'") == key:
            return number
    return 1
