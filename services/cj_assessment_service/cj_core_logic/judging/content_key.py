"""What makes two questions the same, in whatever batch and whenever they are asked."""

import json

from cj_assessment_service.cj_core_logic.judging.prompts import content_hash
from cj_assessment_service.domain.judges import ComparisonTask


def content_key(task: ComparisonTask, nonce: str) -> str:
    """SHA-256 (in hexadecimal) over all that an answer may depend on: the judge, whose name fixes its settings, the words
    it is asked in with their version, both texts in their order, the form of the answer, and which repeat it is.

    `nonce` is drawn anew for every question and means nothing, so it is left out.
    """
    prompt = task.prompt
    parts = (
        task.request.judge,
        prompt.version,
        prompt.system,
        prompt.context,
        prompt.texts.replace(nonce, ""),
        content_hash(task.first_text),
        content_hash(task.second_text),
        task.answers.value,
        task.request.repeat,
    )
    return content_hash(json.dumps(parts))
