"""What gives away that a text speaks to the judge: patterns of words, strong and weak ones."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from cj_assessment_service.cj_core_logic.judging.needed_words import needed_words
from cj_assessment_service.domain.essays import Suspicion


class Strength(IntEnum):
    """How much a pattern says by itself."""

    WEAK = 1
    """It occurs in honest texts, too; two different ones close together do not."""

    STRONG = 2


@dataclass(frozen=True, slots=True)
class Signal:
    """One pattern, for text in small and plain letters. Texts without any of the `needed` words cannot match it."""

    suspicion: Suspicion
    strength: Strength
    pattern: re.Pattern[str]
    needed: tuple[str, ...]

    def places_in(self, text: str) -> Iterator[int]:
        """Where it begins to match."""
        if self.needed and not any(word in text for word in self.needed):
            return
        for match in self.pattern.finditer(text):
            yield match.start()


Rows = Iterable[tuple[Suspicion, Strength, str]]


def signals(vocabulary: Mapping[str, str], rows: Rows) -> Iterator[Signal]:
    """Patterns in short form, for text in small letters: a blank stands for white space and commas, `@name` for words of the vocabulary, `^` for the
    beginning of a sentence, where an order stands.
    """
    for suspicion, strength, short in rows:
        pattern = re.sub(r"@(\w+)", lambda name: f"(?:{vocabulary[name[1]]})", short)
        pattern = pattern.replace("^", _BEGINNING).replace(" ?", r"[\s,]*").replace(" ", r"[\s,]+")
        yield Signal(suspicion, strength, re.compile(pattern), needed_words(pattern))


_BEGINNING = r"(?:(?<![^\n.!?:;(\[\"'“”„»«*#>¡¿-])[^\S\n]*)"
