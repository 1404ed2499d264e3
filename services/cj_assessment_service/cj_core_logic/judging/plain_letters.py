"""Letters as they look: for finding words that were disguised. Never shown to anybody."""

import re
from unicodedata import combining, normalize

from cj_assessment_service.cj_core_logic.judging.visible_text import visible_text

_CYRILLIC = str.maketrans("аеорсухіјѕԁһкмтвнАЕОРСХІЈЅВНКМТУԚԛԝԜӏ", "aeopcyxijsdhkmtbhAEOPCXIJSBHKMTYQqwWl")
_GREEK = str.maketrans("οανικρυχετΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϳ", "oavikpuxetABEZHIKMNOPTYXcj")
_TAGS = re.compile("[\U000e0020-\U000e007e]{3,}")
_MIXED = re.compile(r"\w*(?:[a-zA-Z][а-яА-ЯіјѕԁһӏԚ-ԝα-ωΑ-Ωϲϳ]|[а-яА-ЯіјѕԁһӏԚ-ԝα-ωΑ-Ωϲϳ][a-zA-Z])\w*")
_STYLED = re.compile("[\U0001d400-\U0001d7cb\U0001f130-\U0001f189Ⓐ-ⓩ]{4,}")


def plain_letters(text: str) -> str:
    """The text as a pattern can read it: without invisible characters and marks upon letters that are no part of them, in
    compatibility form (NFKC), Cyrillic and Greek look-alikes as Latin letters.
    """
    composed = normalize("NFKC", visible_text(text))
    if composed.isascii():
        return composed
    bare = "".join(sign for sign in composed if not combining(sign))
    return bare.translate(_CYRILLIC).translate(_GREEK)


def disguised_words(text: str) -> tuple[str, ...]:
    """Words that mix Latin with Cyrillic or Greek letters, and runs of letters in mathematical or enclosed style."""
    return tuple(match.group() for pattern in (_MIXED, _STYLED) for match in pattern.finditer(text))


def spelt_in_tags(text: str) -> str:
    """What invisible tag characters spell; empty where there are none."""
    return " ".join(
        "".join(chr(ord(sign) - 0xE0000) for sign in match.group()) for match in _TAGS.finditer(text)
    )
