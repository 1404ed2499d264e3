"""Names in the lines above a text, where people are told to write who they are."""

import re

from cj_assessment_service.cj_core_logic.privacy.known_names import NAMES_AND_WORDS
from cj_assessment_service.cj_core_logic.privacy.person_names import MOST_WORDS, PARTICLES, person_in
from cj_assessment_service.cj_core_logic.privacy.pseudonyms import PSEUDONYM
from cj_assessment_service.cj_core_logic.privacy.vocabulary import NameKind, Vocabulary
from cj_assessment_service.cj_core_logic.privacy.words import fold, is_capitalised, words_of

LINES_READ = 6
"""Lines that are not blank; a label further down is part of the text."""

_LONGEST_LINE = 90
_LABELS = (
    "name",
    "full name",
    "first name",
    "last name",
    "surname",
    "student",
    "student name",
    "name of student",
    "pupil",
    "learner",
    "candidate",
    "author",
    "written by",
    "namn",
    "förnamn",
    "efternamn",
    "för- och efternamn",
    "elev",
    "elevens namn",
    "elevnamn",
    "författare",
    "skriven av",
    "skrivet av",
    "navn",
    "fornavn",
    "etternavn",
    "nimi",
    "oppilas",
    "opiskelija",
    "vorname",
    "nachname",
    "schüler",
    "schülerin",
    "schüler/in",
    "schüler:in",
    "schüler*in",
    "verfasser",
    "verfasserin",
    "autor",
    "autorin",
    "klasse/name",
    "name/klasse",
    "nom",
    "prénom",
    "nom et prénom",
    "élève",
    "étudiant",
    "étudiante",
    "auteur",
    "nombre",
    "apellido",
    "apellidos",
    "nombre y apellidos",
    "alumno",
    "alumna",
    "autora",
    "nome",
    "cognome",
    "nome e cognome",
    "studente",
    "studentessa",
    "alunno",
    "alunna",
    "aluno",
    "aluna",
    "naam",
    "leerling",
    "imię",
    "nazwisko",
    "imię i nazwisko",
    "uczeń",
    "jméno",
    "ime",
    "nume",
    "ad",
    "ad soyad",
    "adı soyadı",
)
_LABEL = re.compile(
    rf"(?:^|[\t|;,]|\s{{2,}})[ \t*_#]*(?:{'|'.join(map(re.escape, sorted(_LABELS, key=len, reverse=True)))})"
    r"[ \t*_]*[:：=][ \t*_]*(?P<value>[^\t|;:：]*)",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"[ \t*_(–-]*(?:by|written by|av|skriven av|von|af|par|door|por|di|przez)[ \t]+(?P<value>[^\n]{3,60})",
    re.IGNORECASE,
)
_END_OF_NAME = re.compile(r"[\d(\[/]|\s{2,}|,(?=[^,]*,)|[.!?](?=\s|$)")


def names_in_header(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The names the first lines of a text give to whoever wrote it: behind a label (`Name:`, `Elev:`, `Schüler/in:`), or in
    a line that says nothing but `by` and a name. What stands there already as a pseudonym is no name.
    """
    found: list[str] = []
    lines = (line for line in text.splitlines() if line.strip())
    for _, line in zip(range(LINES_READ), lines, strict=False):
        if len(line) <= _LONGEST_LINE and not PSEUDONYM.search(line):
            found += _labelled(line, vocabulary)
            found += _signed(line, vocabulary)
    return tuple(found)


def _labelled(line: str, vocabulary: Vocabulary) -> list[str]:
    values = [
        _END_OF_NAME.split(found["value"].strip(" \t*_"))[0].strip(" ,") for found in _LABEL.finditer(line)
    ]
    return [_given_name_first(value) for value in values if _may_be_name(value, vocabulary)]


def _signed(line: str, vocabulary: Vocabulary) -> list[str]:
    """A byline alone: its name must look like one, since "by train" begins alike."""
    found = _BYLINE.fullmatch(line.rstrip(" \t.)*_"))
    name = person_in(found["value"], vocabulary) if found else None
    return [name] if name is not None else []


def _may_be_name(value: str, vocabulary: Vocabulary) -> bool:
    """Whoever fills in a form writes a name there, but titles and jokes are written there too."""
    words = [word.text for word in words_of(value) if fold(word.text) not in PARTICLES]
    if not 1 <= len(words) <= MOST_WORDS or max(map(len, words)) < 2:
        return False
    if all(is_capitalised(word) or word.isupper() for word in words):
        return (
            len(words) > 1 or vocabulary.kind_of(fold(words[0])) is not NameKind.ORDINARY or _is_listed(words)
        )
    return all(vocabulary.kind_of(fold(word)) is not NameKind.ORDINARY for word in words)


def _is_listed(words: list[str]) -> bool:
    return any(fold(word) in NAMES_AND_WORDS for word in words)


def _given_name_first(value: str) -> str:
    family, comma, given = value.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and given.strip() else family.strip()
