"""Halves of the evidence."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.literature import fit_literature
from cj_assessment_service.cj_core_logic.scoring.split_half import (
    judge_split_half,
    scale_correlation,
    split_half,
    stepped_up,
)
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.tests.unit.cj_core_logic.scoring.columns import columns, simulated


def eps(judgements: Judgements) -> Scoreboard:
    return fit_literature(judgements, 0.3)


class Recording:
    """Remembers which judgements each half was made of."""

    def __init__(self) -> None:
        self.seen: list[Judgements] = []

    def __call__(self, judgements: Judgements) -> Scoreboard:
        self.seen.append(judgements)
        return eps(judgements)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def session(sd: float, rounds: int, judges: int = 1, seed: int = 2) -> Judgements:
    source = rng(seed)
    return simulated(source.normal(0.0, sd, 24), rounds, source, judges)


@given(st.floats(-1.0, 1.0))
def test_stepping_up_is_odd_monotone_and_stays_within_one(correlation: float) -> None:
    assert stepped_up(-correlation) == -stepped_up(correlation)
    assert abs(correlation) <= abs(stepped_up(correlation)) <= 1.0
    assert stepped_up(0.5) == pytest.approx(2 / 3)


def test_halves_are_equal_and_together_the_whole() -> None:
    recording, whole = Recording(), session(1.5, 9)
    split_half(whole, recording, 3, rng())
    for one, other in zip(recording.seen[::2], recording.seen[1::2], strict=True):
        assert len(one) + len(other) == len(whole)
        assert abs(len(one) - len(other)) <= 6


def test_repeats_of_one_judge_never_vouch_for_each_other() -> None:
    recording = Recording()
    thrice = [(place, (place + step) % 8, 0, 1) for place in range(8) for step in (1, 2) for _ in range(3)]
    split_half(columns(thrice, 8), recording, 4, rng())
    for one, other in zip(recording.seen[::2], recording.seen[1::2], strict=True):
        pairs = [set(zip(half.first.tolist(), half.second.tolist(), strict=True)) for half in (one, other)]
        assert not pairs[0] & pairs[1]


def test_a_clear_scale_splits_well_and_coin_tosses_do_not() -> None:
    clear, noise = (split_half(session(sd, 40), eps, 20, rng()) for sd in (2.0, 0.0))
    assert clear is not None
    assert noise is not None
    assert clear.median > 0.85
    assert noise.median < 0.5
    assert clear.low <= clear.median <= clear.high
    assert clear.splits == 20


def test_it_estimates_the_correlation_of_two_independent_sessions() -> None:
    truth = rng(3).normal(0.0, 1.0, 40)
    one, other = (simulated(truth, 24, rng(seed)) for seed in (4, 5))
    expected = np.corrcoef([[row.score for row in eps(half).scores] for half in (one, other)])[0, 1]
    found = split_half(one, eps, 30, rng())
    assert found is not None
    assert found.median == pytest.approx(expected, abs=0.06)


@pytest.mark.parametrize(("judges", "halvings"), [(2, 1), (3, 3), (4, 3), (5, 10), (9, 50)])
def test_few_judges_are_halved_in_every_possible_way_once(judges: int, halvings: int) -> None:
    recording = Recording()
    found = judge_split_half(session(2.0, 40, judges), recording, 50, rng())
    assert found is not None
    assert found.splits == halvings
    if halvings < 50:
        halves = {frozenset(np.unique(half.judge).tolist()) for half in recording.seen}
        assert len(halves) == 2 * halvings


def test_judges_who_disagree_split_badly_where_their_answers_do_not() -> None:
    one = session(2.0, 40)
    contrary = columns(
        [
            *zip(
                one.first.tolist(), one.second.tolist(), one.judge.tolist(), one.outcome.tolist(), strict=True
            ),
            *(
                (a, b, 1, -o)
                for a, b, o in zip(one.first.tolist(), one.second.tolist(), one.outcome.tolist(), strict=True)
            ),
        ],
        24,
        2,
    )
    found = judge_split_half(contrary, eps, 50, rng())
    assert found is not None
    assert found.median < -0.9


def test_what_cannot_be_halved_is_unknown() -> None:
    assert split_half(columns([], 3), eps, 10, rng()) is None
    assert split_half(columns([(0, 1, 0, 1)], 2), eps, 10, rng()) is None
    assert split_half(columns([(0, 1, 0, 1)] * 8, 2), eps, 10, rng()) is None
    assert judge_split_half(session(1.0, 6), eps, 10, rng()) is None


def test_essays_missing_in_a_half_and_other_parts_are_left_out_of_the_correlation() -> None:
    rows = [(0, 1, 0, 1), (1, 2, 0, 1), (0, 2, 0, 1)]
    apart = [(3, 4, 0, -1), (4, 5, 0, -1), (3, 5, 0, -1)]
    one, other = (
        eps(columns([*rows, *apart], 7)),
        eps(columns([*rows, (4, 3, 0, -1), *apart[1:], (5, 6, 0, 1)], 7)),
    )
    both = [(a.score, b.score) for a, b in zip(one.scores[:6], other.scores[:6], strict=True)]
    parts = [np.array(both[:3]), np.array(both[3:])]
    centred = np.concatenate([part - part.mean(axis=0) for part in parts])
    by_hand = float(centred[:, 0] @ centred[:, 1]) / math.sqrt(float(np.prod(np.square(centred).sum(axis=0))))
    assert scale_correlation(one, other) == pytest.approx(by_hand)
