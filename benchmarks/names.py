"""How many names are found, and how many words are taken for names: real and written texts, with invented classes."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Bench, Figure
from benchmarks.learner_texts import EXAMPLES, GERMAN, ROOT
from cj_assessment_service.cj_core_logic.privacy.pseudonyms import Pseudonyms
from cj_assessment_service.cj_core_logic.privacy.replacement import NameReplacer
from cj_assessment_service.cj_core_logic.privacy.roster import NamedText, roster_of
from cj_assessment_service.cj_core_logic.privacy.vocabulary import Vocabulary
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.privacy import ListedStudent, PseudonymBook
from cj_assessment_service.implementations.word_frequencies import WordFrequencies

ENGLISH = ROOT.parent / "shared" / "data" / "synthetic_essays_en" / "texts.csv"
PLAIN_CLASS = (
    "Annika Svensson", "Erik Holm", "Fatima Haddad", "Lukas Meyer", "Zofia Nowak", "Åsa Öberg", "José García", "Mohammed Khan",
    "Seán O'Brien", "Linnéa Ekman", "Yusuf Demir", "Kajsa-Lena Dahl", "Emre Yılmaz", "Nguyen Thu Trang",
)  # fmt: skip
WORD_CLASS = (
    "Will Young", "Mark Brown", "Hope Miller", "Grace King", "Summer Rose", "May Long", "Bill Stone", "Joy Day", "Faith White",
    "Jack Hill", "Rose Green", "Ernst Koch", "Wolf Bauer", "Heide Sommer", "Frank Richter", "Jan Lang", "Björn Berg", "My Ek",
    "Liv Strand", "Love Ask", "Saga Lind", "Sten Gran", "Bo Dag", "Tom Max", "Hans Jäger", "Max Klein",
)  # fmt: skip
FRAMES = {
    "whole name": ("{given} {family}", "{family}, {given}", "{given} {family}s", "{initial}. {family}"),
    "given name alone": ("{given}", "{given}s", "{given}'s"),
}
"""Put behind words in small letters, as the names of `WORD_CLASS` alone need it."""


@dataclass(frozen=True, slots=True)
class Texts:
    name: str
    language: str
    texts: tuple[str, ...]


async def measure(bench: Bench) -> tuple[Figure, ...]:  # noqa: ARG001 - needs no database
    sets = [
        *_table("German learner texts (real)", "de", GERMAN),
        *_table("English essays (written by a model)", "en", ENGLISH),
    ]
    sets += [_folder("English demo texts", "en", "english"), _folder("Swedish demo texts", "sv", "swedish")]
    return (
        *(_untouched(each) for each in sets),
        *(_false_ones(each) for each in sets),
        *(
            _found(each, what, members)
            for each in sets
            for what, members in (("plain", PLAIN_CLASS), ("word", WORD_CLASS))
        ),
    )


def _table(name: str, language: str, path: Path) -> tuple[Texts, ...]:
    """Loudly nothing where the shared data is not beside the repository."""
    if not path.exists():
        print(f"SKIPPED: {name} are not at {path}.")
        return ()
    with path.open(newline="", encoding="utf-8-sig") as file:
        return (Texts(name, language, tuple(row["text"] for row in csv.DictReader(file))),)


def _folder(name: str, language: str, folder: str) -> Texts:
    paths = sorted((EXAMPLES / folder / "essays").glob("*.txt"))
    return Texts(name, language, tuple(path.read_text(encoding="utf-8") for path in paths))


def _replacer(texts: Texts, members: Sequence[str]) -> NameReplacer:
    vocabulary = Vocabulary.of(texts.texts, texts.language, WordFrequencies().frequency_in(texts.language))
    named = [NamedText(EssayId(f"text-{number}"), text) for number, text in enumerate(texts.texts)]
    roster = roster_of(named, [ListedStudent(name) for name in members], vocabulary)
    return NameReplacer(roster, vocabulary, Pseudonyms(PseudonymBook(b"benchmark")).of)


def _untouched(texts: Texts) -> Figure:
    replacer = _replacer(texts, ())
    changed = sum(replacer.replace(text, None).text != text for text in texts.texts)
    return Figure(
        f"{texts.name}: texts changed when files are called text-1 and so on",
        "",
        "0",
        f"{changed} of {len(texts.texts)}",
        changed == 0,
    )


def _false_ones(texts: Texts) -> Figure:
    replacer = _replacer(texts, WORD_CLASS)
    words = sum(len(text.split()) for text in texts.texts)
    taken = sum(replacer.replace(text, None).names for text in texts.texts)
    return Figure(
        f"{texts.name}: words replaced for a class of {len(WORD_CLASS)} names that are words",
        "",
        "0",
        f"{taken} of {words:,} words",
        taken == 0,
    )


def _found(texts: Texts, kind: str, members: Sequence[str]) -> Figure:
    """Of names written into the texts."""
    replacer = _replacer(texts, members)
    told = []
    least = 1.0
    for what, frames in FRAMES.items():
        found = asked = 0
        for number, member in enumerate(members):
            given, _, family = member.partition(" ")
            for place, frame in enumerate(frames):
                text = texts.texts[(number + place) % len(texts.texts)]
                written = frame.format(given=given, family=family, initial=given[0])
                before = replacer.replace(text, None).names
                found += replacer.replace(f"{text}\n\nxx yy {written} zz.", None).names > before
                asked += 1
        told.append(f"{what} {found / asked:.0%}")
        least = min(least, found / asked) if what == "whole name" else least
    return Figure(
        f"{texts.name}: names found, class of {kind} names",
        "",
        "whole names 95 %",
        ", ".join(told),
        least >= 0.95,
    )
