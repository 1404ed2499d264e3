"""Text of Word documents (.docx)."""

from dataclasses import dataclass, field
from io import BytesIO

from docx import Document
from docx.oxml.ns import nsmap
from docx.oxml.xmlchemy import BaseOxmlElement

from cj_assessment_service.implementations.essay_files.packages import check_package
from cj_assessment_service.implementations.essay_files.problems import damage_refused
from cj_assessment_service.implementations.essay_files.texts import ReadText, join_paragraphs
from cj_assessment_service.implementations.essay_files.word_formatting import (
    Surroundings,
    W,
    WordFormatting,
    formatting_of,
)

_PARAGRAPH = f"{W}p"
_RUN = f"{W}r"
_TEXTS = frozenset({f"{W}t", f"{{{nsmap['m']}}}t"})
_SIGNS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_LEFT_OUT = frozenset(
    {
        f"{W}pPr",  # its tabs are tab stops
        f"{W}sdtPr",
        f"{W}del",  # changes the writer has taken back
        f"{W}moveFrom",
        # says the same again for old programs
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)


def read_word_document(content: bytes, where: str) -> ReadText:
    """Paragraphs, tables and text boxes in document order, with tracked insertions; without headers, footers, notes and
    comments. What no reader sees is kept apart. Raises InputRejected.
    """
    check_package(content, where, "a Word document")
    with damage_refused(where, "a Word document"):
        # the XML is walked, because the paragraphs of python-docx leave out insertions and content controls
        document = Document(BytesIO(content))
        reading = _Reading(formatting_of(document))
        reading.read(document.element.body, reading.formatting.page)
        return ReadText(join_paragraphs(reading.visible), join_paragraphs(reading.hidden))


@dataclass(frozen=True, slots=True)
class _Reading:
    """The pieces read so far."""

    formatting: WordFormatting
    visible: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)

    def read(self, element: BaseOxmlElement, surroundings: Surroundings) -> None:
        inside = self.formatting.within(element, surroundings)
        pieces = self.visible
        if element.tag == _RUN and self.formatting.hides(element, inside):
            pieces = self.hidden
        for child in element:
            if child.tag in _LEFT_OUT:
                continue
            if child.tag in _TEXTS:
                pieces.append(child.text or "")
            elif child.tag in _SIGNS:
                pieces.append(_SIGNS[child.tag])
            elif child.tag == _PARAGRAPH:
                self._break()
                self.read(child, inside)
                self._break()
            else:
                self.read(child, inside)

    def _break(self) -> None:
        for pieces in (self.visible, self.hidden):
            pieces.append("\n\n")
