"""One text out of one file, whatever its type."""

from collections.abc import Callable, Mapping
from pathlib import PurePath
from types import MappingProxyType

from cj_assessment_service.implementations.essay_files.open_documents import read_open_document
from cj_assessment_service.implementations.essay_files.pdf_documents import read_pdf
from cj_assessment_service.implementations.essay_files.problems import refusal
from cj_assessment_service.implementations.essay_files.stored_files import StoredFile
from cj_assessment_service.implementations.essay_files.tables import TABLE_TYPES
from cj_assessment_service.implementations.essay_files.texts import decode, tidy
from cj_assessment_service.implementations.essay_files.word_documents import read_word_document


def _read_plain_text(content: bytes, where: str) -> str:
    return tidy(decode(content, where))


_READERS: Mapping[str, Callable[[bytes, str], str]] = MappingProxyType(
    {
        ".txt": _read_plain_text,
        ".md": _read_plain_text,
        ".docx": read_word_document,
        ".odt": read_open_document,
        ".pdf": read_pdf,
    }
)
DOCUMENT_TYPES = tuple(_READERS)


def read_document(file: StoredFile) -> str:
    """The tidy text of a document. Raises InputRejected for a file that is unreadable, empty or of another type."""
    suffix = PurePath(file.name).suffix.lower()
    if suffix not in _READERS:
        raise refusal(file.name, _unsupported(suffix), _remedy(suffix))
    content = file.load()
    if not content:
        raise refusal(file.name, "The file is empty.", "Fill in the text, or take the file out.")
    return _READERS[suffix](content, file.name)


def _unsupported(suffix: str) -> str:
    kind = f"Files of the type {suffix}" if suffix else "Files without an ending"
    return f"{kind} cannot be read as an essay; {', '.join(DOCUMENT_TYPES)} can."


def _remedy(suffix: str) -> str:
    if suffix in TABLE_TYPES:
        return "If it is a table of essays, name the file itself; otherwise take it out of the folder."
    if suffix == ".zip":
        return "Unpack it, or name the archive itself; otherwise take it out of the folder."
    return "Save it as one of these types; if it is no essay, take it out of the folder."
