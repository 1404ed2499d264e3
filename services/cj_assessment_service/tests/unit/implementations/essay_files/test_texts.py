"""Bytes become text, or a problem, never a guess."""

import pytest

from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.implementations.essay_files.texts import (
    decode,
    join_paragraphs,
    sameness_key,
    text_problem,
    tidy,
)
from cj_assessment_service.tests.unit.implementations.essay_files.made_files import GERMAN, SWEDISH

FRENCH = "Ça va très bien, où est l’été ? Cœur, Noël…"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(
    "text", [SWEDISH, GERMAN, FRENCH, "Jag hör på.", "Übung", "Hej å", "10 € – “nu”", "plain"]
)
def test_letters_survive_every_usual_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_tells_the_order(encoding: str) -> None:
    assert decode(f"\ufeff{SWEDISH}".encode(encoding), "a.txt") == SWEDISH


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850"])
def test_an_old_code_page_is_taken_where_only_one_makes_sense(encoding: str) -> None:
    text = "Det är så att jag tycker om att läsa böcker, därför går jag ofta på bio också. Öl är gott."
    assert decode(text.encode(encoding), "a.txt") == text


@pytest.mark.parametrize(
    "content",
    [
        "Привет, как дела сегодня?".encode("cp1251"),
        "Cześć, jak się masz, żółw?".encode("cp1250"),
        b"\xef\xbb\xbfHall\xe5 d\xe5",
        b"\xff\xfeH",
        "Hallå då, älskling på ön".encode() + b" och \xe5",
    ],
    ids=["Cyrillic", "Polish", "Windows after a UTF-8 mark", "half a UTF-16 letter", "damaged UTF-8"],
)
def test_what_cannot_be_decoded_for_certain_is_refused(content: bytes) -> None:
    with pytest.raises(InputRejected, match=r"^a\.txt: .*encoded\. .*UTF-8"):
        decode(content, "a.txt")


def test_a_tidy_text_has_composed_letters_and_plain_line_ends() -> None:
    assert tidy(" A\u030asa\r\nett\rtva\u030a\u2028tre\n\n") == "Åsa\nett\ntvå\ntre"


def test_paragraphs_are_one_blank_line_apart() -> None:
    assert join_paragraphs(["\n\n", "ett ", "\n\n", "\n\n \n", "två", "\nrad", "\n\n"]) == "ett\n\ntvå\nrad"


def test_texts_that_differ_in_white_space_are_the_same() -> None:
    assert sameness_key("ett  två\n\ntre") == sameness_key("ett\ttvå tre ")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no text"),
        ("x" * 19, "19 characters"),
        ("a text with a \0 in the middle", "not letters"),
        ("\x01\x02\x03" * 20, "not letters"),
        ("\ufffd" * 5 + "abcde" * 5, "not letters"),
    ],
)
def test_a_text_that_cannot_be_judged_says_why(text: str, what: str) -> None:
    problem = text_problem(text, "a.txt")
    assert problem is not None
    assert problem.where == "a.txt"
    assert what in problem.what


@pytest.mark.parametrize("text", ["x" * 20, "\uf0b7 a bullet of a symbol font before it"])
def test_other_texts_are_no_problem(text: str) -> None:
    assert text_problem(text, "a.txt") is None
