"""Shares over pairs: what is counted, and how sure it is."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given

from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.observed_shares import (
    flip_rate,
    observed_share,
    repeat_consistency,
    share_over_pairs,
)
from cj_assessment_service.domain.judge_summaries import ObservedShare
from cj_assessment_service.tests.unit.cj_core_logic.scoring.columns import columns, some_judgements, swapped


def couples(judgements: Judgements, same_order: bool) -> list[float]:
    """For each pair by each judge, the share of equal couples among those shown in the same order, or in both; by loops."""
    shares = []
    rows = [
        (
            int(judgements.first[i]),
            int(judgements.second[i]),
            int(judgements.judge[i]),
            int(judgements.outcome[i]),
        )
        for i in range(len(judgements))
    ]
    for unit in {(frozenset(row[:2]), row[2]) for row in rows}:
        own = [row for row in rows if (frozenset(row[:2]), row[2]) == unit]
        equal = [
            a[3] == (b[3] if a[0] == b[0] else -b[3])
            for a, b in combinations(own, 2)
            if (a[0] == b[0]) is same_order
        ]
        if equal:
            shares.append(float(np.mean(equal)))
    return shares


def test_wilsons_interval_is_the_published_one() -> None:
    # 15 of 20: 0.5313 to 0.8881 (Newcombe 1998, Statistics in Medicine 17, 857-872, method 3, formula)
    seen = observed_share(np.array([1.0] * 15 + [0.0] * 5))
    assert seen is not None
    assert (seen.share, seen.pairs) == (0.75, 20)
    assert (seen.low, seen.high) == pytest.approx((0.5313, 0.8881), abs=1e-4)


def test_nothing_seen_is_no_share() -> None:
    assert observed_share(np.array([])) is None
    assert flip_rate(columns([(0, 1, 0, 1)], 2)) is None
    assert repeat_consistency(columns([(0, 1, 0, 1), (1, 0, 0, 1)], 2)) is None


def test_a_judge_that_always_says_first_flips_on_every_swapped_pair() -> None:
    judgements = columns([(0, 1, 0, 1), (1, 0, 0, 1), (2, 3, 0, 1), (3, 2, 0, 1), (0, 2, 0, 1)], 4)
    seen = flip_rate(judgements)
    assert seen is not None
    assert (seen.share, seen.pairs) == (1.0, 2)


def test_flips_and_repeats_counted_by_hand() -> None:
    # pair 0-1: 0 wins twice shown first, then once shown second and once not: couples across orders 2 of 4 flip;
    # couples in one order: (0 wins, 0 wins) equal and (0 wins, 1 wins) not. Pair 0-2: a tie in both orders.
    judgements = columns(
        [(0, 1, 0, 1), (0, 1, 0, 1), (1, 0, 0, -1), (1, 0, 0, 1), (0, 2, 0, 0), (2, 0, 0, 0)], 3
    )
    flips, repeats = flip_rate(judgements), repeat_consistency(judgements)
    assert flips is not None
    assert repeats is not None
    assert (flips.share, flips.pairs) == (0.25, 2)
    assert (repeats.share, repeats.pairs) == (0.5, 1)


@given(some_judgements())
def test_flips_and_repeats_are_what_couple_by_couple_counting_finds(judgements: Judgements) -> None:
    for found, expected in (
        (flip_rate(judgements), [1.0 - share for share in couples(judgements, same_order=False)]),
        (repeat_consistency(judgements), couples(judgements, same_order=True)),
    ):
        assert (found is None) == (not expected)
        if found is not None:
            assert found.pairs == len(expected)
            assert found.share == pytest.approx(np.mean(expected))
            assert 0.0 <= found.low <= found.share + 1e-12
            assert found.share - 1e-12 <= found.high <= 1.0


@given(some_judgements())
def test_swapping_all_sides_or_renaming_the_essays_changes_no_share(judgements: Judgements) -> None:
    last = len(judgements.essays) - 1
    renamed = replace(judgements, first=last - judgements.first, second=last - judgements.second)
    for other in (swapped(judgements), renamed):
        for share in (flip_rate, repeat_consistency):
            assert rounded(share(other)) == rounded(share(judgements))


def rounded(seen: ObservedShare | None) -> tuple[float, ...] | None:
    return None if seen is None else (round(seen.share, 9), round(seen.low, 9), seen.pairs)


def test_a_pair_asked_again_and_again_counts_once() -> None:
    judgements = columns([(0, 1, 0, 1)] * 9 + [(0, 2, 0, -1)], 3)
    seen = share_over_pairs(judgements, (judgements.outcome == 1).astype(np.float64))
    assert seen is not None
    assert (seen.share, seen.pairs) == (0.5, 2)
