"""Circles, counted twice."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings

from cj_assessment_service.cj_core_logic.scoring import triads
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.triads import TriadCount, cyclic_triads
from cj_assessment_service.tests.unit.cj_core_logic.scoring.columns import (
    columns,
    simulated,
    some_judgements,
)


def counted_one_by_one(judgements: Judgements) -> TriadCount:
    n = len(judgements.essays)
    lead = np.zeros((n, n))
    for first, second, outcome in zip(judgements.first, judgements.second, judgements.outcome, strict=True):
        lead[first, second] += outcome
        lead[second, first] -= outcome
    cyclic = total = 0
    for a, b, c in combinations(range(n), 3):
        around = (np.sign(lead[a, b]), np.sign(lead[b, c]), np.sign(lead[c, a]))
        if 0 not in around:
            total += 1
            cyclic += len(set(around)) == 1
    return TriadCount(cyclic, total)


@settings(deadline=None)
@given(some_judgements(most=60))
def test_both_ways_agree_with_counting_one_by_one(judgements: Judgements) -> None:
    tournament = triads._tournament(judgements)
    expected = counted_one_by_one(judgements)
    assert triads._by_matrices(tournament) == expected
    assert triads._by_neighbours(tournament) == expected
    assert cyclic_triads(judgements) == expected


def test_portions_do_not_change_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    judgements = simulated(rng.normal(0.0, 0.5, 60), 20, rng)
    monkeypatch.setattr(triads, "_AT_ONCE", 7)
    tournament = triads._tournament(judgements)
    assert triads._by_neighbours(tournament) == triads._by_matrices(tournament)
    assert cyclic_triads(judgements).triads > 100


def test_a_majority_decides_and_a_tied_pair_leaves_the_triple_out() -> None:
    circle = [(0, 1, 0, 1), (1, 2, 0, 1), (2, 0, 0, 1)]
    assert cyclic_triads(columns(circle, 3)) == TriadCount(1, 1)
    assert cyclic_triads(columns([*circle, (0, 2, 0, 1), (0, 2, 0, 1)], 3)) == TriadCount(0, 1)
    assert cyclic_triads(columns([*circle, (0, 2, 0, 1)], 3)) == TriadCount(0, 0)
    assert cyclic_triads(columns(circle[:2], 3)).share is None


def test_a_quarter_of_the_triads_of_coin_tosses_are_circles() -> None:
    rng = np.random.default_rng(2)
    share = cyclic_triads(simulated(np.zeros(60), 120, rng)).share
    assert share == pytest.approx(0.25, abs=0.03)
