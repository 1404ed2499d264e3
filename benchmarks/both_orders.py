"""Whether what is said of four language models that judged every pair in both orders, three times, holds for their repeats."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from benchmarks.figures import Bench, Figure
from cj_assessment_service.cj_core_logic.scoring.fit import fit
from cj_assessment_service.cj_core_logic.scoring.judgements import judgements_of
from cj_assessment_service.cj_core_logic.scoring.observed_shares import flip_rate
from cj_assessment_service.domain.comparisons import DecidedComparison, OrientedPair, Winner
from cj_assessment_service.domain.identifiers import EssayId

JUDGEMENTS = Path(__file__).parents[2] / "shared" / "data" / "llm_both_orders" / "judgements.csv"
WINNERS = {"A": Winner.FIRST, "B": Winner.SECOND, "C": Winner.TIE}


@dataclass(frozen=True, slots=True)
class Estimate:
    """With the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def covers(self, other: "Estimate") -> bool:
        return self.low <= other.value <= self.high

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Of one judge in some of the repeats: its position effect (logits), and how often it changed its answer when the texts
    were swapped.
    """

    judge: str
    position: Estimate
    flips: Estimate


@dataclass(frozen=True, slots=True)
class Repeated:
    """A judge in the first repeat, and in the two others."""

    first: Steadiness
    others: Steadiness

    @property
    def covered(self) -> tuple[bool, ...]:
        """Each interval against the other's estimate."""
        one, two = self.first, self.others
        return (
            one.position.covers(two.position),
            two.position.covers(one.position),
            one.flips.covers(two.flips),
            two.flips.covers(one.flips),
        )


async def measure(bench: Bench) -> tuple[Figure, ...]:  # noqa: ARG001 - the same for every effort
    """The answers of a model to one question are an item of their own, so that nothing is assumed of the models' skill."""
    first, others = steadiness({"1"}), steadiness({"2", "3"})
    judges = [Repeated(one, two) for one, two in zip(first, others, strict=True)]
    covered = list(chain.from_iterable(judge.covered for judge in judges))
    return (
        *(_figure(judge) for judge in judges),
        Figure(
            "95 % intervals of position effect and flip rate that cover the estimate from the other repeats",
            "–",
            ">= 95 %",
            f"{sum(covered)} of {len(covered)}",
            sum(covered) >= 0.95 * len(covered),
        ),
    )


def steadiness(repeats: set[str]) -> tuple[Steadiness, ...]:
    """Of every judge, by name. The position effects are those of one fit to all four, as in a panel."""
    decided = _decisions(repeats)
    board = fit(_items(decided), decided)
    found = []
    for terms in board.judges:
        own = [one for one in decided if one.judge == terms.judge]
        flips = flip_rate(judgements_of(_items(own), own))
        if flips is None:
            raise ValueError(f"{terms.judge} was never asked in both orders")
        position = Estimate(terms.position.estimate, *terms.position.interval)
        found.append(Steadiness(terms.judge, position, Estimate(flips.share, flips.low, flips.high)))
    return tuple(found)


def _figure(judge: Repeated) -> Figure:
    one, two = judge.first, judge.others
    return Figure(
        one.judge,
        "–",
        "each interval covers the other estimate",
        f"position effect {one.position} in repeat 1, {two.position} in repeats 2 and 3; flips {one.flips} and {two.flips}",
        all(judge.covered),
    )


def _decisions(repeats: set[str]) -> list[DecidedComparison]:
    """Answers from which no verdict could be read are left out."""
    with JUDGEMENTS.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["repeat"] in repeats and row["choice"]]
    return [
        DecidedComparison(
            OrientedPair(
                EssayId(f"{row['question']}/{row['first']}"), EssayId(f"{row['question']}/{row['second']}")
            ),
            WINNERS[row["choice"]],
            row["judge"],
        )
        for row in rows
    ]


def _items(decided: Sequence[DecidedComparison]) -> list[EssayId]:
    return sorted({essay for one in decided for essay in one.pair.unordered})
