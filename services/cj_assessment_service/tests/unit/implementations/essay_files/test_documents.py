"""Each type of document gives its text, the whole text and nothing but the text."""

import logging
import warnings
from contextlib import suppress

import numpy as np
import pytest

from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.implementations.essay_files import packages
from cj_assessment_service.implementations.essay_files.documents import read_document
from cj_assessment_service.implementations.essay_files.stored_files import StoredFile
from cj_assessment_service.tests.unit.implementations.essay_files.made_files import (
    GERMAN,
    SWEDISH,
    locked_pdf,
    open_document,
    open_document_of_xml,
    pdf,
    with_part,
    word_document,
    word_document_of_xml,
)

DOCUMENTS = {
    "a.docx": word_document(SWEDISH, GERMAN),
    "a.odt": open_document(SWEDISH, GERMAN),
    "a.pdf": pdf(SWEDISH, GERMAN),
}


def read(name: str, content: bytes) -> str:
    return read_document(StoredFile(name, lambda: content)).text


@pytest.mark.parametrize("name", ["a.txt", "a.md", "A.TXT"])
def test_plain_texts_are_taken_as_they_are(name: str) -> None:
    assert read(name, f"# {SWEDISH}\r\n\r\n\r\n{GERMAN}\r\n".encode()) == f"# {SWEDISH}\n\n\n{GERMAN}"


@pytest.mark.parametrize("name", ["a.docx", "a.odt"])
def test_paragraphs_of_written_documents_are_kept_apart(name: str) -> None:
    assert read(name, DOCUMENTS[name]) == f"{SWEDISH}\n\n{GERMAN}"


def test_pages_of_a_pdf_follow_each_other() -> None:
    assert read("a.pdf", pdf(f"{SWEDISH}\nNy rad", GERMAN)) == f"{SWEDISH}\nNy rad\n{GERMAN}"


def test_word_text_is_read_in_document_order_wherever_it_stands() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    cell = "<w:tc><w:p>{}</w:p></w:tc>"
    body = (
        f"<w:p>{run.format('before')}</w:p>"
        f"<w:tbl><w:tr>{cell.format(run.format('left'))}{cell.format(run.format('right'))}</w:tr></w:tbl>"
        f"<w:sdt><w:sdtContent><w:p>{run.format('in a form')}</w:p></w:sdtContent></w:sdt>"
        f"<w:p><w:hyperlink>{run.format('link')}</w:hyperlink><w:ins>{run.format(' inserted')}</w:ins></w:p>"
    )
    assert (
        read("a.docx", word_document_of_xml(body)) == "before\n\nleft\n\nright\n\nin a form\n\nlink inserted"
    )


def test_word_text_that_was_taken_back_or_is_layout_is_left_out() -> None:
    body = (
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>kept</w:t></w:r>"
        "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>moved away</w:t></w:r></w:moveFrom>"
        "<w:r><w:instrText>PAGE</w:instrText><w:tab/><w:t xml:space='preserve'> </w:t><w:br/><w:t>end</w:t></w:r></w:p>"
    )
    assert read("a.docx", word_document_of_xml(body)) == "kept\t \nend"


def test_open_document_text_is_read_in_document_order_wherever_it_stands() -> None:
    body = (
        "<text:h>Title</text:h>\n<text:list><text:list-item><text:p>point</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>cell</text:p></table:table-cell></table:table-row></table:table>"
        "<text:p>a<text:span>b</text:span>\n   c<text:s text:c='2'/>d<text:s/>e<text:tab/>f<text:line-break/>g</text:p>"
    )
    assert read("a.odt", open_document_of_xml(body)) == "Title\n\npoint\n\ncell\n\nab c  d e\tf\ng"


def test_open_document_changes_notes_and_comments_are_left_out() -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        "<text:p>kept<office:annotation><text:p>comment</text:p></office:annotation>"
        "<text:note><text:note-body><text:p>note</text:p></text:note-body></text:note></text:p>"
    )
    assert read("a.odt", open_document_of_xml(body)) == "kept"


def test_a_pdf_that_only_restricts_its_use_is_read() -> None:
    assert read("a.pdf", locked_pdf(SWEDISH, password="")) == SWEDISH


