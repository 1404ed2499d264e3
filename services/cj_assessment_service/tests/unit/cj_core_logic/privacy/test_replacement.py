"""Names give way to pseudonyms, and nothing else changes."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.privacy.pseudonyms import PSEUDONYM
from cj_assessment_service.cj_core_logic.privacy.replacement import reidentified
from cj_assessment_service.tests.fixtures.privacy import Classroom

CLASS = (
    "Anna Svensson",
    "Erik Holm",
    "Anna-Lena Öberg",
    "Will Smith",
    "Hope Young",
    "Seán O'Brien",
    "José von Berg",
    "Jonas Ek",
)
PIECES = st.sampled_from(
    [
        "Anna", "anna", "ANNA", "Annas", "Anna's", "Svensson", "Erik", "Holm", "Lena", "Öberg", "Will", "will", "WILL", "Smith",
        "Hope", "hope", "Hopes", "Young", "young", "José", "Jose", "von", "Berg", "berg", "Jonas", "A.", "S.", "O'Brien", "Sean",
        "I", "think", "dear", "Dear", "the", "Student", "K", "2", "Student K7M2", "@", "skola", "_", "-", ".", "!", ",", "\n",
        "“", "(", ")", "Name:", " ", "  ",
    ]
)  # fmt: skip
SENTENCES = st.lists(PIECES, max_size=14).flatmap(
    lambda pieces: st.sampled_from([" ", ""]).map(lambda gap: gap.join(pieces))
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna Svensson went home.", "<Anna Svensson> went home."),
        ("Svensson, Anna", "<Anna Svensson>"),
        ("ANNA SVENSSON 9B", "<Anna Svensson> 9B"),
        ("anna svensson went", "<Anna Svensson> went"),
        ("my dog and Anna, who", "my dog and <Anna Svensson>, who"),
        ("A. Svensson and Anna S. went", "<Anna Svensson> and <Anna Svensson> went"),
        ("write to anna.svensson07@skola.se", "write to <Anna Svensson>@skola.se"),
        ("with Erik and Eriks dog, Erik's cat", "with <Erik Holm> and <Erik Holm>s dog, <Erik Holm>'s cat"),
        ("Seán O'Brien and O’Brien’s dog", "<Seán O'Brien> and <Seán O'Brien>’s dog"),
        ("It was Anna S. He said no.", "It was <Anna Svensson>. He said no."),
        ("José von Berg, or Jose", "<José von Berg>, or <José von Berg>"),
        ("Jonas and Jonas' bag", "<Jonas Ek> and <Jonas Ek>' bag"),
    ],
)
def test_a_student_is_hidden_however_named(text: str, expected: str) -> None:
    classroom = Classroom("Anna Svensson", "Erik Holm", "Seán O'Brien", "José von Berg", "Jonas Ek")
    assert classroom.hidden(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Annabel ate a bannana in Svenssonville.",
        "Anna-Karin and the Erik-like one are others.",
        "anna_99 and Erik2",
        "I will go home. Will you? WILL YOU? We hope young people hope.",
        "Hope is all we have. Young people mark the road. The Power Of Hope",
        "Such a berg, and Echo says nothing.",
    ],
)
def test_words_that_only_look_like_names_stay(text: str) -> None:
    assert Classroom(*CLASS).hide(text).text == text


def test_an_ordinary_word_is_a_name_inside_a_sentence_when_a_class_list_says_so() -> None:
    classroom = Classroom("Hope Young", "Will Smith")
    said = classroom.hidden("There sat Hope. Dear Hope, I asked Will.")
    assert said == "There sat <Hope Young>. Dear <Hope Young>, I asked <Will Smith>."
    assert classroom.hidden("Hope Young and Will Smith") == "<Hope Young> and <Will Smith>"


def test_where_every_noun_has_a_capital_an_ordinary_word_alone_is_never_a_name() -> None:
    classroom = Classroom("Anna Koch", language="de")
    assert (
        classroom.hidden("Der Koch und Anna Koch und Annas Hund")
        == "Der Koch und <Anna Koch> und <Anna Koch>s Hund"
    )


def test_a_name_that_two_students_share_is_the_authors_or_gets_a_pseudonym_of_its_own() -> None:
    classroom = Classroom("Anna Svensson", "Anna Holm")
    assert classroom.hidden("I am Anna.", "Anna Holm") == "I am <Anna Holm>."
    assert classroom.hidden("I met Anna.") == "I met <Anna>."


def test_initials_are_the_authors_only_where_they_stand_alone_above_or_below() -> None:
    classroom = Classroom("Ulf Sand")
    text = "U.S.\nThe U.S. is large.\nU. S."
    assert classroom.hidden(text, "Ulf Sand") == "<Ulf Sand>\nThe U.S. is large.\n<Ulf Sand>"
    assert classroom.hide(text).text == text


def test_composed_and_decomposed_letters_are_the_same_name() -> None:
    text = "Hej, jag heter Åsa Öberg."
    classroom = Classroom("Åsa Öberg")
    for spelled in (text, unicodedata.normalize("NFD", text)):
        assert classroom.hidden(spelled) == "Hej, jag heter <Åsa Öberg>."


@example("Anna's Will")
@example("Annas Hope")
@given(SENTENCES)
def test_a_second_time_nothing_changes(text: str) -> None:
    classroom = Classroom(*CLASS, texts=[text])
    once = classroom.hide(text, "Anna Svensson").text
    assert classroom.hide(once, "Anna Svensson").text == once


@given(SENTENCES)
def test_the_same_text_gets_the_same_pseudonyms_again(text: str) -> None:
    assert Classroom(*CLASS).hide(text) == Classroom(*reversed(CLASS)).hide(text)


@given(SENTENCES)
def test_what_is_no_pseudonym_afterwards_stood_there_before(text: str) -> None:
    replaced = Classroom(*CLASS).hide(text)
    rest = iter(text)
    for piece in PSEUDONYM.split(replaced.text):
        assert all(sign in rest for sign in piece)
    assert replaced.names or replaced.text == text


@given(
    st.lists(st.sampled_from([*CLASS, "met", "and", "hopes", "the house", "1,", "– so.", "Éva"]), max_size=8)
)
def test_whole_names_come_back_as_they_were(pieces: list[str]) -> None:
    classroom = Classroom(*CLASS)
    text = " then ".join(pieces)
    hidden = classroom.hide(text)
    assert hidden.names == sum(piece in CLASS for piece in pieces)
    assert reidentified(hidden.text, classroom.pseudonyms.book) == text
