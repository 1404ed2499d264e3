"""Names of people in names of files."""

import re
from itertools import pairwise

from cj_assessment_service.cj_core_logic.privacy.known_names import KNOWN_NAMES, NAMES_AND_WORDS
from cj_assessment_service.cj_core_logic.privacy.vocabulary import NameKind, Vocabulary
from cj_assessment_service.cj_core_logic.privacy.words import (
    Word,
    fold,
    folded_words,
    is_capitalised,
    is_shouted,
    words_of,
)

MOST_WORDS = 4
PARTICLES = folded_words("af al bin da de del della den der di dos du el ibn la le van von zu zur")
_FILLERS = folded_words(
    "aufsatz class copy deutsch draft eng engelska englisch english essay exam final fassung grupp group klass klasse kopia kopie"
    " nationella paper prov rev school skola skolan svenska text uppgift uppsats v version written"
)
"""Words that stand beside names in the names of files."""

_DIGIT_BESIDE = re.compile(r"\d")
_HUMPS = re.compile(r"[^\W\d_][a-zà-öø-ÿ\u0100-\u017f]+")


def person_in(label: str, vocabulary: Vocabulary) -> str | None:
    """The name of a person in the name of a file or essay, as it is written there; None where it does not look like one.

    A person's name has two to four words that stand together and begin with capitals, class and number left aside. One of
    them must be a common name; or a name that is a word too, beside words no text has in small letters; or none of them
    must be an ordinary word or in more than one of the texts.
    """
    group = _group(label)
    if group is None:
        return None
    parts = [fold(word.text) for word in group if fold(word.text) not in PARTICLES]
    return _spelled(label, group) if _is_person(parts, vocabulary) else None


def _is_person(parts: list[str], vocabulary: Vocabulary) -> bool:
    if any(part in KNOWN_NAMES for part in parts):
        return True
    others = [part for part in parts if part not in NAMES_AND_WORDS]
    if len(others) < len(parts):
        return bool(others) and not any(part in vocabulary.lower_case for part in others)
    return all(
        vocabulary.kind_of(part) is NameKind.PLAUSIBLE and vocabulary.spread.get(part, 0) <= 1
        for part in parts
    )


def _group(label: str) -> tuple[Word, ...] | None:
    """The two to four words that may be a name; None where there are fewer, more, or others beside them."""
    words = _humps(label) or [word for word in words_of(label) if not _is_beside_digit(label, word)]
    telling = [place for place, word in enumerate(words) if fold(word.text) not in _FILLERS]
    if not telling:
        return None
    group = tuple(words[telling[0] : telling[-1] + 1])
    names = [word for word in group if fold(word.text) not in PARTICLES]
    if len(group) != len(telling) or not 2 <= len(names) <= MOST_WORDS or any(len(n.text) < 2 for n in names):
        return None
    written_as_names = all(is_capitalised(n.text) for n in names) or all(is_shouted(n.text) for n in names)
    return group if written_as_names else None


def _humps(label: str) -> list[Word]:
    """The words of a label without any gap, as AnnaSvensson; empty where it is not one."""
    bare_label = label.rstrip("0123456789_- ")
    humps = [Word(found.group(), found.start(), found.end()) for found in _HUMPS.finditer(bare_label)]
    joined = "".join(hump.text for hump in humps) == bare_label
    return humps if joined and len(humps) > 1 and all(is_capitalised(hump.text) for hump in humps) else []


def _is_beside_digit(label: str, word: Word) -> bool:
    return bool(
        _DIGIT_BESIDE.search(label[max(word.start - 1, 0) : word.start] + label[word.end : word.end + 1])
    )


def _spelled(label: str, group: tuple[Word, ...]) -> str:
    """With the gaps a person would write, and the given name first."""
    gaps = [label[left.end : right.start].strip() for left, right in pairwise(group)]
    words = [word.text for word in group]
    if gaps[0] == ",":
        words, gaps = [*words[1:], words[0]], [*gaps[1:], ""]
    return words[0] + "".join(
        ("-" if gap == "-" else " ") + word for gap, word in zip(gaps, words[1:], strict=True)
    )
