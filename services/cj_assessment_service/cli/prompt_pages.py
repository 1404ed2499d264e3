"""What `cj prompts` prints."""

from pathlib import Path

from cj_assessment_service.cj_core_logic.judging.prompts import build_prompt
from cj_assessment_service.cj_core_logic.judging.templates import TEMPLATES, chosen_template
from cj_assessment_service.cli.given import read_prompt
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.instructions import AssessmentBrief, AssessmentContext

_CODE = "0f1e2d3c4b5a6978"
_EXAMPLES = {
    "en": (
        "Describe a place you like to be.",
        "The text makes the place vivid and is clearly ordered.",
        "I like the old boathouse by the lake. In the morning it smells of tar, and the water taps against the boards.",
        "My room is nice. I have a bed and a desk. I like my room because it is nice.",
    ),
    "sv": (
        "Beskriv en plats där du tycker om att vara.",
        "Texten gör platsen levande och är tydligt disponerad.",
        "Jag tycker om det gamla båthuset vid sjön. På morgonen luktar det tjära, och vattnet kluckar mot brädorna.",
        "Mitt rum är fint. Jag har en säng och ett skrivbord. Jag gillar mitt rum för att det är fint.",
    ),
    "de": (
        "Beschreibe einen Ort, an dem du gern bist.",
        "Der Text macht den Ort lebendig und ist klar aufgebaut.",
        "Ich mag das alte Bootshaus am See. Morgens riecht es nach Teer, und das Wasser klopft an die Bretter.",
        "Mein Zimmer ist schön. Ich habe ein Bett und einen Tisch. Ich mag mein Zimmer, weil es schön ist.",
    ),
}
"""Task, criteria and two texts, for each language of a prompt."""


def listed_prompts() -> str:
    """A line for each prompt that comes with cj."""
    return "\n".join(
        f"{template.language}  {template.version}  {template.answer.question}"
        for template in TEMPLATES.values()
    )


def shown_prompt(file: Path | None, language: str | None, answers: AnswerForm) -> str:
    """All that a judge would be sent about two example texts. Raises InputRejected for a file that cannot be used."""
    template = chosen_template(read_prompt(file, language), language or "en")
    task, criteria, first, second = _EXAMPLES[template.language]
    brief = AssessmentBrief(AssessmentContext(task, criteria, ""), prompt=template)
    prompt = build_prompt(brief, first, second, _CODE, answers)
    return "\n".join(
        (
            f"# Version {prompt.version}. Task, criteria and texts are examples; every question has a code of its own.",
            "",
            "===== system =====",
            prompt.system,
            "",
            "===== user =====",
            prompt.user,
        )
    )
