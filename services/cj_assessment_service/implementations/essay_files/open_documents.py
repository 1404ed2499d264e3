"""Text of OpenDocument texts (.odt)."""

import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import BytesIO, StringIO

from odf.element import Element, Node
from odf.namespaces import OFFICENS, SVGNS, TEXTNS
from odf.opendocument import load

from cj_assessment_service.implementations.essay_files.packages import check_package
from cj_assessment_service.implementations.essay_files.problems import damage_refused
from cj_assessment_service.implementations.essay_files.texts import join_paragraphs

_PARAGRAPHS = frozenset({(TEXTNS, "p"), (TEXTNS, "h")})
_SPACES = (TEXTNS, "s")
_SIGNS = {(TEXTNS, "tab"): "\t", (TEXTNS, "line-break"): "\n"}
_LEFT_OUT = frozenset(
    {
        (TEXTNS, "tracked-changes"),  # holds what was deleted
        (TEXTNS, "note"),
        (OFFICENS, "annotation"),
        (OFFICENS, "forms"),
        (SVGNS, "title"),  # describe pictures
        (SVGNS, "desc"),
    }
)
_WHITE_SPACE = re.compile(r"[ \t\r\n]+")


def read_open_document(content: bytes, where: str) -> str:
    """Paragraphs, headings, lists and tables in document order; without headers, footers, notes and comments.

    Raises InputRejected.
    """
    check_package(content, where, "an OpenDocument text")
    with damage_refused(where, "an OpenDocument text"):
        # odfpy prints what it cannot parse and goes on with the rest
        with redirect_stdout(StringIO()) as complaints:
            document = load(BytesIO(content))
        if complaints.getvalue():
            raise ValueError("parts of the document cannot be parsed")
        return join_paragraphs(_pieces(document.text))


def _pieces(element: Element) -> Iterator[str]:
    for child in element.childNodes:
        if child.nodeType != Node.ELEMENT_NODE:
            # line ends and runs of blanks are layout of the XML (OpenDocument 1.3, part 3, 6.1.2)
            yield _WHITE_SPACE.sub(" ", child.data)
        elif child.qname == _SPACES:
            yield " " * int(child.getAttrNS(TEXTNS, "c") or 1)
        elif child.qname in _SIGNS:
            yield _SIGNS[child.qname]
        elif child.qname in _PARAGRAPHS:
            yield "\n\n"
            yield from _pieces(child)
            yield "\n\n"
        elif child.qname not in _LEFT_OUT:
            yield from _pieces(child)
