"""Marks around texts of unknown authors, so that nothing inside can pass for the judge's own orders."""

import re

from cj_assessment_service.cj_core_logic.judging.visible_text import visible_text

MINIMUM_NONCE_CHARACTERS = 8
"""A shorter nonce could turn up in a text by chance."""

_OPENING = "<＜﹤‹«≪⋘ᐸ˂〈《⟨⟪❮❰"
_CLOSING = ">＞﹥›»≫⋙ᐳ˃〉》⟩⟫❯❱"
_OPENING_RUN = re.compile(rf"(?:[{_OPENING}][ \t]?){{3,}}")
_CLOSING_RUN = re.compile(rf"(?:[{_CLOSING}][ \t]?){{3,}}")
_ROUND = str.maketrans(_OPENING + _CLOSING, "(" * len(_OPENING) + ")" * len(_CLOSING))


def fence(label: str, text: str, nonce: str) -> str:
    """The text between two marks that carry the label and the nonce; no such mark remains inside the text.

    Raises ValueError for a nonce that is too short or not plain letters and digits.
    """
    if len(nonce) < MINIMUM_NONCE_CHARACTERS or not (nonce.isascii() and nonce.isalnum()):
        raise ValueError(f"a nonce needs at least {MINIMUM_NONCE_CHARACTERS} ASCII letters and digits")
    name = label.upper()
    return f"<<<BEGIN {name} {nonce}>>>\n{defuse(text, nonce)}\n<<<END {name} {nonce}>>>"


def defuse(text: str, nonce: str) -> str:
    """The text without invisible characters, with runs of three or more angle brackets (or their look-alikes) made round,
    the nonce removed and half characters (lone surrogates, which cannot be sent) replaced; otherwise as it is.
    """
    sendable = visible_text(text.encode("utf-8", "replace").decode("utf-8"))
    softened = _CLOSING_RUN.sub(_soften, _OPENING_RUN.sub(_soften, sendable))
    return re.sub(re.escape(nonce), "…", softened, flags=re.IGNORECASE)


def _soften(run: re.Match[str]) -> str:
    return run.group().translate(_ROUND)
