"""Words as names are compared: without case."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

APOSTROPHES = "'’ʼ´`"
_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f])"
_WORD = re.compile(rf"{_LETTER}+(?:[{APOSTROPHES}]{_LETTER}+)*[{APOSTROPHES}]?")
_GENITIVE = re.compile(rf"(?P<base>.+?)(?P<ending>[{APOSTROPHES}]s?)", re.IGNORECASE | re.DOTALL)
_ALIKE = str.maketrans("’ʼ´`", "''''")


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters in a text, hyphens not included."""

    text: str
    start: int
    end: int


def words_of(text: str) -> tuple[Word, ...]:
    """In order; apostrophes inside a word, and one behind it, belong to it."""
    return tuple(Word(found.group(), found.start(), found.end()) for found in _WORD.finditer(text))


@lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """Equal for spellings that differ in case, in the kind of apostrophe or in how accents are encoded."""
    return unicodedata.normalize("NFC", word.translate(_ALIKE)).casefold()


def folded_words(spaced: str) -> frozenset[str]:
    """Of a list with white space between its words."""
    return frozenset(map(fold, spaced.split()))


def bare(folded: str) -> str:
    """Without accents, as many people write their names where a keyboard lacks a letter."""
    parted = unicodedata.normalize("NFKD", folded)
    return "".join(sign for sign in parted if not unicodedata.combining(sign))


def name_parts(name: str) -> tuple[str, ...]:
    """The folded words of a name; an abbreviated one (a single letter) is no part."""
    return tuple(part for part in (fold(word.text) for word in words_of(name)) if len(part) > 1)


def without_genitive(word: str) -> tuple[str, str]:
    """The word and the ending `'s` or `'`, which is empty where there is none."""
    found = _GENITIVE.fullmatch(word)
    return (found["base"], found["ending"]) if found else (word, "")


def is_capitalised(word: str) -> bool:
    """Begins with a capital and goes on in small letters."""
    return word[:1].isupper() and not is_shouted(word)


def is_shouted(word: str) -> bool:
    """More than one letter and all of them capitals."""
    return len(word) > 1 and word.isupper()
