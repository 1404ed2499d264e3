"""The students of a batch: by whom each text is, and whose names are hidden in all of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cj_assessment_service.cj_core_logic.privacy.header_names import names_in_header
from cj_assessment_service.cj_core_logic.privacy.person_names import person_in
from cj_assessment_service.cj_core_logic.privacy.vocabulary import Vocabulary
from cj_assessment_service.cj_core_logic.privacy.words import bare, name_parts
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.privacy import ListedStudent, NameEvidence, Student

Place = int
"""Of a student in the roster."""


@dataclass(frozen=True, slots=True)
class NamedText:
    """A text with all that may tell whose it is: its id (of a file: the file name) and what people call it."""

    essay_id: EssayId
    text: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """`by_part` finds the students by a folded part of their names, accents or not; `authors` says by whom a text is."""

    students: tuple[Student, ...]
    by_part: Mapping[str, frozenset[Place]]
    authors: Mapping[EssayId, Place]

    def parts_of(self, place: Place) -> frozenset[str]:
        return _spellings(self.students[place].name)


def roster_of(texts: Sequence[NamedText], listed: Iterable[ListedStudent], vocabulary: Vocabulary) -> Roster:
    """From the class list, the names in the table, the file names and the headers; the same name is the same student."""
    register = _Register()
    owners = {row.essay_id: row.name for row in listed if row.essay_id is not None}
    for row in listed:
        register.enter(row.name, NameEvidence.CLASS_LIST)
    for text in texts:
        _enter_author(register, text, owners.get(text.essay_id), vocabulary)
    return register.roster()


def _enter_author(register: "_Register", text: NamedText, owner: str | None, vocabulary: Vocabulary) -> None:
    """The surest source says whose the text is; every name found is a student's."""
    found: list[Place | None] = [
        register.enter(owner, NameEvidence.CLASS_LIST) if owner is not None else None
    ]
    found.append(register.match(text.essay_id))
    for label, evidence in ((text.name, NameEvidence.TABLE), (text.essay_id, NameEvidence.FILE_NAME)):
        person = person_in(label, vocabulary) if label is not None else None
        if person is not None:
            found.append(register.enter(person, evidence))
    found += [register.enter(name, NameEvidence.HEADER) for name in names_in_header(text.text, vocabulary)]
    author = next((place for place in found if place is not None), None)
    if author is not None:
        register.authors[text.essay_id] = author


class _Register:
    """A roster in the making."""

    def __init__(self) -> None:
        self.authors: dict[EssayId, Place] = {}
        self._students: list[Student] = []
        self._parts: list[frozenset[str]] = []

    def enter(self, name: str, evidence: NameEvidence) -> Place | None:
        """None for what holds no name. A shorter or longer form of exactly one listed name is that student's."""
        parts = frozenset(name_parts(name))
        if not parts:
            return None
        place = self._find(parts)
        if place is None:
            self._students.append(Student(name, evidence))
            self._parts.append(parts)
            return len(self._students) - 1
        if evidence.is_stated and not self._students[place].evidence.is_stated:
            self._students[place] = replace(self._students[place], evidence=evidence)
        return place

    def match(self, label: str) -> Place | None:
        """The one student with all parts of the label's name, where a class list has told the names."""
        words = frozenset(name_parts(label))
        by_full_name = [
            place for place, parts in enumerate(self._parts) if len(parts & words) > 1 or parts == words
        ]
        by_part = [place for place, parts in enumerate(self._parts) if words and words <= parts]
        found = by_full_name or by_part
        return found[0] if len(found) == 1 and self._students[found[0]].evidence.is_stated else None

    def roster(self) -> Roster:
        by_part: defaultdict[str, set[Place]] = defaultdict(set)
        for place, student in enumerate(self._students):
            for part in _spellings(student.name):
                by_part[part].add(place)
        return Roster(
            tuple(self._students),
            {part: frozenset(places) for part, places in by_part.items()},
            dict(self.authors),
        )

    def _find(self, parts: frozenset[str]) -> Place | None:
        if parts in self._parts:
            return self._parts.index(parts)
        alike = [
            place
            for place, known in enumerate(self._parts)
            if len(parts & known) > 1 and (parts < known or known < parts)
        ]
        return alike[0] if len(alike) == 1 and self._students[alike[0]].evidence.is_stated else None


def _spellings(name: str) -> frozenset[str]:
    parts = name_parts(name)
    return frozenset((*parts, *map(bare, parts)))
