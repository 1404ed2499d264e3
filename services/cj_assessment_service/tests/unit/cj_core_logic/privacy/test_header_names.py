"""Names above a text."""

import pytest

from cj_assessment_service.cj_core_logic.privacy.header_names import names_in_header
from cj_assessment_service.tests.fixtures.privacy import vocabulary_of


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Name: Anna Svensson", ("Anna Svensson",)),
        ("Namn: Anna Svensson  Klass: 9b", ("Anna Svensson",)),
        ("Elev:\tSvensson, Anna", ("Anna Svensson",)),
        ("Student: anna svensson", ("anna svensson",)),
        ("Klasse/Name: 9b Anna", ()),
        ("Schüler/in: Lukas Meyer, 9b", ("Lukas Meyer",)),
        ("Schüler:in: Lukas Meyer", ("Lukas Meyer",)),
        ("Nom: Élodie Moreau\nDate: 3 mai", ("Élodie Moreau",)),
        ("**Name:** ANNA SVENSSON", ("ANNA SVENSSON",)),
        ("Förnamn: Will\nEfternamn: Smithson", ("Will", "Smithson")),
        ("My holiday\n\nby Anna Svensson", ("Anna Svensson",)),
        ("(av Åsa Öberg)", ("Åsa Öberg",)),
    ],
)
def test_whoever_a_header_names_is_found(header: str, names: tuple[str, ...]) -> None:
    text = f"{header}\n\nThis is the text, and it goes on."
    assert names_in_header(text, vocabulary_of([text])) == names


@pytest.mark.parametrize(
    "text",
    [
        "Name: the school",
        "Student: Home",
        "Name of the game: Anna Svensson",
        "by train and ship",
        "By Popular Demand",
        "Student: Student K7M2",
        "One\nTwo\nThree\nFour\nFive\nSix\nName: Anna Svensson",
        "I said to the student: Anna Svensson is my name, and you will know me by it for as long as you live here in town",
    ],
)
def test_other_lines_name_nobody(text: str) -> None:
    assert names_in_header(text, vocabulary_of([text, "popular demand"])) == ()
