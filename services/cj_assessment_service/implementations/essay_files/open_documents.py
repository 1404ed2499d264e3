"""Text of OpenDocument texts (.odt)."""

import re
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import BytesIO, StringIO

from odf.element import Element, Node
from odf.namespaces import OFFICENS, SVGNS, TEXTNS
from odf.opendocument import load

from cj_assessment_service.implementations.essay_files.open_formatting import (
    HIDDEN_FIELDS,
    Look,
    OpenFormatting,
    formatting_of,
)
from cj_assessment_service.implementations.essay_files.packages import check_package
from cj_assessment_service.implementations.essay_files.problems import damage_refused
from cj_assessment_service.implementations.essay_files.texts import ReadText, join_paragraphs

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


def read_open_document(content: bytes, where: str) -> ReadText:
    """Paragraphs, headings, lists and tables in document order; without headers, footers, notes and comments. What no reader
    sees is kept apart. Raises InputRejected.
    """
    check_package(content, where, "an OpenDocument text")
    with damage_refused(where, "an OpenDocument text"):
        # odfpy prints what it cannot parse and goes on with the rest
        with redirect_stdout(StringIO()) as complaints:
            document = load(BytesIO(content))
        if complaints.getvalue():
            raise ValueError("parts of the document cannot be parsed")
        reading = _Reading(formatting_of(document))
        reading.read(document.text, Look())
        return ReadText(join_paragraphs(reading.visible), join_paragraphs(reading.hidden))


@dataclass(frozen=True, slots=True)
class _Reading:
    """The pieces read so far."""

    formatting: OpenFormatting
    visible: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)

    def read(self, element: Element, outside: Look) -> None:
        look = self.formatting.look_of(element, outside)
        if element.qname in HIDDEN_FIELDS:
            look = Look(is_displayed=False)
        pieces = self.visible if look.is_visible else self.hidden
        for child in element.childNodes:
            if child.nodeType != Node.ELEMENT_NODE:
                # line ends and runs of blanks are layout of the XML (OpenDocument 1.3, part 3, 6.1.2)
                pieces.append(_WHITE_SPACE.sub(" ", child.data))
            elif child.qname == _SPACES:
                pieces.append(" " * int(child.getAttrNS(TEXTNS, "c") or 1))
            elif child.qname in _SIGNS:
                pieces.append(_SIGNS[child.qname])
            elif child.qname in _PARAGRAPHS:
                self._break()
                self.read(child, look)
                self._break()
            elif child.qname not in _LEFT_OUT:
                self.read(child, look)

    def _break(self) -> None:
        for pieces in (self.visible, self.hidden):
            pieces.append("\n\n")
