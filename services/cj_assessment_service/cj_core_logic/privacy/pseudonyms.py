"""Pseudonyms: opaque, and the same for the same name as long as the book is kept."""

import re
from collections.abc import Iterator
from hashlib import sha256
from hmac import digest
from itertools import count

from cj_assessment_service.cj_core_logic.privacy.words import fold, name_parts
from cj_assessment_service.domain.privacy import PseudonymBook

WORD = "Student"
_LETTERS = "BCDFGHJKLMNPQRTVWXZ"
"""No vowels, so that no code is a word, and none that is taken for a number."""

_DIGITS = "23456789"
_TRIES_PER_LENGTH = 64
_LONGEST_ID = 240
"""Leaves room for a number behind it."""

PSEUDONYM = re.compile(rf"\b{WORD} (?:[{_LETTERS}][{_DIGITS}]){{2,}}(?![0-9])")


class Pseudonyms:
    """A book that is being written in."""

    def __init__(self, book: PseudonymBook) -> None:
        self._secret = book.secret
        self._names = dict(book.names)
        self._code_of = {key_of(name): pseudonym for pseudonym, name in book.names}
        self._labels = dict(book.labels)
        self._opaque_of = {real: opaque for opaque, real in book.labels}

    @property
    def book(self) -> PseudonymBook:
        return PseudonymBook(self._secret, tuple(self._names.items()), tuple(self._labels.items()))

    def of(self, name: str) -> str:
        """The same for every spelling of a name, whatever order, case and punctuation."""
        key = key_of(name)
        if key not in self._code_of:
            pseudonym = next(code for code in _codes(self._secret, key) if code not in self._names)
            self._code_of[key] = pseudonym
            self._names[pseudonym] = name
        return self._code_of[key]

    def opaque_label(self, real: str, suggested: str) -> str:
        """The one this label got before; else the suggested one, with a number where another label has got that."""
        if real not in self._opaque_of:
            numbered = (
                suggested[:_LONGEST_ID] if number == 1 else f"{suggested[:_LONGEST_ID]} ({number})"
                for number in count(1)
            )
            opaque = next(each for each in numbered if each not in self._labels)
            self._labels[opaque] = real
            self._opaque_of[real] = opaque
        return self._opaque_of[real]


def key_of(name: str) -> str:
    """Equal for names with the same words."""
    return " ".join(sorted(name_parts(name))) or fold(name.strip())


def _codes(secret: bytes, key: str) -> Iterator[str]:
    """Drawn by HMAC-SHA256 (RFC 2104), so that nobody without the secret can try names and see which code they get."""
    for attempt in count(1):
        drawn = digest(secret, f"{attempt}\n{key}".encode(), sha256)
        pairs = min(2 + attempt // _TRIES_PER_LENGTH, len(drawn) // 2)
        signs = zip(drawn[::2], drawn[1::2], strict=True)
        drawn_pairs = [_LETTERS[a % len(_LETTERS)] + _DIGITS[b % len(_DIGITS)] for a, b in signs]
        yield f"{WORD} {''.join(drawn_pairs[:pairs])}"
