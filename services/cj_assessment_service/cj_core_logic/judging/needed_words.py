"""Pieces of words that a text must hold for a pattern to match: looking for them is a hundred times quicker."""

import re

_ITEM = re.compile(
    r"(?P<group>\((?:\?[:=!]|\?<[=!])?)|(?P<end>\))|(?P<bar>\|)|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<escape>\\.)|(?P<sign>.)",
    re.DOTALL,
)
_QUANTIFIER = re.compile(r"[?*+]\??|\{(\d+)(?:,\d*)?\}\??")
_LETTER = re.compile(r"[^\W_]|['-]")

Words = tuple[str, ...]


def needed_words(pattern: str) -> Words:
    """Any text that the regular expression matches contains at least one of them; empty where none can be named.

    Knows groups, alternatives, sets and quantifiers, which is all that signals are made of.
    """
    words, _ = _alternatives(pattern, 0)
    return words


def _alternatives(pattern: str, place: int) -> tuple[Words, int]:
    """Up to the bracket that closes the group: what any of its alternatives needs, and where it ends."""
    needed: list[Words] = []
    while True:
        words, place, more = _sequence(pattern, place)
        needed.append(words)
        if not more:
            break
    return (sum(needed, ()) if all(needed) else ()), place


def _sequence(pattern: str, place: int) -> tuple[Words, int, bool]:
    """Up to a bar or the end: the best of what must be there, where it ends, and whether another alternative follows."""
    best: Words = ()
    run = ""
    while (item := _ITEM.match(pattern, place)) is not None and item.lastgroup not in {"end", "bar"}:
        place = item.end()
        words: Words = ()
        if item.lastgroup == "group":
            words, place = _alternatives(pattern, place)
            if item.group() not in {"(", "(?:"}:
                words = ()
        quantifier = _QUANTIFIER.match(pattern, place)
        is_optional = quantifier is not None and (quantifier[0][0] in "?*" or quantifier[1] == "0")
        if quantifier is not None:
            place = quantifier.end()
        if item.lastgroup == "sign" and _LETTER.match(item.group()) and not is_optional:
            run += item.group()
            best = _better(best, (run,))
        else:
            run = ""
            best = best if is_optional else _better(best, words)
    if item is None:
        return best, place, False
    return best, item.end(), item.lastgroup == "bar"


def _better(one: Words, other: Words) -> Words:
    """The longer their shortest word, the seldomer they are met."""
    return max(one, other, key=lambda words: min(map(len, words), default=0))
