"""How a problem is told, and what the reading libraries raise for a damaged file."""

import lzma
import struct
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.sax import SAXException

from pypdf.errors import DependencyError, PyPdfError

from cj_assessment_service.domain.errors import InputProblem, InputRejected

_DAMAGE = (
    # what the libraries promise to raise
    PyPdfError,
    DependencyError,
    SAXException,
    SyntaxError,  # the base of every XML parser's error
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    EOFError,
    # "Note that broken PDF files might cause other Exceptions", says pypdf, and the others are no better: a part that
    # is missing or of another kind than expected surfaces as one of these
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


def refusal(where: str, what: str, remedy: str) -> InputRejected:
    """The error for one problem; `where` is shown as people can read it."""
    return InputRejected((InputProblem(shown(where), what, remedy),))


def shown(name: str) -> str:
    """`name` with composed letters, and with a mark for each character that no terminal or database takes."""
    composed = unicodedata.normalize("NFC", name)
    return "".join("\ufffd" if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in composed)


@contextmanager
def damage_refused(where: str, kind: str) -> Iterator[None]:
    """Raises InputRejected for a file its library cannot read, and keeps the library's warnings to itself: they are
    about styles, headers and other things that no essay consists of.
    """
    with warnings.catch_warnings(action="ignore"):
        try:
            yield
        except _DAMAGE as error:
            raise refusal(
                where,
                f"The file cannot be read as {kind}; it is damaged or of another kind than its name says.",
                "Open it in the program it was written in and save it again.",
            ) from error
