"""One text out of one file, whatever its type."""

from collections.abc import Mapping
from pathlib import PurePath
from pkgutil import resolve_name
from types import MappingProxyType

from cj_assessment_service.implementations.essay_files.problems import refusal
from cj_assessment_service.implementations.essay_files.stored_files import StoredFile
from cj_assessment_service.implementations.essay_files.tables import TABLE_TYPES
from cj_assessment_service.implementations.essay_files.texts import ReadText

_PACKAGE = "cj_assessment_service.implementations.essay_files"
_READERS: Mapping[str, str] = MappingProxyType(
    {
        ".txt": f"{_PACKAGE}.texts:read_plain_text",
        ".md": f"{_PACKAGE}.texts:read_markdown",
        ".docx": f"{_PACKAGE}.word_documents:read_word_document",
        ".odt": f"{_PACKAGE}.open_documents:read_open_document",
        ".pdf": f"{_PACKAGE}.pdf_documents:read_pdf",
    }
)
"""By name, because the libraries behind them are slow to load and most folders hold one type of file."""

DOCUMENT_TYPES = tuple(_READERS)


def read_document(file: StoredFile) -> ReadText:
    """What a document holds. Raises InputRejected for a file that is unreadable, empty or of another type."""
    suffix = PurePath(file.name).suffix.lower()
    if suffix not in _READERS:
        raise refusal(file.name, _unsupported(suffix), _remedy(suffix))
    content = file.load()
    if not content:
        raise refusal(file.name, "The file is empty.", "Fill in the text, or take the file out.")
    text: ReadText = resolve_name(_READERS[suffix])(content, file.name)
    return text


def _unsupported(suffix: str) -> str:
    kind = f"Files of the type {suffix}" if suffix else "Files without an ending"
    return f"{kind} cannot be read as an essay; {', '.join(DOCUMENT_TYPES)} can."


def _remedy(suffix: str) -> str:
    if suffix in TABLE_TYPES:
        return "If it is a table of essays, name the file itself; otherwise take it out of the folder."
    if suffix == ".zip":
        return "Unpack it, or name the archive itself; otherwise take it out of the folder."
    return "Save it as one of these types; if it is no essay, take it out of the folder."
