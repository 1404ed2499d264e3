"""Text of Word documents (.docx)."""

from collections.abc import Iterator
from io import BytesIO

from docx import Document
from docx.oxml.ns import nsmap
from docx.oxml.xmlchemy import BaseOxmlElement

from cj_assessment_service.implementations.essay_files.packages import check_package
from cj_assessment_service.implementations.essay_files.problems import damage_refused
from cj_assessment_service.implementations.essay_files.texts import join_paragraphs

_WORD = f"{{{nsmap['w']}}}"
_PARAGRAPH = f"{_WORD}p"
_TEXTS = frozenset({f"{_WORD}t", f"{{{nsmap['m']}}}t"})
_SIGNS = {
    f"{_WORD}tab": "\t",
    f"{_WORD}ptab": "\t",
    f"{_WORD}br": "\n",
    f"{_WORD}cr": "\n",
    f"{_WORD}noBreakHyphen": "-",
}
_LEFT_OUT = frozenset(
    {
        f"{_WORD}pPr",  # its tabs are tab stops
        f"{_WORD}sdtPr",
        f"{_WORD}del",  # changes the writer has taken back
        f"{_WORD}moveFrom",
        # says the same again for old programs
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)


def read_word_document(content: bytes, where: str) -> str:
    """Paragraphs, tables and text boxes in document order, with tracked insertions; without headers, footers, notes and
    comments. Raises InputRejected.
    """
    check_package(content, where, "a Word document")
    with damage_refused(where, "a Word document"):
        # the XML is walked, because the paragraphs of python-docx leave out insertions and content controls
        return join_paragraphs(_pieces(Document(BytesIO(content)).element.body))


def _pieces(element: BaseOxmlElement) -> Iterator[str]:
    for child in element:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag in _TEXTS:
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag == _PARAGRAPH:
            yield "\n\n"
            yield from _pieces(child)
            yield "\n\n"
        else:
            yield from _pieces(child)
