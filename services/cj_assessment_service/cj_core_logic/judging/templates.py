"""Which words a batch is asked in."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from cj_assessment_service.cj_core_logic.judging.english import ENGLISH
from cj_assessment_service.cj_core_logic.judging.german import GERMAN
from cj_assessment_service.cj_core_logic.judging.swedish import SWEDISH
from cj_assessment_service.domain.errors import Rejected
from cj_assessment_service.domain.prompts import PromptChoice, PromptTemplate

TEMPLATES: Final[Mapping[str, PromptTemplate]] = MappingProxyType(
    {template.language: template for template in (ENGLISH, SWEDISH, GERMAN)}
)
"""By the ISO 639-1 code of their language."""


def template_for(language: str) -> PromptTemplate:
    """The words for essays in this language (an ISO 639 code, perhaps with a region): English where there are no others."""
    return TEMPLATES.get(language.partition("-")[0].lower(), ENGLISH)


def chosen_template(choice: PromptChoice | None, language: str) -> PromptTemplate:
    """The words for a batch whose essays are in `language`. Own words get a version that tells them from all others:
    `own-` and 8 digits of their SHA-256. Raises Rejected for a choice that cannot be met.
    """
    if choice is None:
        return template_for(language)
    if choice.language is not None and choice.language not in TEMPLATES:
        raise Rejected(f"There is no prompt in {choice.language!r}; there is one in {', '.join(TEMPLATES)}.")
    usual = template_for(choice.language or language)
    return _with_own_version(_reworded(usual, choice)) if choice.has_own_words else usual


def with_system(template: PromptTemplate, system: str | None) -> PromptTemplate:
    """With another system prompt; the same where there is none."""
    return _with_own_version(replace(template, system=system)) if system is not None else template


def _reworded(usual: PromptTemplate, choice: PromptChoice) -> PromptTemplate:
    answer = usual.answer
    if choice.question is not None:
        answer = replace(answer, question=choice.question, graded_question=choice.question)
    return replace(
        usual,
        system=choice.system or usual.system,
        task_heading=choice.task_heading or usual.task_heading,
        criteria_heading=choice.criteria_heading or usual.criteria_heading,
        instructions_heading=choice.instructions_heading or usual.instructions_heading,
        first_label=choice.first_label or usual.first_label,
        second_label=choice.second_label or usual.second_label,
        answer=answer,
        message=choice.message or usual.message,
    )


def _with_own_version(template: PromptTemplate) -> PromptTemplate:
    digest = sha256("\0".join(template.words).encode("utf-8", "replace")).hexdigest()
    return replace(template, version=f"own-{digest[:8]}")
