"""A question in parts, for those who read and cache its parts one by one."""

import re
from dataclasses import dataclass
from typing import Final

from cj_assessment_service.cj_core_logic.judging.prompts import content_hash
from cj_assessment_service.domain.judges import JudgePrompt

ESSAY_NAMES: Final = (
    'Where the answer has to name the texts, "Essay A" is the first of them and "Essay B" the second.'
)
"""For those who answer in other words than the instruction asks for."""

_END_OF_A_TEXT = re.compile(r"^<<<END .*>>>$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PromptBlock:
    """`is_shared`: the same for the whole batch, so that it is worth caching."""

    content: str
    is_shared: bool

    @property
    def content_hash(self) -> str:
        return content_hash(self.content)


def prompt_blocks(prompt: JudgePrompt) -> tuple[PromptBlock, ...]:
    """What is the same for the batch (where there is anything), each of the two texts, and the answer instruction, in the order
    in which they are read. Only the instruction says more than the prompt does: it gives the texts their names.
    """
    *texts, instruction = _parted(prompt.texts)
    blocks = [PromptBlock(prompt.context, is_shared=True)] if prompt.context else []
    blocks += [PromptBlock(text, is_shared=False) for text in texts]
    return (*blocks, PromptBlock(f"{instruction}\n\n{ESSAY_NAMES}", is_shared=False))


def _parted(texts: str) -> list[str]:
    """After the mark that ends a text; nothing inside a text can pass for one."""
    parts, start = [], 0
    for mark in list(_END_OF_A_TEXT.finditer(texts))[:2]:
        parts.append(texts[start : mark.end()].strip())
        start = mark.end()
    return [*parts, texts[start:].strip()]
