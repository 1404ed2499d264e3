"""The whole fit: what it reports, and what must not change it."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scoring.bradley_terry import Prior
from cj_assessment_service.cj_core_logic.scoring.fit import fit
from cj_assessment_service.domain.comparisons import DecidedComparison, OrientedPair
from cj_assessment_service.domain.errors import InsufficientComparisons
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import (
    Case,
    cases,
    counted,
    essay_ids,
    judged,
    reversed_winner,
    simulated,
    swapped_sides,
)
from cj_assessment_service.tests.unit.cj_core_logic.scoring.slow_posterior import slow_mode

CLOSE = 1e-4
"""The search for the spread ends where rounding blurs its top, and rounding differs between equal problems."""


def scores(board: Scoreboard) -> list[float]:
    return [score.score for score in board.scores]


def errors(board: Scoreboard) -> list[float]:
    return [score.se for score in board.scores]


@settings(deadline=None, max_examples=30)
@given(cases())
def test_the_fit_agrees_with_a_slow_solver_under_the_spread_it_reports(case: Case) -> None:
    board = fit(case.essays, case.decided)
    slow = slow_mode(case, Prior(board.prior_sd))
    assert [*scores(board), board.position.estimate] == pytest.approx(slow, abs=1e-6)


@settings(deadline=None, max_examples=50)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_essays_and_judgements_changes_nothing(case: Case, random: Random) -> None:
    essays, decided = list(case.essays), list(case.decided)
    random.shuffle(essays)
    random.shuffle(decided)
    board = fit(case.essays, case.decided)
    shuffled = fit(essays, decided)
    assert [score.essay_id for score in shuffled.scores] == essays
    assert set(shuffled.scores) == set(board.scores)
    assert (shuffled.prior_sd, shuffled.position) == (board.prior_sd, board.position)


@settings(deadline=None, max_examples=50)
@given(cases(), st.data())
def test_the_names_of_essays_change_nothing(case: Case, data: st.DataObject) -> None:
    names = data.draw(st.permutations([f"renamed-{essay_id}" for essay_id in case.essays]))
    called = dict(zip(case.essays, map(EssayId, names), strict=True))
    renamed = [
        DecidedComparison(OrientedPair(called[d.pair.first], called[d.pair.second]), d.winner, d.judge)
        for d in case.decided
    ]
    board, other = fit(case.essays, case.decided), fit([called[e] for e in case.essays], renamed)
    assert scores(other) == pytest.approx(scores(board), abs=CLOSE)
    assert errors(other) == pytest.approx(errors(board), abs=CLOSE)


@settings(deadline=None, max_examples=50)
@given(cases())
def test_swapping_the_sides_only_reverses_the_position_effect(case: Case) -> None:
    board = fit(case.essays, case.decided)
    swapped = fit(case.essays, [swapped_sides(decision) for decision in case.decided])
    assert scores(swapped) == pytest.approx(scores(board), abs=CLOSE)
    assert errors(swapped) == pytest.approx(errors(board), abs=CLOSE)
    assert swapped.position.estimate == pytest.approx(-board.position.estimate, abs=CLOSE)


@settings(deadline=None, max_examples=50)
@given(cases())
def test_opposite_outcomes_negate_the_scale_and_the_position_effect(case: Case) -> None:
    board = fit(case.essays, case.decided)
    negated = fit(case.essays, [reversed_winner(decision) for decision in case.decided])
    assert scores(negated) == pytest.approx([-score for score in scores(board)], abs=CLOSE)
    assert negated.position.estimate == pytest.approx(-board.position.estimate, abs=CLOSE)
    assert errors(negated) == pytest.approx(errors(board), abs=CLOSE)
    assert negated.prior_sd == pytest.approx(board.prior_sd, abs=CLOSE)


@settings(deadline=None)
@given(cases())
def test_every_figure_is_within_its_range(case: Case) -> None:
    board = fit(case.essays, case.decided)
    assert sum(scores(board)) == pytest.approx(0.0, abs=1e-9)
    assert 0.0 <= board.reliability <= 1.0
    assert all(0.0 < score.se <= board.prior_sd for score in board.scores)
    assert {score.component for score in board.scores} == set(range(board.components))
    assert all((score.infit is None) == (score.comparisons == 0) for score in board.scores)
    assert sum(score.wins for score in board.scores) == board.decisions == len(case.decided)
    assert sum(score.comparisons for score in board.scores) == 2 * board.decisions


def test_a_disconnected_design_is_reported() -> None:
    case = counted([("a", "b", 2, 1), ("b", "c", 2, 1), ("d", "e", 3, 0)])
    board = fit([*case.essays, EssayId("f")], case.decided)
    assert board.components == 3
    assert [score.component for score in board.scores] == [0, 0, 0, 1, 1, 2]


def test_an_essay_nobody_compared_is_placed_in_the_middle_with_the_error_of_the_prior() -> None:
    board = fit(essay_ids(4), judged("essay-000", "essay-001", 3, 1))
    lonely = board.of(EssayId("essay-003"))
    assert (lonely.comparisons, lonely.wins, lonely.infit) == (0, 0, None)
    assert lonely.score == pytest.approx(0.0, abs=1e-9)
    assert lonely.se == pytest.approx(board.prior_sd * np.sqrt(3 / 4))


def test_one_essay_that_beats_all_others_is_first_and_finite() -> None:
    essays = essay_ids(6)
    rest = [d for a in essays[1:] for b in essays[1:] if a < b for d in judged(a, b, 1, 1)]
    board = fit(essays, [d for other in essays[1:] for d in judged(essays[0], other, 3, 0)] + rest)
    assert board.ranked()[0].essay_id == essays[0]
    assert board.ranked()[0].score < 10.0
    assert board.ranked()[0].se == max(errors(board))


def test_position_is_told_apart_from_quality() -> None:
    rng = np.random.default_rng(8)
    case = simulated(rng.normal(0.0, 1.5, 40), rounds=30, rng=rng, position=0.8)
    position = fit(case.essays, case.decided).position
    assert abs(position.estimate - 0.8) < 3 * position.se < 0.5


def test_two_essays_that_share_the_wins_do_not_vary() -> None:
    case = counted([("a", "b", 2, 2), ("b", "a", 2, 2)])
    assert fit(case.essays, case.decided).separation_reliability is None


def test_nothing_to_fit_is_said() -> None:
    with pytest.raises(InsufficientComparisons):
        fit(essay_ids(4), ())
