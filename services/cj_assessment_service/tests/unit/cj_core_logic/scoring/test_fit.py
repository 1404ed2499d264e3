"""The whole fit: what it reports, and what must not change it."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scoring.fit import fit, fit_judgements
from cj_assessment_service.cj_core_logic.scoring.terms import first_terms
from cj_assessment_service.domain.comparisons import DecidedComparison, OrientedPair
from cj_assessment_service.domain.errors import InsufficientComparisons
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.policies import DEFAULT_SCORING, TieTreatment
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
    without_levels,
)
from cj_assessment_service.tests.unit.cj_core_logic.scoring.models import POOLED, model_of
from cj_assessment_service.tests.unit.cj_core_logic.scoring.slow_posterior import SlowPosterior

CLOSE = 1e-4
"""Equal problems written differently add the same numbers in another order: rounding, and nothing else, differs."""

few = settings(deadline=None, max_examples=10)


def scores(board: Scoreboard) -> list[float]:
    return [score.score for score in board.scores]


def errors(board: Scoreboard) -> list[float]:
    return [score.se for score in board.scores]


def limits(board: Scoreboard) -> list[float]:
    return [end for score in board.scores for end in score.interval]


def figures(board: Scoreboard) -> list[float]:
    """Everything that no renaming may change."""
    return [
        *scores(board),
        *errors(board),
        *limits(board),
        board.prior_sd,
        board.reliability,
        board.position.se,
    ]


@few
@given(cases())
def test_the_fit_agrees_with_a_slow_solver_under_the_spread_it_reports(drawn: Case) -> None:
    case = without_levels(drawn)
    board = fit(case.essays, case.decided, POOLED)
    model = model_of(case.judgements, POOLED)
    terms = first_terms(model.answers)
    terms = replace(terms, tie=np.full(len(terms.tie), board.tie_parameter or 0.0))
    slow = SlowPosterior(case.judgements, terms, model.groups.position.tolist(), board.prior_sd)
    assert scores(board) == pytest.approx(slow.mode()[: len(case.essays)], abs=1e-6)


@few
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


@few
@given(cases(), st.data())
def test_the_names_of_essays_and_judges_change_nothing(case: Case, data: st.DataObject) -> None:
    names = data.draw(st.permutations([f"renamed-{essay_id}" for essay_id in case.essays]))
    called = dict(zip(case.essays, map(EssayId, names), strict=True))
    judges = sorted({decision.judge for decision in case.decided})
    known = dict(zip(judges, data.draw(st.permutations([f"other-{judge}" for judge in judges])), strict=True))
    renamed = [
        replace(d, pair=OrientedPair(called[d.pair.first], called[d.pair.second]), judge=known[d.judge])
        for d in case.decided
    ]
    board, other = fit(case.essays, case.decided), fit([called[e] for e in case.essays], renamed)
    assert figures(other) == pytest.approx(figures(board), abs=CLOSE)
    assert other.position.estimate == pytest.approx(board.position.estimate, abs=CLOSE)
    by_name = {judge.judge: judge for judge in other.judges}
    for judge in board.judges:
        twin = by_name[known[judge.judge]]
        assert (twin.decisions, twin.flags) == (judge.decisions, judge.flags)
        assert twin.discrimination == pytest.approx(judge.discrimination, abs=CLOSE)


@few
@given(cases())
def test_swapping_the_sides_only_reverses_the_position_effect(case: Case) -> None:
    board = fit(case.essays, case.decided)
    swapped = fit(case.essays, [swapped_sides(decision) for decision in case.decided])
    assert figures(swapped) == pytest.approx(figures(board), abs=CLOSE)
    assert swapped.position.estimate == pytest.approx(-board.position.estimate, abs=CLOSE)


@few
@given(cases())
def test_opposite_outcomes_negate_the_scale_and_the_position_effect(case: Case) -> None:
    board = fit(case.essays, case.decided)
    negated = fit(case.essays, [reversed_winner(decision) for decision in case.decided])
    assert scores(negated) == pytest.approx([-score for score in scores(board)], abs=CLOSE)
    assert sorted(limits(negated)) == pytest.approx(sorted(-end for end in limits(board)), abs=CLOSE)
    assert errors(negated) == pytest.approx(errors(board), abs=CLOSE)
    assert negated.position.estimate == pytest.approx(-board.position.estimate, abs=CLOSE)
    assert (negated.prior_sd, negated.reliability) == pytest.approx(
        (board.prior_sd, board.reliability), abs=CLOSE
    )


@settings(deadline=None, max_examples=20)
@given(cases(), st.sampled_from((TieTreatment.DAVIDSON, TieTreatment.HALF)))
def test_every_figure_is_within_its_range(case: Case, ties: TieTreatment) -> None:
    board = fit(case.essays, case.decided, replace(DEFAULT_SCORING, ties=ties))
    assert np.isfinite(figures(board)).all()
    assert 0.0 <= board.reliability <= 1.0
    assert board.reliability_limits is not None
    assert 0.0 <= board.reliability_limits[0] <= board.reliability_limits[1] <= 1.0
    assert all(low < score.score < high for score in board.scores for low, high in [score.interval])
    assert all(score.se > 0.0 for score in board.scores)
    assert {score.component for score in board.scores} == set(range(board.components))
    for part in range(board.components):
        assert sum(s.score for s in board.scores if s.component == part) == pytest.approx(0.0, abs=1e-8)
    assert all((score.infit is None) == (score.comparisons == 0) for score in board.scores)
    for judge in board.judges:
        assert judge.discrimination > 0.0
        assert 0.0 <= judge.tie_rate <= 1.0
        assert judge.agreement is None or 0.0 <= judge.agreement <= 1.0
        assert judge.grading is None or 0.0 <= judge.grading <= 1.0


@few
@given(cases())
def test_wins_and_ties_add_up(case: Case) -> None:
    board = fit(case.essays, case.decided)
    won = [decision.winning_essay for decision in case.decided]
    assert [score.wins for score in board.scores] == [won.count(score.essay_id) for score in board.scores]
    ties = sum(round(judge.tie_rate * judge.decisions) for judge in board.judges)
    assert sum(score.wins for score in board.scores) + ties == board.decisions == len(case.decided)
    assert sum(judge.decisions for judge in board.judges) == board.decisions
    assert sum(score.comparisons for score in board.scores) == 2 * board.decisions


@few
@given(cases())
def test_equal_judgements_count_by_weight_as_they_count_by_number(case: Case) -> None:
    judgements = case.judgements
    rows = np.tile(np.arange(len(judgements)), 2)
    twice = fit_judgements(judgements.take(rows), POOLED)
    heavy = fit_judgements(replace(judgements, weight=2.0 * judgements.weight), POOLED)
    assert figures(heavy) == pytest.approx(figures(twice), abs=CLOSE)
    assert heavy.decisions == len(judgements)


def test_a_judge_that_only_repeats_itself_adds_next_to_nothing() -> None:
    case = simulated(np.random.default_rng(5).normal(0.0, 2.0, 20), rounds=8, rng=np.random.default_rng(6))
    once, often = fit(case.essays, case.decided), fit(case.essays, case.decided * 6)
    assert often.reliability < once.reliability + 0.05
    assert fit(case.essays, case.decided * 6, POOLED).reliability > 0.95


@pytest.mark.parametrize("seed", range(4))
def test_the_same_evidence_twice_raises_reliability(seed: int) -> None:
    """Errors fall against the spread of the scores. In logits they may rise, since the spread is learned as well; under
    one spread each of them falls (see the tests of expectation propagation).
    """
    rng = np.random.default_rng(seed)
    case = simulated(rng.normal(0.0, 2.0, 20), rounds=6, rng=rng)
    again = tuple(replace(decision, judge="another") for decision in case.decided)
    once, twice = fit(case.essays, case.decided), fit(case.essays, case.decided + again)
    assert twice.reliability > once.reliability
    assert twice.mean_se / twice.prior_sd < once.mean_se / once.prior_sd


def test_disconnected_parts_are_reported_and_centred_separately() -> None:
    case = counted([("a", "b", 2, 1), ("b", "c", 2, 1), ("d", "e", 3, 0)])
    board = fit([*case.essays, EssayId("f")], case.decided)
    assert board.components == 3
    assert [score.component for score in board.scores] == [0, 0, 0, 1, 1, 2]
    assert sum(scores(board)[:3]) == pytest.approx(0.0, abs=1e-9)
    assert sum(scores(board)[3:5]) == pytest.approx(0.0, abs=1e-9)


def test_an_essay_nobody_compared_stays_in_the_middle_with_the_error_of_the_prior() -> None:
    board = fit(essay_ids(4), judged("essay-000", "essay-001", 3, 1))
    lonely, other = board.of(EssayId("essay-003")), board.of(EssayId("essay-002"))
    assert (lonely.comparisons, lonely.wins, lonely.infit, lonely.outfit) == (0, 0, None, None)
    assert lonely.score == pytest.approx(0.0, abs=1e-9)
    assert lonely.se == other.se == board.max_se
    assert lonely.se >= board.prior_sd


def test_all_ties_make_all_scores_equal() -> None:
    ties = [
        DecidedComparison(decision.pair, decision.winner, "test")
        for first, second in ("ab", "bc", "ca")
        for decision in judged(first, second, first_wins=0, ties=4)
    ]
    for treatment in (TieTreatment.DAVIDSON, TieTreatment.HALF):
        names = [EssayId("a"), EssayId("b"), EssayId("c")]
        board = fit(names, ties, replace(DEFAULT_SCORING, ties=treatment))
        assert scores(board) == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
        assert board.separation_reliability is None
        assert [judge.agreement for judge in board.judges] == [None]


def test_nothing_but_dropped_ties_is_insufficient() -> None:
    with pytest.raises(InsufficientComparisons, match="0 judgements that count"):
        fit(
            essay_ids(2),
            judged("essay-000", "essay-001", 0, 0, ties=3),
            replace(DEFAULT_SCORING, ties=TieTreatment.DROP),
        )


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
