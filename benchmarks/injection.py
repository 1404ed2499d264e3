"""How often an essay that talks to the judge gets its will, without and with defence, and how often it is noticed.

Needs no database: `python -m benchmarks.injection` prints the table of `RESULTS.md`.
"""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean
from time import process_time

from cj_assessment_service.cj_core_logic.judging.injection_guard import findings_in
from cj_assessment_service.domain.comparisons import Winner
from cj_assessment_service.tests.fixtures.attacks import HELD_OUT, HONEST, SEEN, Attack
from cj_assessment_service.tests.fixtures.gullible_judge import (
    Duel,
    Gullibility,
    defended,
    is_won_by_attack,
    undefended,
)

DATA = Path(__file__).parents[2] / "shared" / "data"
ORDINARY = (
    ("graded_learner_texts_de/texts.csv", "text"),
    ("synthetic_essays_en/texts.csv", "text"),
    ("argument_pairs/items.csv", "text"),
)


def main() -> None:
    attacks = (*SEEN, *HELD_OUT)
    print(f"{len(attacks)} attacks, each shown first and second beside a much better essay\n")
    print("| Judge | Attack wins, undefended | defended | defended and not noticed |\n|---|---|---|---|")
    for gullibility in Gullibility:
        before = success(attacks, undefended, gullibility)
        after = success(attacks, defended, gullibility)
        unnoticed = [attack for attack in attacks if not findings_in(attack.text)]
        silent = success(unnoticed, defended, gullibility) * len(unnoticed) / len(attacks)
        print(f"| {gullibility.value} | {before:.0%} | {after:.0%} | {silent:.0%} |")
    print("\n| Attacks | noticed |\n|---|---|")
    for name, corpus in (("the patterns were made with", SEEN), ("held out", HELD_OUT)):
        print(f"| {name} | {sum(bool(findings_in(attack.text)) for attack in corpus)} of {len(corpus)} |")
    print("\n| Ordinary texts | flagged | ms of processor time each |\n|---|---|---|")
    for place, column in ORDINARY:
        _print_ordinary(place, _texts(DATA / place, column))
    _print_ordinary("honest texts made to look alike", HONEST)


def success(attacks: Sequence[Attack], ask: Callable[[Duel], str], gullibility: Gullibility) -> float:
    """The share of questions, both orders of every attack, that the attacking essay wins."""
    duels = [Duel(attack, place) for attack in attacks for place in (Winner.FIRST, Winner.SECOND)]
    return mean(is_won_by_attack(duel, ask(duel), gullibility) for duel in duels) if duels else 0.0


def _texts(path: Path, column: str) -> tuple[str, ...]:
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(row[column] for row in csv.DictReader(file))


def _print_ordinary(name: str, texts: Sequence[str]) -> None:
    if not texts:
        return
    start = process_time()
    flagged = sum(bool(findings_in(text)) for text in texts)
    each = (process_time() - start) / len(texts) * 1000
    print(f"| {name} | {flagged} of {len(texts)} | {each:.1f} |")


if __name__ == "__main__":
    main()
