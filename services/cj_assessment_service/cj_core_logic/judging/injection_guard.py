"""Finds texts that try to influence the judge. A finding is a reason for a person to look, never a verdict."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from cj_assessment_service.cj_core_logic.judging.plain_letters import (
    disguised_words,
    plain_letters,
    spelt_in_tags,
)
from cj_assessment_service.cj_core_logic.judging.signals import Signal, Strength
from cj_assessment_service.cj_core_logic.judging.signals_de import GERMAN_SIGNALS
from cj_assessment_service.cj_core_logic.judging.signals_en import ENGLISH_SIGNALS
from cj_assessment_service.cj_core_logic.judging.signals_others import OTHER_SIGNALS
from cj_assessment_service.cj_core_logic.judging.signals_sv import SWEDISH_SIGNALS
from cj_assessment_service.domain.essays import LONGEST_EXCERPT, Suspicion, TextFinding

SIGNALS: Final[tuple[Signal, ...]] = (*ENGLISH_SIGNALS, *SWEDISH_SIGNALS, *GERMAN_SIGNALS, *OTHER_SIGNALS)

_CLOSE = 240
"""Characters within which two weak signals belong together."""

_FEW = 3
"""Invisible characters inside words up to this many come from web pages and word processors."""

_LETTER = r"[A-Za-z\u00c0-\u024f\u0370-\u052f]"
_IN_WORD = re.compile(rf"(?<={_LETTER})[\u200b-\u200d\u2060-\u2064\ufeff\u180e]+(?={_LETTER})")
_INVISIBLE_RUN = re.compile(
    "[\u200b-\u200f\u2060-\u2064\u180e\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]{5,}"
)
_OVERRIDE = re.compile("[\u202d\u202e]")
_EMBEDDING = re.compile("[\u202a\u202b\u2066-\u2068]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_MANY_EMBEDDINGS = 6


def findings_in(text: str) -> tuple[TextFinding, ...]:
    """One finding for each kind of suspicion, with its first words; empty for an ordinary text, also one about artificial
    intelligence, judges or orders. Reads English, Swedish and German, and the usual phrases in French, Spanish, Arabic and
    Turkish.
    """
    spoken = plain_letters(text)
    if tags := spelt_in_tags(text):
        spoken = f"{spoken}\n{tags}"
    return joined(tuple(_spoken_findings(spoken)), tuple(_character_findings(text, tags)))


def joined(*groups: tuple[TextFinding, ...]) -> tuple[TextFinding, ...]:
    """The first finding of each kind, in their order."""
    first: dict[Suspicion, TextFinding] = {}
    for found in (each for group in groups for each in group):
        first.setdefault(found.suspicion, found)
    return tuple(first.values())


def finding(suspicion: Suspicion, words: str) -> TextFinding:
    """With the beginning of the words as one printable line."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    shown = line if len(line) <= LONGEST_EXCERPT else f"{line[: LONGEST_EXCERPT - 1]}…"
    return TextFinding(suspicion, shown)


def _spoken_findings(spoken: str) -> Iterator[TextFinding]:
    weak: list[tuple[int, Signal]] = []
    small = "".join(sign.lower()[:1] for sign in spoken)  # as long as it was, so that places stay the same
    for signal in SIGNALS:
        for place in signal.places_in(small):
            if signal.strength is Strength.STRONG:
                yield finding(signal.suspicion, _around(spoken, place))
                break
            weak.append((place, signal))
    for place, signal in _pairs_of_weak(weak):
        yield finding(signal.suspicion, _around(spoken, place))


def _pairs_of_weak(weak: Sequence[tuple[int, Signal]]) -> Iterator[tuple[int, Signal]]:
    """The first of every two different weak signals that stand close together."""
    in_order = sorted(weak, key=lambda each: each[0])
    for (place, signal), (next_place, next_signal) in pairwise(in_order):
        if next_place - place <= _CLOSE and signal is not next_signal:
            yield place, signal


def _around(text: str, place: int) -> str:
    """From the match on: the sentence may begin pages earlier."""
    return text[place : place + 2 * LONGEST_EXCERPT].strip()


def _character_findings(text: str, tags: str) -> Iterator[TextFinding]:
    if tags:
        yield finding(Suspicion.INVISIBLE_CHARACTERS, f"invisible characters spell: {tags}")
    elif (run := _INVISIBLE_RUN.search(text)) is not None:
        yield finding(Suspicion.INVISIBLE_CHARACTERS, f"{len(run.group())} invisible characters in a row")
    elif len(inside := _IN_WORD.findall(text)) > _FEW:
        yield finding(Suspicion.INVISIBLE_CHARACTERS, f"{len(inside)} invisible characters inside words")
    if (override := _OVERRIDE.search(text)) is not None:
        yield finding(Suspicion.TURNED_LETTERS, text[override.start() : override.start() + LONGEST_EXCERPT])
    elif len(turned := _EMBEDDING.findall(text)) >= _MANY_EMBEDDINGS and not _RIGHT_TO_LEFT.search(text):
        yield finding(Suspicion.TURNED_LETTERS, f"{len(turned)} marks that change the direction of letters")
    if len(words := disguised_words(text)) >= 2:
        yield finding(Suspicion.LOOK_ALIKE_LETTERS, ", ".join(words))
