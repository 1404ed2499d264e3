"""The fixed words of a question, apart from the texts it is about."""

import re
from dataclasses import astuple, dataclass
from enum import StrEnum

from cj_assessment_service.domain.errors import Rejected

LONGEST_LABEL = 40


class Placeholder(StrEnum):
    """What a message leaves room for, in the order in which it must stand there.

    Context comes first, because it is the same for a whole batch and providers can cache it; the instruction comes after
    the texts, because a language model trusts most what it read last.
    """

    CONTEXT = "context"
    FIRST_TEXT = "first_text"
    SECOND_TEXT = "second_text"
    ANSWER_INSTRUCTION = "answer_instruction"

    @property
    def mark(self) -> str:
        """As it is written in a message."""
        return f"{{{self.value}}}"


USUAL_MESSAGE = "\n\n".join(placeholder.mark for placeholder in Placeholder)


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """How an answer is asked for, in one language. Whatever the language, the answer itself is JSON with the same keys and
    values. `material` says that everything between the marks (which carry `{code}`) is a learner's writing; `form` comes
    before the JSON, `winner` to `confidence` explain its keys. `choice` or `tie` ends the rule of the winner, `tie_margin`
    that of the margin where ties are allowed.
    """

    question: str
    graded_question: str
    material: str
    form: str
    number_range: str
    or_null: str
    justification: str
    winner: str
    choice: str
    tie: str
    margin: str
    tie_margin: str
    confidence: str
    conjunction: str


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """All fixed words of a prompt. `language` is the ISO 639-1 code of the words, `version` changes with any of them; own
    words of a requester have a version that begins with `own-`. Raises Rejected for words that would leave out or
    misplace what must be there.
    """

    language: str
    version: str
    system: str
    task_heading: str
    criteria_heading: str
    instructions_heading: str
    first_label: str
    second_label: str
    answer: AnswerWords
    message: str = USUAL_MESSAGE

    def __post_init__(self) -> None:
        problems = [*(problem.what for problem in message_problems(self.message)), *self._label_problems()]
        if problems:
            raise Rejected(f"The prompt cannot be used: {' '.join(problems)}")

    def _label_problems(self) -> list[str]:
        labels = (self.first_label, self.second_label)
        if labels[0].casefold() == labels[1].casefold():
            return ["Both texts have the same label."]
        return [problem for label in labels if (problem := label_problem(label)) is not None]

    @property
    def words(self) -> tuple[str, ...]:
        """Every fixed word, by which one wording can be told from another; neither language nor version."""
        return (
            self.system,
            self.task_heading,
            self.criteria_heading,
            self.instructions_heading,
            self.first_label,
            self.second_label,
            *astuple(self.answer),
            self.message,
        )


@dataclass(frozen=True, slots=True)
class PromptChoice:
    """What a requester wants of the words: those of `language` (None: of the essays' language), with own words in place of
    the usual ones wherever they are given. `question` serves whether or not the margin is asked for.

    The marks around the texts and the rules for the answer cannot be chosen.
    """

    language: str | None = None
    system: str | None = None
    question: str | None = None
    task_heading: str | None = None
    criteria_heading: str | None = None
    instructions_heading: str | None = None
    first_label: str | None = None
    second_label: str | None = None
    message: str | None = None

    @property
    def has_own_words(self) -> bool:
        return any(words is not None for words in astuple(self)[1:])


@dataclass(frozen=True, slots=True)
class MessageProblem:
    """What is wrong with a message, and the place of the placeholder that it is about (None where one is missing)."""

    what: str
    place: int | None


_MARK = re.compile(r"\{([A-Za-z_]+)\}")


def message_problems(message: str) -> tuple[MessageProblem, ...]:
    """Placeholders that are unknown, missing, doubled or in the wrong order; empty when all is well."""
    found = [(match[1], match.start()) for match in _MARK.finditer(message)]
    known = {placeholder.value for placeholder in Placeholder}
    problems = [
        MessageProblem(f"The message has a placeholder {{{name}}} that means nothing.", place)
        for name, place in found
        if name not in known
    ]
    names = [name for name, _ in found if name in known]
    problems += [
        MessageProblem(f"The message has no {placeholder.mark}.", None)
        for placeholder in Placeholder
        if placeholder.value not in names
    ]
    seen: list[str] = []
    for name, place in found:
        if name in seen:
            problems.append(MessageProblem(f"The message has {{{name}}} more than once.", place))
        elif name in known and any(_order(earlier) > _order(name) for earlier in seen if earlier in known):
            problems.append(
                MessageProblem(f"In the message {{{name}}} stands behind what must follow it.", place)
            )
        seen.append(name)
    return tuple(problems)


def filled(message: str, parts: tuple[str, str, str, str]) -> str:
    """The message with the parts in the order of Placeholder; whatever a part holds is taken literally."""
    by_name = dict(zip((placeholder.value for placeholder in Placeholder), parts, strict=True))
    return _MARK.sub(lambda mark: by_name.get(mark[1], mark[0]), message)


def label_problem(label: str) -> str | None:
    """Why the label cannot be part of a mark, if so."""
    if not label.strip() or len(label) > LONGEST_LABEL or not all(c.isalnum() or c in " -" for c in label):
        return f"A label has 1 to {LONGEST_LABEL} letters, digits, blanks or hyphens; {label!r} is none."
    return None


def _order(name: str) -> int:
    return list(Placeholder).index(Placeholder(name))
