"""What a language model is asked."""

from hashlib import sha256

from cj_assessment_service.cj_core_logic.judging.english import ENGLISH
from cj_assessment_service.cj_core_logic.judging.fences import fence
from cj_assessment_service.cj_core_logic.judging.templates import with_system
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.instructions import AssessmentBrief, AssessmentContext
from cj_assessment_service.domain.judges import JudgePrompt
from cj_assessment_service.domain.prompts import Placeholder, PromptTemplate, filled


def answer_instruction(template: PromptTemplate, answers: AnswerForm, nonce: str) -> str:
    """What every prompt of a batch asks for; only the nonce differs."""
    words = template.answer
    winners = ['"first"', '"second"', '"tie"'] if answers.allows_ties else ['"first"', '"second"']
    keys = ['"justification": "..."', f'"winner": {_listed(winners, words.conjunction)}']
    rules = [
        f"- justification: {words.justification}",
        f"- winner: {words.winner} {words.tie if answers.allows_ties else words.choice}",
    ]
    if answers.asks_margin:
        margins = _listed(['"slightly"', '"clearly"', '"far"'], words.conjunction)
        if answers.allows_ties:
            margins = f'"slightly", "clearly", "far" {words.or_null}'
        keys.append(f'"margin": {margins}')
        rules.append(f"- margin: {words.margin}" + (f" {words.tie_margin}" if answers.allows_ties else ""))
    keys.append(f'"confidence": {words.number_range}')
    rules.append(f"- confidence: {words.confidence}")
    return "\n\n".join(
        (
            words.graded_question if answers.asks_margin else words.question,
            words.material.replace("{code}", nonce),
            f"{words.form}\n{{{', '.join(keys)}}}",
            "\n".join(rules),
        )
    )


def build_prompt(
    brief: AssessmentBrief, first_text: str, second_text: str, nonce: str, answers: AnswerForm
) -> JudgePrompt:
    """System and context depend on the batch alone, so that providers can cache them; the nonce, which no writer can
    know, appears only from the first text on. The texts carry no ids. The version names the words, their language and the
    form of the answer.

    Raises ValueError for a nonce that is too short or not plain letters and digits.
    """
    template = with_system(brief.prompt or ENGLISH, brief.system_prompt)
    before, mark, after = template.message.partition(Placeholder.FIRST_TEXT.mark)
    parts = (
        _context_block(template, brief.context),
        f"{template.first_label}:\n{fence(template.first_label, first_text, nonce)}",
        f"{template.second_label}:\n{fence(template.second_label, second_text, nonce)}",
        answer_instruction(template, answers, nonce),
    )
    return JudgePrompt(
        system=template.system,
        context=filled(before, parts).strip(),
        texts=filled(mark + after, parts).strip(),
        version=f"{template.version}/{template.language}/{answers}",
    )


def content_hash(block: str) -> str:
    """SHA-256 of the block in UTF-8, in hexadecimal: equal blocks can be cached and traced by it."""
    return sha256(block.encode()).hexdigest()


def _context_block(template: PromptTemplate, context: AssessmentContext) -> str:
    """Each heading only where there is something to say under it."""
    sections = (
        (template.task_heading, context.task),
        (template.criteria_heading, context.rubric),
        (template.instructions_heading, context.instructions),
    )
    return "\n\n".join(f"# {heading}\n\n{body.strip()}" for heading, body in sections if body.strip())


def _listed(words: list[str], conjunction: str) -> str:
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"
