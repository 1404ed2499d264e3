"""Figures of the public example data, read in place; skipped where they do not lie beside the repository."""

import csv
from pathlib import Path

import numpy as np
import pytest

import cj_assessment_service
from cj_assessment_service.cj_core_logic.scoring.judge_agreement import judge_agreement
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements, judgements_of
from cj_assessment_service.cj_core_logic.scoring.literature import fit_literature
from cj_assessment_service.cj_core_logic.scoring.tallies import pairs_of
from cj_assessment_service.cj_core_logic.scoring.triads import cyclic_triads
from cj_assessment_service.domain.comparisons import DecidedComparison, OrientedPair, Winner
from cj_assessment_service.domain.identifiers import EssayId

DATA = Path(cj_assessment_service.__file__).parents[3] / "shared" / "data"


def rows_of(name: str) -> list[dict[str, str]]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the example data are not here: ../shared/data/{name} is missing beside the repository")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def decided(row: dict[str, str], winner: Winner) -> DecidedComparison:
    return DecidedComparison(OrientedPair(EssayId(row["left"]), EssayId(row["right"])), winner, row["judge"])


def columns(decisions: list[DecidedComparison]) -> Judgements:
    essays = {decision.pair.first for decision in decisions} | {
        decision.pair.second for decision in decisions
    }
    return judgements_of(sorted(essays), decisions)


def arguments() -> Judgements:
    meaning = {"left": Winner.FIRST, "right": Winner.SECOND, "tie": Winner.TIE}
    rows = rows_of("argument_pairs/judgements.csv")
    return columns([decided(row, meaning[row["winner"]]) for row in rows])


def phrases() -> Judgements:
    rows = rows_of("probability_phrases/pairwise.csv")
    return columns(
        [decided(row, Winner.FIRST if row["winner"] == row["left"] else Winner.SECOND) for row in rows]
    )


def test_people_keep_their_winner_when_the_sides_are_swapped() -> None:
    """0.97 of 800 people."""
    judgements = phrases()
    pairs = pairs_of(judgements)
    answer = judgements.outcome * pairs.turned
    unit = judgements.judge * len(pairs) + pairs.pair
    _, place, times = np.unique(unit, return_inverse=True, return_counts=True)
    sums = np.bincount(place, answer)
    assert np.mean(np.abs(sums[times == 2]) == 2) == pytest.approx(0.97, abs=0.005)


def test_two_people_who_both_choose_agree_in_three_of_four_cases() -> None:
    """0.75 of all meetings; 0.73 when every pair counts once, however many judged it."""
    agreement = judge_agreement(arguments())
    assert agreement is not None
    assert agreement.equal_winner == pytest.approx(0.749, abs=0.001)


def test_the_convention_separates_three_debates_on_scales_of_their_own() -> None:
    fitted = fit_literature(arguments(), 0.3)
    assert fitted.components == 3
    assert fitted.converged
    assert fitted.separation_reliability == pytest.approx(0.9713, abs=0.0003)


def test_people_who_order_phrases_do_not_go_round_in_circles() -> None:
    count = cyclic_triads(phrases())
    assert count.triads > 900
    assert count.cyclic == 0