def test_joined_letters_of_a_pdf_are_taken_apart() -> None:
    to_unicode = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
        "1 beginbfchar <7E> <FB01> endbfchar endcmap end"
    )
    content = pdf("a ~ne text for a ~le", to_unicode=to_unicode)
    assert read("a.pdf", content) == "a fine text for a file"


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_pdf_behind_a_password_is_refused(algorithm: str) -> None:
    with pytest.raises(InputRejected, match="password"):
        read("a.pdf", locked_pdf(SWEDISH, "secret", algorithm))


@pytest.mark.parametrize("pages", [("",), (SWEDISH, "")])
def test_a_pdf_page_that_is_only_a_picture_is_refused_rather_than_lost(pages: tuple[str, ...]) -> None:
    with pytest.raises(InputRejected, match=rf"no text on page {len(pages)}, only a picture.*OCR"):
        read("a.pdf", pdf(*pages, picture=True))


def test_a_pdf_without_any_text_is_refused() -> None:
    with pytest.raises(InputRejected, match=r"has no text\. .*OCR"):
        read("a.pdf", pdf("", ""))


def test_a_blank_page_does_no_harm() -> None:
    assert read("a.pdf", pdf(SWEDISH, "")) == SWEDISH


@pytest.mark.parametrize("name", ["a.docx", "a.odt"])
def test_an_old_or_locked_office_file_is_refused_with_the_remedy(name: str) -> None:
    with pytest.raises(InputRejected, match=r"password, or comes from an old Office program.*current format"):
        read(name, bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512))


def test_an_encrypted_open_document_is_refused_with_the_remedy() -> None:
    locked = with_part(
        open_document(SWEDISH), "META-INF/manifest.xml", "<manifest><encryption-data/></manifest>"
    )
    with pytest.raises(InputRejected, match="password"):
        read("a.odt", locked)


@pytest.mark.parametrize("name", ["a.docx", "a.odt"])
def test_a_package_that_unpacks_to_too_much_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAXIMUM_PACKAGE_BYTES", 2**20)
    with pytest.raises(InputRejected, match="the limit is 1 MB"):
        read(name, with_part(DOCUMENTS[name], "extra.bin", "0" * 2**21))


@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.pdf"])
def test_another_kind_of_file_under_the_name_is_refused(name: str) -> None:
    with pytest.raises(InputRejected, match=r"^a\.\w+: The file cannot be read as an? "):
        read(name, b"These are only some letters.")


def test_an_open_document_with_damaged_content_is_refused_silently(
    capsys: pytest.CaptureFixture[str],
) -> None:
    content = open_document_of_xml("<text:p>whole</text:p><text:p>not closed")
    with pytest.raises(InputRejected, match="damaged"):
        read("a.odt", content)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_damaged_document_is_a_problem_and_never_an_accident(name: str) -> None:
    rng, whole = np.random.default_rng(7), np.frombuffer(DOCUMENTS[name], np.uint8)
    for hits in np.repeat([0, 1, 10, 50], 10):
        damaged = whole[: None if hits else rng.integers(1, len(whole))].copy()
        damaged[rng.integers(len(whole), size=hits)] = rng.integers(256, size=hits)
        with suppress(InputRejected):
            read(name, damaged.tobytes())


def test_oddities_of_a_pdf_do_not_reach_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    handlers = logging.getLogger("pypdf").handlers
    assert any(isinstance(handler, logging.NullHandler) for handler in handlers)
    with warnings.catch_warnings(record=True) as caught:
        assert read("a.pdf", pdf(SWEDISH).replace(b"startxref\n", b"startxref\n9")) == SWEDISH
    assert not caught
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", ["a.doc", "a.rtf", "a.pages", "a.jpg", "README"])
def test_other_types_are_refused_unread_naming_the_types_that_work(name: str) -> None:
    def load() -> bytes:
        raise AssertionError("was read")

    with pytest.raises(
        InputRejected, match=r"\.txt, \.md, \.docx, \.odt, \.pdf can\. Save it as one of these"
    ):
        read_document(StoredFile(name, load))


@pytest.mark.parametrize(("name", "remedy"), [("a.csv", "If it is a table"), ("a.zip", "Unpack it")])
def test_a_collection_among_documents_gets_a_remedy_of_its_own(name: str, remedy: str) -> None:
    with pytest.raises(InputRejected, match=remedy):
        read(name, b"id,text")


@pytest.mark.parametrize("name", ["a.txt", "a.docx", "a.pdf"])
def test_an_empty_file_is_refused_as_empty(name: str) -> None:
    with pytest.raises(InputRejected, match="The file is empty"):
        read(name, b"")
