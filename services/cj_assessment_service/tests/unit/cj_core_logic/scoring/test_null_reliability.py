"""Coin tosses under the same design."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.literature import fit_literature
from cj_assessment_service.cj_core_logic.scoring.null_reliability import coin_tosses, null_reliability
from cj_assessment_service.domain.errors import ScoreConvergenceFailed
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.tests.unit.cj_core_logic.scoring.columns import (
    columns,
    simulated,
    some_judgements,
)


def eps(judgements: Judgements) -> Scoreboard:
    return fit_literature(judgements, 0.3)


def given_by(judgements: Judgements, judge: int) -> Counter[tuple[int, int, float]]:
    own = judgements.judge == judge
    strength = np.abs(judgements.p_first[own] - 0.5).round(9)
    return Counter(
        zip(
            np.abs(judgements.outcome[own]).tolist(),
            judgements.level[own].tolist(),
            np.nan_to_num(strength, nan=-1.0).tolist(),
            strict=True,
        )
    )


@settings(deadline=None)
@given(some_judgements(), st.integers(0, 2**32 - 1))
def test_every_judge_keeps_its_pairs_ties_levels_and_probabilities(judgements: Judgements, seed: int) -> None:
    source = np.random.default_rng(seed)
    judgements = replace(
        judgements,
        level=np.where(judgements.outcome == 0, 0, source.integers(0, 4, len(judgements))),
        p_first=np.where(source.random(len(judgements)) < 0.5, np.nan, source.random(len(judgements))),
    )
    tossed = coin_tosses(judgements, source)
    assert (tossed.first == judgements.first).all()
    assert (tossed.second == judgements.second).all()
    assert (tossed.judge == judgements.judge).all()
    for judge in range(len(judgements.judges)):
        assert given_by(tossed, judge) == given_by(judgements, judge)


def test_winners_are_fair_coins_whatever_was_answered() -> None:
    always_first = columns([(place, place + 1, 0, 1) for place in range(4000)], 4001)
    tossed = coin_tosses(always_first, np.random.default_rng(1))
    assert abs(tossed.outcome.mean()) < 0.06


def test_a_judge_that_repeats_itself_forgets() -> None:
    often = columns([(0, 1, 0, 1)] * 1000, 2)
    assert abs(coin_tosses(often, np.random.default_rng(2)).outcome.mean()) < 0.12


def test_answers_of_different_judges_do_not_mix() -> None:
    rows = [(place, place + 1, place % 2, place % 2) for place in range(40)]
    tossed = coin_tosses(columns(rows, 41, 2), np.random.default_rng(3))
    assert (np.abs(tossed.outcome) == tossed.judge).all()


def test_a_real_scale_stands_far_above_its_null() -> None:
    rng = np.random.default_rng(4)
    judgements = simulated(rng.normal(0.0, 2.0, 30), 12, rng)
    null = null_reliability(judgements, eps, 15, rng)
    assert null is not None
    assert null < 0.35 < eps(judgements).reliability


def test_draws_that_cannot_be_fitted_are_left_out_and_none_at_all_is_unknown() -> None:
    judgements = columns([(0, 1, 0, 1), (1, 2, 0, 1), (2, 0, 0, 1)], 3)
    calls = iter(range(100))

    def every_second(shuffled: Judgements) -> Scoreboard:
        if next(calls) % 2:
            raise ScoreConvergenceFailed("no")
        return replace(eps(shuffled), reliability=0.25)

    def never(_: Judgements) -> Scoreboard:
        raise ScoreConvergenceFailed("no")

    rng = np.random.default_rng(5)
    assert null_reliability(judgements, every_second, 6, rng) == pytest.approx(0.25)
    assert null_reliability(judgements, never, 6, rng) is None
    assert null_reliability(judgements, eps, 0, rng) is None
