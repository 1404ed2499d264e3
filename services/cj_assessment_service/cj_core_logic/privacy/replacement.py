"""Pseudonyms in the place of names, and names in the place of pseudonyms."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.privacy.header_names import LINES_READ
from cj_assessment_service.cj_core_logic.privacy.mentions import Mention, MentionFinder
from cj_assessment_service.cj_core_logic.privacy.pseudonyms import PSEUDONYM
from cj_assessment_service.cj_core_logic.privacy.roster import Place, Roster
from cj_assessment_service.cj_core_logic.privacy.vocabulary import Vocabulary
from cj_assessment_service.cj_core_logic.privacy.words import fold, words_of
from cj_assessment_service.domain.privacy import PseudonymBook

_INITIALS = re.compile(r"(?P<before>(?:.*[:：])?[ \t/–—-]*)(?P<initials>(?:[^\W\d_]\.[ \t]?){2,4})[ \t]*")


@dataclass(frozen=True, slots=True)
class Replaced:
    """A text without names, and how many there were."""

    text: str
    names: int


@dataclass(frozen=True, slots=True)
class NameReplacer:
    """Puts `pseudonym_of` a name where students are named. A mention that may mean several is the author's, where the author
    is one of them, and otherwise nobody's in particular: it gets a pseudonym of its own.
    """

    roster: Roster
    vocabulary: Vocabulary
    pseudonym_of: Callable[[str], str]

    def replace(self, text: str, author: Place | None) -> Replaced:
        """Everything but the names stays as it is, and a second time nothing changes."""
        pieces: list[str] = []
        done = names = 0
        for mention in MentionFinder(self.roster, self.vocabulary).mentions_in(text):
            pieces += [text[done : mention.start], self.pseudonym_of(self._name_of(mention, author))]
            done = mention.end
            names += 1
        return self._without_initials("".join((*pieces, text[done:])), names, author)

    def _name_of(self, mention: Mention, author: Place | None) -> str:
        if author is not None and author in mention.places:
            return self.roster.students[author].name
        if len(mention.places) == 1:
            (place,) = mention.places
            return self.roster.students[place].name
        return mention.spelled

    def _without_initials(self, text: str, names: int, author: Place | None) -> Replaced:
        """Of the author, where they stand alone in one of the first lines or in the last one."""
        if author is None:
            return Replaced(text, names)
        name = self.roster.students[author].name
        wanted = [fold(word.text)[:1] for word in words_of(name)]
        lines = text.split("\n")
        filled = [number for number, line in enumerate(lines) if line.strip()]
        for number in sorted({*filled[:LINES_READ], *filled[-1:]}):
            found = _INITIALS.fullmatch(lines[number])
            if found and [fold(word.text) for word in words_of(found["initials"])] == wanted:
                lines[number] = f"{found['before']}{self.pseudonym_of(name)}"
                names += 1
        return Replaced("\n".join(lines), names)


def reidentified(text: str, book: PseudonymBook) -> str:
    """With the names the pseudonyms stand for; a pseudonym the book does not know stays."""
    names = dict(book.names)
    return PSEUDONYM.sub(lambda found: names.get(found.group(), found.group()), text)
