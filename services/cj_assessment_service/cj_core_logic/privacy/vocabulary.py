"""How far a word can be trusted to be a name, in the texts of one batch.

A word that is common in the language, that is written in small letters in one of the texts, or that is listed as both a name
and a word, may mean something else wherever it stands alone.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from cj_assessment_service.cj_core_logic.privacy.known_names import KNOWN_NAMES, NAMES_AND_WORDS
from cj_assessment_service.cj_core_logic.privacy.words import fold, words_of

Frequency = Callable[[str], float]
"""How common a folded word is, on the Zipf scale: log10 of its occurrences in a thousand million words (van Heuven et al.
2014, Q. J. Exp. Psychol. 67, 1176-1190). 0 where it is unknown.
"""

COMMON = 3.0
"""Words from here on are ordinary ones: once in a million words or more."""

NOUNS_ARE_CAPITALISED = frozenset({"de", "lb"})


class NameKind(Enum):
    KNOWN = auto()
    """A common name and nothing else."""

    PLAUSIBLE = auto()
    """No ordinary word, as far as anybody can tell."""

    ORDINARY = auto()
    """A word that people use otherwise, too."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`lower_case` are the folded words that some text has in small letters, `spread` counts the texts each word is in."""

    language: str
    frequency: Frequency
    lower_case: frozenset[str]
    spread: Mapping[str, int]

    @classmethod
    def of(cls, texts: Iterable[str], language: str, frequency: Frequency) -> "Vocabulary":
        lower_case: set[str] = set()
        spread: Counter[str] = Counter()
        for text in texts:
            words = {word.text for word in words_of(text)}
            spread.update({fold(word) for word in words})
            lower_case.update(fold(word) for word in words if word.islower())
        return cls(language, frequency, frozenset(lower_case), spread)

    def kind_of(self, part: str) -> NameKind:
        """Of the folded part of a name."""
        if part in KNOWN_NAMES:
            return NameKind.KNOWN
        if part in NAMES_AND_WORDS or part in self.lower_case or self.frequency(part) >= COMMON:
            return NameKind.ORDINARY
        return NameKind.PLAUSIBLE

    @property
    def capitals_tell_names(self) -> bool:
        """Whether a capital inside a sentence means a name."""
        return self.language.partition("-")[0] not in NOUNS_ARE_CAPITALISED
