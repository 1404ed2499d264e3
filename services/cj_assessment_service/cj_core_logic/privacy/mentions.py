"""Where a text names a student.

A whole name (two of its words together, in either order, or one with an initial) is a mention when it is written as names are,
or when none of its words is an ordinary one. One word alone is a mention

- in any writing, where it is a common name and nothing else,
- with a capital, where it is no ordinary word as far as anybody can tell,
- with a capital inside a sentence, behind a word in small letters or a greeting, where it is an ordinary word that a class
  list, a table or a header names; never in languages that give every noun a capital.

Inside a word, hyphens included, nothing is a mention. An ending of possession stays behind.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.privacy.known_names import KNOWN_NAMES, NAMES_AND_WORDS
from cj_assessment_service.cj_core_logic.privacy.person_names import PARTICLES
from cj_assessment_service.cj_core_logic.privacy.roster import Place, Roster
from cj_assessment_service.cj_core_logic.privacy.vocabulary import NameKind, Vocabulary
from cj_assessment_service.cj_core_logic.privacy.words import (
    APOSTROPHES,
    Word,
    fold,
    folded_words,
    is_capitalised,
    is_shouted,
    without_genitive,
    words_of,
)

MOST_PARTS = 6
_GAP = re.compile(r"[ \t\u00a0]{1,2}|, ?|[-‐‑._]")
_GAP_AFTER_INITIAL = re.compile(r"\.[ \u00a0]?")
_HANDLE_GAPS = frozenset("._")
_HYPHENS = frozenset("-‐‑")
_SENTENCE_ENDS = frozenset(".!?:;…\n")
_QUOTES = " \t\u00a0\"'»«“”„‘’(*_–—"
_GREETINGS = folded_words(
    "bonjour caro cara cher chère dear hallo hei hej hello hey hi hola käre kära kjære liebe lieber querida querido tjena"
)
_GENITIVE_S = frozenset({"sv", "da", "nb", "nn", "no", "de", "fi"})
_NOBODY: frozenset[Place] = frozenset()


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text, without an ending of possession: whom it may mean, in which words."""

    start: int
    end: int
    places: frozenset[Place]
    spelled: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A word that may be part of a name; `end` leaves out an ending of possession."""

    word: Word
    places: frozenset[Place]
    folded: str
    end: int


@dataclass(frozen=True, slots=True)
class MentionFinder:
    roster: Roster
    vocabulary: Vocabulary

    def mentions_in(self, text: str) -> Iterator[Mention]:
        """In order, without overlap."""
        words = words_of(text)
        place = 0
        while place < len(words):
            found, used = self._whole_name(text, words, place)
            if found is None:
                found, used = self._single(text, words, place), 1
            if found is not None:
                yield found
            place += used

    def _whole_name(self, text: str, words: tuple[Word, ...], at: int) -> tuple[Mention | None, int]:
        """With the number of words it takes; 1 where there is none."""
        run = self._run(text, words, at)
        if run is None:
            return None, 1
        parts, places, used = run
        start, end = words[at].start, parts[-1].end
        if not parts[-1].places:
            end = _behind_full_stop(text, end)
        gaps = {
            text[left.end : right.start]
            for left, right in zip(words[at:], words[at + 1 : at + used], strict=False)
        }
        if gaps <= _HANDLE_GAPS:
            end = _behind_digits(text, end)
        if _is_inside_word(text, start, end, parts[-1].word.end) or not self._is_written_as_name(
            parts, words, at, used
        ):
            return None, 1
        return Mention(
            start, end, places, " ".join(part.word.text[: part.end - part.word.start] for part in parts)
        ), used

    def _run(
        self, text: str, words: tuple[Word, ...], at: int
    ) -> tuple[list[_Part], frozenset[Place], int] | None:
        """The longest run of words that belong to the same student's name: at least two, one of them in full."""
        first = self._part(words[at])
        places = first.places or self._with_initial(text, words[at])
        if not places:
            return None
        parts, used = [first], 1
        for number in range(1, MOST_PARTS):
            if at + number >= len(words) or parts[-1].end < parts[-1].word.end:
                break
            left, right = words[at + number - 1], words[at + number]
            gap = _GAP_AFTER_INITIAL if len(left.text) == 1 else _GAP
            part = self._part(right)
            if not gap.fullmatch(text[left.end : right.start]):
                break
            narrowed = places & (part.places or self._with_initial(text, right))
            if narrowed:
                places, used = narrowed, number + 1
                parts.append(part)
            elif fold(right.text) not in PARTICLES:
                break
        full = {part.folded for part in parts if part.places}
        if len(parts) < 2 or not full or (len(full) < 2 and all(part.places for part in parts)):
            return None
        return parts, places, used

    def _is_written_as_name(self, parts: list[_Part], words: tuple[Word, ...], at: int, used: int) -> bool:
        full = [part for part in parts if part.places]
        if all(is_capitalised(part.word.text) for part in full):
            return True
        if all(self.vocabulary.kind_of(part.folded) is not NameKind.ORDINARY for part in full):
            return True
        around = (*words[max(at - 1, 0) : at], *words[at + used : at + used + 1])
        return all(is_shouted(part.word.text) for part in full) and not any(
            # a pseudonym that stands there already was perhaps shouted too
            is_shouted(word.text) or len(word.text) == 1
            for word in around
        )

    def _single(self, text: str, words: tuple[Word, ...], at: int) -> Mention | None:
        part = self._part(words[at])
        word = part.word
        if (
            not part.places
            or part.folded in PARTICLES
            or _is_inside_word(text, word.start, part.end, word.end)
        ):
            return None
        if not self._is_name(part, text, words, at):
            return None
        return Mention(word.start, part.end, part.places, text[word.start : part.end])

    def _is_name(self, part: _Part, text: str, words: tuple[Word, ...], at: int) -> bool:
        """Of a word that stands alone."""
        spelled = part.word.text[: part.end - part.word.start]
        match self.vocabulary.kind_of(part.folded):
            case NameKind.KNOWN:
                return True
            case NameKind.PLAUSIBLE:
                return is_capitalised(spelled) or is_shouted(spelled)
            case NameKind.ORDINARY:
                return is_capitalised(spelled) and self._is_meant(part, text, words, at)

    def _is_meant(self, part: _Part, text: str, words: tuple[Word, ...], at: int) -> bool:
        stated = any(self.roster.students[place].evidence.is_stated for place in part.places)
        if not (stated and self.vocabulary.capitals_tell_names and at) or _begins_sentence(
            text, part.word.start
        ):
            return False
        before = words[at - 1]
        # the ending of possession behind a pseudonym is no word
        behind = text[max(before.start - 2, 0) : before.start].rstrip(APOSTROPHES)
        in_small_letters = before.text.islower() and not behind[-1:].isdigit()
        return in_small_letters or fold(before.text) in _GREETINGS

    def _part(self, word: Word) -> _Part:
        """As it stands, or without its ending of possession; of nobody where it is no part of a name."""
        by_part = self.roster.by_part
        base, _ = without_genitive(word.text)
        for spelled in (word.text, base):
            folded = fold(spelled)
            if folded in by_part and (folded not in PARTICLES or is_capitalised(spelled)):
                return _Part(word, by_part[folded], folded, word.start + len(spelled))
        folded = fold(base)
        stem = folded[:-1]
        if folded.endswith("s") and stem in by_part and self._takes_s(folded, stem):
            return _Part(word, by_part[stem], stem, word.start + len(base) - 1)
        return _Part(word, _NOBODY, folded, word.end)

    def _takes_s(self, folded: str, stem: str) -> bool:
        """Annas is Anna's; Jonas and marks are themselves."""
        if folded in KNOWN_NAMES or folded in NAMES_AND_WORDS or folded in self.vocabulary.lower_case:
            return False
        return stem in KNOWN_NAMES or self.vocabulary.language.partition("-")[0] in _GENITIVE_S

    def _with_initial(self, text: str, word: Word) -> frozenset[Place]:
        """The students one of whose names this abbreviates."""
        if len(word.text) != 1 or not word.text.isupper() or text[word.end : word.end + 1] != ".":
            return _NOBODY
        letter = fold(word.text)
        return frozenset(
            place
            for place in range(len(self.roster.students))
            if any(part.startswith(letter) for part in self.roster.parts_of(place))
        )


def _is_inside_word(text: str, start: int, end: int, word_end: int) -> bool:
    before, behind = text[max(start - 2, 0) : start], text[word_end : word_end + 2] if end <= word_end else ""
    if before[-1:].isalnum() or before[-1:] == "_" or behind[:1].isalnum() or behind[:1] == "_":
        return True
    is_second_half = len(before) == 2 and before[1] in _HYPHENS and before[0].isalpha()
    is_first_half = len(behind) == 2 and behind[0] in _HYPHENS and behind[1].isalpha()
    return is_second_half or is_first_half


def _behind_full_stop(text: str, end: int) -> int:
    """Of an initial, unless it ends the sentence, too."""
    rest = text[end + 1 : end + 4].lstrip(" \u00a0")
    return end + 1 if text[end : end + 1] == "." and rest[:1].islower() else end


def _behind_digits(text: str, end: int) -> int:
    while text[end : end + 1].isdigit():
        end += 1
    return end


def _begins_sentence(text: str, start: int) -> bool:
    """Lines may be headings or wrapped sentences; a capital at their beginning tells nothing."""
    before = text[:start].rstrip(_QUOTES)
    return not before or before[-1] in _SENTENCE_ENDS
