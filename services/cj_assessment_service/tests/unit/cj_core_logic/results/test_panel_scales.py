"""The scales that tell judges apart, and what they say of other judges of the same sort."""

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.results.judge_warnings import judge_warnings, judges_apart
from cj_assessment_service.cj_core_logic.results.panel_scales import FOLDS, PanelScales, panel_scales
from cj_assessment_service.cj_core_logic.scoring.fit import fit
from cj_assessment_service.domain.comparisons import DecidedComparison
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.tests.unit.cj_core_logic.results.judged import decisions_of, essays

SIZE = 24
TRUTH = np.random.default_rng(1).normal(0.0, 2.0, SIZE)
_DRAWN = np.random.default_rng(2).normal(0.0, 2.0, SIZE)
_APART = _DRAWN - TRUTH * (_DRAWN @ TRUTH) / (TRUTH @ TRUTH)
OTHER_TRUTH = 2.0 * _APART / _APART.std()
"""An order that has nothing to do with the other."""


def made(
    decided: list[DecidedComparison], excluded: frozenset[str] = frozenset()
) -> tuple[Scoreboard, PanelScales]:
    board = fit(essays(SIZE), [one for one in decided if one.judge not in excluded])
    return board, panel_scales(essays(SIZE), decided, excluded, board)


@pytest.fixture(scope="module")
def alike() -> list[DecidedComparison]:
    rng = np.random.default_rng(5)
    return [one for judge in ("a", "b", "c") for one in decisions_of(judge, TRUTH, 200, rng)]


@pytest.fixture(scope="module")
def odd_one_out(alike: list[DecidedComparison]) -> list[DecidedComparison]:
    return alike + decisions_of("odd", OTHER_TRUTH, 200, np.random.default_rng(6))


def test_one_judge_has_no_scale_of_others_and_no_reliability_between_judges() -> None:
    board, panel = made(decisions_of("only", TRUTH, 300, np.random.default_rng(3)))
    assert board.reliability > 0.85
    assert panel.others == {}
    assert (panel.between.judges, panel.between.reliability, panel.between.scales) == (1, None, ())


def test_judges_of_one_mind_confirm_each_other(alike: list[DecidedComparison]) -> None:
    board, panel = made(alike)
    assert panel.between.correlation == pytest.approx(1.0, abs=0.06)
    assert panel.between.reliability == pytest.approx(board.reliability, abs=0.05)
    assert judge_warnings((), board, panel.between) == ()
    assert [(one.one, one.other) for one in panel.between.scales] == [("a", "b"), ("a", "c"), ("b", "c")]


def test_a_judge_that_agrees_only_with_itself_is_found_and_warned_of(
    odd_one_out: list[DecidedComparison],
) -> None:
    board, panel = made(odd_one_out)
    assert panel.between.reliability is not None
    assert panel.between.reliability < board.reliability - 0.05
    assert judges_apart(panel.between) == ("odd",)
    warnings = judge_warnings((), board, panel.between)
    assert any(one.startswith("Judges that see another order than the others: odd.") for one in warnings)


def test_two_judges_with_orders_of_their_own_do_not_look_reliable() -> None:
    rng = np.random.default_rng(7)
    board, panel = made(decisions_of("a", TRUTH, 300, rng) + decisions_of("b", OTHER_TRUTH, 300, rng))
    assert panel.between.reliability is not None
    assert panel.between.reliability < 0.4
    assert any("do not see the same order" in one for one in judge_warnings((), board, panel.between))


def test_the_coefficient_is_that_of_generalisability_theory(alike: list[DecidedComparison]) -> None:
    board, panel = made(alike)
    rho = panel.between.correlation
    assert rho is not None
    assert panel.between.reliability == pytest.approx(board.reliability * 3 * rho / (1 + 2 * rho))


def test_nobody_is_held_against_a_scale_it_helped_to_make(odd_one_out: list[DecidedComparison]) -> None:
    _, panel = made(odd_one_out)
    assert sorted(panel.others) == ["a", "b", "c", "odd"]
    assert panel.others["odd"].decisions == 600
    assert "odd" not in {judge.judge for judge in panel.others["odd"].judges}


def test_an_excluded_judge_is_held_against_the_scale_and_described_as_if_it_were_back(
    odd_one_out: list[DecidedComparison],
) -> None:
    board, panel = made(odd_one_out, frozenset({"odd"}))
    assert panel.others["odd"] is board
    assert panel.between.judges == 3
    assert panel.terms["odd"].decisions == 200
    assert panel.terms["odd"].discrimination < 0.5
    assert panel.terms["a"] == board.judges[0]


def test_many_judges_are_left_out_a_fold_at_a_time() -> None:
    rng = np.random.default_rng(8)
    names = [f"judge-{number:02d}" for number in range(FOLDS + 2)]
    decided = [one for name in names for one in decisions_of(name, TRUTH, 20, rng)]
    _, panel = made(decided)
    assert sorted(panel.others) == names
    assert panel.others[names[0]] is panel.others[names[FOLDS]]
    assert {one.judge for one in panel.others[names[0]].judges} == set(names) - {names[0], names[FOLDS]}
    assert len({name for one in panel.between.met for name in (one.one, one.other)}) <= FOLDS


def test_kinds_of_judges_are_compared_as_a_whole() -> None:
    rng = np.random.default_rng(9)
    names = ("openai:x", "openai:y", "replay:people.csv")
    _, panel = made([one for name in names for one in decisions_of(name, TRUTH, 120, rng)])
    (kinds,) = panel.between.kinds
    assert (kinds.one, kinds.other) == ("language_model", "recorded")


def test_too_little_evidence_makes_no_claim_either_way() -> None:
    rng = np.random.default_rng(10)
    flat = np.zeros(SIZE)
    board, panel = made(decisions_of("a", flat, 30, rng) + decisions_of("b", flat, 30, rng))
    assert (panel.between.correlation, panel.between.reliability, panel.others) == (None, None, {})
    assert judge_warnings((), board, panel.between) == ()


def test_excluded_judges_are_always_named(alike: list[DecidedComparison]) -> None:
    board, panel = made(alike)
    (warning,) = judge_warnings(("x", "y"), board, panel.between)
    assert warning == "Excluded, so that their decisions do not count: x, y."
