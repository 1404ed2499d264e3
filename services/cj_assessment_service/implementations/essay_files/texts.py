"""Bytes to text, and what a text must be to be judged."""

import re
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.judging.injection_guard import finding
from cj_assessment_service.domain.errors import InputProblem
from cj_assessment_service.domain.essays import (
    MAXIMUM_ESSAY_CHARACTERS,
    MINIMUM_ESSAY_CHARACTERS,
    Suspicion,
    TextFinding,
)
from cj_assessment_service.implementations.essay_files.problems import refusal, shown

_MARKS = ((BOM_UTF8, "utf-8-sig"), (BOM_UTF16_LE, "utf-16"), (BOM_UTF16_BE, "utf-16"))
_LINE_ENDS = re.compile(r"\r\n|[\r\v\u2028\u2029]")
_BLANK_LINES = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_MISPLACED = re.compile(
    "[a-zà-öø-ÿ]"
    "(?:[ŠŒŽŸÀ-ÖØ-Þ„‚ƒˆ˜¨¬¯¦¤¢¥√∂∫≈◊ﬂﬁ░▒▓│┤║╗╝┐└┴┬├─┼╚╔╩╦╠═╬┘┌█▄▀]"
    "|[†‡‰“”•™‹›«»©®±¶¹³¼½¾¿÷×][a-zà-öø-ÿ])"
)
"""After a small letter, or between two."""
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f\ufffd\ue000-\uf8ff]")
_UNREADABLE_SHARE = 0.05
"""A few such signs are bullets of symbol fonts; more mean that the file holds no text or hides it."""


@dataclass(frozen=True, slots=True)
class ReadText:
    """The tidy text of a file, and what it holds besides that no reader sees (empty where there is nothing)."""

    text: str
    hidden: str = ""

    @property
    def findings(self) -> tuple[TextFinding, ...]:
        """Only letters and digits are worth a remark: layout hides blanks, dots and lines everywhere."""
        if not any(map(str.isalnum, self.hidden)):
            return ()
        return (finding(Suspicion.HIDDEN_TEXT, self.hidden),)


def decode(content: bytes, where: str) -> str:
    """Text of UTF-8, of UTF-16 with its mark, or of a Western European code page. Raises InputRejected, never guesses."""
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    text = _decoded(content, marked or "utf-8")
    if text is None and marked is None and not _is_damaged_utf8(content):
        text = _decode_western(content)
    if text is None:
        raise refusal(
            where,
            "It cannot be told how the letters of the file are encoded.",
            "Open it in a text editor and save it with the encoding UTF-8.",
        )
    return text


def tidy(text: str) -> str:
    """Composed letters (NFC), the newline as the only line end, nothing blank around."""
    return unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text)).strip()


def join_paragraphs(pieces: Iterable[str]) -> str:
    """The tidy text of pieces in which blank lines separate paragraphs; more than one blank line says no more."""
    return _BLANK_LINES.sub("\n\n", tidy("".join(pieces)))


def sameness_key(text: str) -> str:
    """Equal for texts that differ in white space only."""
    return " ".join(text.split())


def text_problem(text: str, where: str) -> InputProblem | None:
    """Why a tidy text cannot be judged, if so."""
    if not text:
        return InputProblem(shown(where), "There is no text in it.", "Fill in the text, or take it out.")
    unreadable = len(_UNREADABLE.findall(text))
    if "\0" in text or unreadable > _UNREADABLE_SHARE * len(text):
        return InputProblem(
            shown(where),
            "What it holds are not letters of a text.",
            "Save the text anew, as a plain text with the encoding UTF-8.",
        )
    if len(text) < MINIMUM_ESSAY_CHARACTERS:
        return InputProblem(
            shown(where),
            f"The text has {len(text)} characters; fewer than {MINIMUM_ESSAY_CHARACTERS} cannot be judged.",
            "Fill in the whole text, or take it out.",
        )
    if len(text) > MAXIMUM_ESSAY_CHARACTERS:
        return InputProblem(
            shown(where),
            f"The text has {len(text):,} characters; more than {MAXIMUM_ESSAY_CHARACTERS:,} cannot be judged.",
            "Divide it, or take it out.",
        )
    return None


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_damaged_utf8(content: bytes) -> bool:
    """More letters are whole in UTF-8 than bytes are out of place: a Western code page is not what was meant."""
    whole = _UTF8_LETTER.findall(content)
    stray = len(_BEYOND_ASCII.findall(content)) - sum(map(len, whole))
    return len(whole) > stray


def _decode_western(content: bytes) -> str | None:
    """Windows first, because nearly every file that is not Unicode comes from there; old Macintosh and DOS programs only
    where no more than one of them makes sense.
    """
    windows, *older = [_decoded(content, encoding) for encoding in ("cp1252", "mac_roman", "cp850")]
    if windows is not None and _reads_western(windows):
        return windows
    sensible = [text for text in older if text is not None and _reads_western(text)]
    return sensible[0] if len(sensible) == 1 else None


def _reads_western(text: str) -> bool:
    """Most letters are those of ASCII, and no signs or capitals stand where they are never written."""
    letters = sum(map(str.isalpha, text))
    plain = sum(map(str.isalpha, filter(str.isascii, text)))
    return 2 * plain >= letters and not _MISPLACED.search(text)


def read_plain_text(content: bytes, where: str) -> ReadText:
    """The text of a plain text file. Raises InputRejected for bytes that are no text."""
    return ReadText(tidy(decode(content, where)))


def read_markdown(content: bytes, where: str) -> ReadText:
    """As a plain text, but without comments, which no reader of the page sees. Raises InputRejected."""
    text = tidy(decode(content, where))
    return ReadText(tidy(_COMMENT.sub("", text)), " ".join(_COMMENT.findall(text)))
