"""Text of PDF files that have a text layer."""

import logging
from collections.abc import Iterator
from io import BytesIO

from pypdf import PageObject, PasswordType, PdfReader

from cj_assessment_service.implementations.essay_files.problems import damage_refused, refusal
from cj_assessment_service.implementations.essay_files.texts import ReadText, tidy

# pypdf tells every oddity it works round; without a handler those lines would land between ours
logging.getLogger("pypdf").addHandler(logging.NullHandler())
_LIGATURES = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
    }
)
"""Printing joins letters; no one writes words with these signs."""


def read_pdf(content: bytes, where: str) -> ReadText:
    """The text of all pages. Raises InputRejected, also for a page that is only a picture: its text would be lost."""
    with damage_refused(where, "a PDF"):
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise refusal(
                where,
                "The PDF is protected with a password.",
                "Save a copy of it without the password.",
            )
        text = tidy("\n".join(_page_texts(reader, where)))
        # letters beyond the first plane arrive as surrogate pairs
        whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return ReadText(whole.translate(_LIGATURES))


def _page_texts(reader: PdfReader, where: str) -> Iterator[str]:
    pages = [(page, page.extract_text()) for page in reader.pages]
    silent = [
        number for number, (page, text) in enumerate(pages, 1) if not text.strip() and _has_picture(page)
    ]
    if silent or not any(text.strip() for _, text in pages):
        numbers = ", ".join(map(str, silent))
        raise refusal(
            where,
            f"The PDF has no text on page {numbers}, only a picture." if numbers else "The PDF has no text.",
            "Export it as text from the program it was written in, or run text recognition (OCR) on it.",
        )
    for _, text in pages:
        yield text


def _has_picture(page: PageObject) -> bool:
    return bool(page.images.keys())
