"""Pseudonyms are opaque, stable, and never shared."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.privacy.pseudonyms import PSEUDONYM, Pseudonyms
from cj_assessment_service.domain.privacy import PseudonymBook

BOOK = PseudonymBook(b"one secret")


def test_every_spelling_of_a_name_has_one_pseudonym() -> None:
    pseudonyms = Pseudonyms(BOOK)
    assert len({pseudonyms.of(name) for name in ("Anna Svensson", "svensson, ANNA", "Svensson Anna")}) == 1


def test_a_pseudonym_outlives_the_run_and_depends_on_the_secret() -> None:
    first = Pseudonyms(BOOK)
    pseudonym = first.of("Anna Svensson")
    assert Pseudonyms(first.book).of("Anna Svensson") == Pseudonyms(BOOK).of("Anna Svensson") == pseudonym
    assert Pseudonyms(replace(BOOK, secret=b"another")).of("Anna Svensson") != pseudonym


def test_thousands_of_names_get_pseudonyms_of_their_own() -> None:
    pseudonyms = Pseudonyms(BOOK)
    codes = {
        pseudonyms.of(f"Name{number:05}".translate(str.maketrans("0123456789", "abcdefghij")))
        for number in range(3000)
    }
    assert len(codes) == 3000
    assert all(PSEUDONYM.fullmatch(code) for code in codes)


def test_labels_that_would_get_the_same_pseudonym_are_told_apart_for_good() -> None:
    pseudonyms = Pseudonyms(BOOK)
    assert pseudonyms.opaque_label("Anna_Svensson", "Student K7M2") == "Student K7M2"
    assert pseudonyms.opaque_label("Anna Svensson", "Student K7M2") == "Student K7M2 (2)"
    assert Pseudonyms(pseudonyms.book).opaque_label("Anna Svensson", "Student K7M2") == "Student K7M2 (2)"


@given(st.text(max_size=30))
def test_any_name_gets_one_and_none_shows_in_it(name: str) -> None:
    pseudonyms = Pseudonyms(BOOK)
    assert PSEUDONYM.fullmatch(pseudonyms.of(name))
    assert pseudonyms.book.names == ((pseudonyms.of(name), name),)


def test_a_book_does_not_show_its_secret_or_names() -> None:
    shown = repr(replace(BOOK, names=(("Student K7M2", "Anna"),)))
    assert "secret" not in shown
    assert "Anna" not in shown
