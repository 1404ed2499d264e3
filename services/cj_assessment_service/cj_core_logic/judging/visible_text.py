"""Characters that no reader sees: taken out before a judge reads the text.

What is invisible follows Unicode 15.1: the property Default_Ignorable_Code_Point, control characters and bidirectional
controls (UAX 9). Joiners, variation selectors and tags stay where a script or an emoji needs them (UTS 51, UAX 31).
"""

import re
from unicodedata import category, normalize

_INVISIBLE = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff"
)
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f"
"""The flags of regions, as Scotland's, are spelt with tags."""

_FLAG_OR_INVISIBLE = re.compile(rf"{_FLAG}|[{_INVISIBLE}]")
_LINE_ENDS = frozenset("\x0b\x0c\r\x1c\x1d\x1e\x85")
_JOINERS = frozenset("\u200c\u200d")
_NEEDS_JOINERS = re.compile(
    r"[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u1b00-\u1bff\ua8e0-\ua8ff\ua980-\uaadf\ufb50-\ufdff\ufe70-\ufefc"
    r"\U00010a00-\U00010aff\U00011000-\U0001173f]"
)
_MONGOLIAN = re.compile(r"[\u1800-\u18af]")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_KEYCAPS = frozenset("0123456789#*‼⁉")


def visible_text(text: str) -> str:
    """The text without what no reader sees. Every visible character stays, in its place; unusual line ends become the
    newline. Doing it twice changes nothing more.
    """
    return _FLAG_OR_INVISIBLE.sub(_kept, text.replace("\r\n", "\n"))


def wording(text: str) -> str:
    """What every copy of a text has in common, wherever it was typed, read or stored: its words, letters composed (NFC)."""
    return " ".join(normalize("NFC", text).split())


def _kept(match: re.Match[str]) -> str:
    found = match.group()
    if len(found) > 1:
        return found
    if found in _LINE_ENDS:
        return "\n"
    text, place = match.string, match.start()
    before = text[place - 1] if place else ""
    if found in _JOINERS:
        stands_on = before if before != "\ufe0f" else text[place - 2 : place - 1]
        return found if _joins(found, stands_on, text[place + 1 : place + 2]) else ""
    return found if before and _is_variant(found, before) else ""


def _joins(joiner: str, before: str, after: str) -> bool:
    if _NEEDS_JOINERS.match(before):
        return True
    is_emoji = category(before or " ") in {"So", "Sk"}
    return joiner == "\u200d" and is_emoji and category(after or " ") == "So"


def _is_variant(selector: str, before: str) -> bool:
    """Whether the selector chooses how the character before it looks."""
    if "\ufe00" <= selector <= "\ufe0f":
        return category(before) in {"So", "Sm", "Lo"} or before in _KEYCAPS
    if "\u180b" <= selector <= "\u180f" and selector != "\u180e":
        return _MONGOLIAN.match(before) is not None
    return "\U000e0100" <= selector <= "\U000e01ef" and _IDEOGRAPH.match(before) is not None
