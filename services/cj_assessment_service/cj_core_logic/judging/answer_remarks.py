"""Answers that make one wonder whether the judge judged the texts or listened to them."""

import re

from cj_assessment_service.domain.comparisons import AnswerRemark

_FENCE = re.compile(
    r"[<‹]{2,}\s*(?:BEGIN|END)\b"
    r"|\b(?:BEGIN|END) [A-ZÅÄÖÜ]+ [A-ZÅÄÖÜ]+ [0-9a-f]{8,}"
    r"|\b(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{16}\b"
)
"""The marks, or a code such as they carry: 16 hexadecimal digits."""

_QUOTED = re.compile(
    r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|”[^”]*”|«[^»]*»|»[^«»]*[«»]|(?<!\w)\'[^\']*\'(?!\w)|‘[^’]*’'
)
_WORK_EN = (
    "text|essay|writing|answer|argument|paragraph|work|story|point|use|language|grammar|spelling|structure"
    "|introduction|conclusion"
)
_WORK_SV = "text|uppsats|argument|svar|berättelse|språk|inledning|avslutning|stavning"
_WORK_DE = "text|aufsatz|argument|antwort|arbeit|geschichte|sprache|einleitung|schluss|rechtschreibung"
_ADDRESSES = re.compile(
    "|".join(
        (
            r"^(?:dear|hello|hi|hey|well done|great job|good job|thank you|thanks|congratulations|sorry)\b",
            rf"\byour (?:\w+ )?(?:{_WORK_EN})s?\b",
            r"\byou(?:'ve| have)? (?:wrote|written|write|argued?|show|showed|shown|explain|explained|did|made|used)\b",
            r"\byou (?:should have|could have|need to work)\b",
            r"\b(?:as|what|like) you (?:asked|requested|instructed|wished|told|said)\b",
            r"^(?:hej|kära|bra jobbat|tack|grattis)\b",
            rf"\b(?:din|ditt|dina) (?:\w+ )?(?:{_WORK_SV})(?:en|et|n|s)?\b",
            r"\bdu (?:har|skriver|skrev|argumenterar|visar|förklarar|använder|borde|kunde)\b",
            r"\bsom du (?:bad|ville|önskade|sa)\b",
            r"^(?:liebe[rs]?|hallo|gut gemacht|danke|glückwunsch)\b",
            rf"\bdeine?[mnrs]? (?:\w+ )?(?:{_WORK_DE})(?:s|es|en)?\b",
            r"\bdu (?:hast|schreibst|argumentierst|zeigst|erklärst|verwendest|solltest|könntest)\b",
            r"\bwie du (?:wolltest|verlangt|gewünscht|gesagt)\b",
        )
    ),
    re.IGNORECASE,
)


def answer_remarks(justification: str) -> tuple[AnswerRemark, ...]:
    """Why a person should look at what a judge said; empty for an ordinary justification. What it quotes from a text is not
    held against it, unless it quotes the marks.
    """
    remarks = []
    if _FENCE.search(justification):
        remarks.append(AnswerRemark.QUOTES_FENCE)
    if _ADDRESSES.search(_QUOTED.sub("…", justification).strip()):
        remarks.append(AnswerRemark.ADDRESSES_WRITER)
    return tuple(remarks)
