"""Class lists: a table with a name or with given and family names, or a plain text with one name a line."""

from collections.abc import Iterator
from pathlib import Path

from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.privacy import ListedStudent
from cj_assessment_service.implementations.essay_files.problems import refusal
from cj_assessment_service.implementations.essay_files.stored_files import load_file
from cj_assessment_service.implementations.essay_files.tables import (
    TABLE_TYPES,
    TableRow,
    read_table_with_any,
)
from cj_assessment_service.implementations.essay_files.texts import read_plain_text

_WHOLE = (
    "name", "full name", "student", "student name", "pupil", "namn", "elev", "elevnamn", "navn", "schüler", "schülerin",
    "schüler/in", "nom complet", "nombre completo", "nimi", "naam",
)  # fmt: skip
_GIVEN = (
    "first name", "firstname", "first", "given name", "förnamn", "fornavn", "vorname", "prénom", "nombre", "nome", "etunimi",
    "voornaam", "imię",
)  # fmt: skip
_FAMILY = (
    "last name", "lastname", "last", "family name", "surname", "efternamn", "etternavn", "efternavn", "nachname",
    "familienname", "nom", "apellido", "apellidos", "cognome", "sukunimi", "achternaam", "nazwisko",
)  # fmt: skip
_ID = ("id", "essay_id", "essay", "file", "fil", "datei")
_WHAT_TO_GIVE = (
    "Give a text file with one name a line, or a .csv or .xlsx table with the column `name`, or `first name` and"
    " `last name`, and, if you like, `id`."
)


def read_class_list(path: Path) -> tuple[ListedStudent, ...]:
    """At least one student. Raises InputRejected."""
    if path.suffix.lower() in TABLE_TYPES:
        students = tuple(_students_of_table(path))
    else:
        students = tuple(_students_of_lines(path))
    if not students:
        raise refusal(str(path), "There is no name in it.", _WHAT_TO_GIVE)
    return students


def _students_of_lines(path: Path) -> Iterator[ListedStudent]:
    for line in read_plain_text(load_file(path), path.name).text.splitlines():
        if name := _given_name_first(line):
            yield ListedStudent(name)


def _students_of_table(path: Path) -> Iterator[ListedStudent]:
    table = read_table_with_any(path, (*_WHOLE, *_GIVEN, *_FAMILY))
    if table is None:
        # a table of names alone, without any header
        yield from _students_of_first_column(path)
        return
    for row in table:
        whole = _first_cell(row, _WHOLE)
        name = (
            _given_name_first(whole) if whole else f"{_first_cell(row, _GIVEN)} {_first_cell(row, _FAMILY)}"
        )
        essay_id = _first_cell(row, _ID)
        if name := " ".join(name.split()):
            yield ListedStudent(name, EssayId(essay_id) if essay_id else None)


def _students_of_first_column(path: Path) -> Iterator[ListedStudent]:
    if path.suffix.lower() != ".csv":
        raise refusal(str(path), "No column of it is called a name.", _WHAT_TO_GIVE)
    yield from _students_of_lines(path)


def _first_cell(row: TableRow, columns: tuple[str, ...]) -> str:
    return next((cell for column in columns if (cell := row.cell(column))), "")


def _given_name_first(name: str) -> str:
    family, comma, given = name.partition(",")
    ordered = f"{given} {family}" if comma and given.strip() else family
    return " ".join(ordered.replace(";", " ").split())
