"""What single judgements say."""

import numpy as np
from hypothesis import given
from scipy.sparse.csgraph import connected_components

from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.tallies import (
    comparisons_of,
    pairs_of,
    parts_of,
    won_by_first,
)
from cj_assessment_service.tests.unit.cj_core_logic.scoring.columns import columns, some_judgements, swapped


def test_a_win_counts_for_the_winner_and_a_tie_for_both() -> None:
    judgements = columns([(0, 1, 0, 1), (0, 1, 0, -1), (0, 1, 0, 0)], 2)
    assert won_by_first(judgements).tolist() == [1.0, 0.0, 0.5]


@given(some_judgements())
def test_a_pair_is_the_same_in_both_orders(judgements: Judgements) -> None:
    here, there = pairs_of(judgements), pairs_of(swapped(judgements))
    assert here.pair.tolist() == there.pair.tolist()
    assert (here.turned == -there.turned).all()
    assert (here.low[here.pair] + here.high[here.pair] == judgements.first + judgements.second).all()


@given(some_judgements())
def test_parts_are_the_connected_components_with_the_largest_first(judgements: Judgements) -> None:
    part = parts_of(judgements)
    graph = np.zeros((len(judgements.essays), len(judgements.essays)))
    graph[judgements.first, judgements.second] = 1
    count, label = connected_components(graph, directed=False)
    assert len(set(zip(part.tolist(), label.tolist(), strict=True))) == count == 1 + part.max()
    assert (np.diff(np.bincount(part)) <= 0).all()


@given(some_judgements())
def test_every_judgement_compares_two_essays(judgements: Judgements) -> None:
    assert comparisons_of(judgements).sum() == 2 * len(judgements)
