"""Decisions in, a scale and what must be said of it out."""

from dataclasses import replace

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.results.decision_analysis import analyse, fit_decisions
from cj_assessment_service.domain.analyses import DecisionAnalysis
from cj_assessment_service.domain.analysis_plans import AnalysisPlan, ScaleModel
from cj_assessment_service.domain.decision_tables import DecisionTable, ShownOrder
from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.domain.policies import PositionTerm, ScoringPolicy, TieTreatment
from cj_assessment_service.tests.unit.cj_core_logic.results.decided import ROUND, decided

QUICK = AnalysisPlan(split_halves=0, null_draws=0)
EPS = replace(QUICK, model=ScaleModel.EPS, policy=ScoringPolicy(ties=TieTreatment.HALF))


def analysed(table: DecisionTable, plan: AnalysisPlan = QUICK) -> DecisionAnalysis:
    return analyse(fit_decisions(table, plan), np.random.default_rng(1))


@pytest.mark.parametrize("plan", [QUICK, EPS], ids=["map", "eps"])
def test_items_come_best_first_and_are_centred(plan: AnalysisPlan) -> None:
    analysis = analysed(decided(*ROUND), plan)
    assert [(item.item, item.rank) for item in analysis.items] == [("a", 1), ("b", 2), ("c", 3), ("d", 4)]
    assert sum(item.score for item in analysis.items) == pytest.approx(0.0, abs=1e-6)
    assert all(item.ci_low < item.score < item.ci_high for item in analysis.items)


@pytest.mark.parametrize("plan", [QUICK, EPS], ids=["map", "eps"])
def test_groups_never_compared_have_a_scale_each_and_are_told_loudly(plan: AnalysisPlan) -> None:
    analysis = analysed(decided(*ROUND, "x>y", "x>y", "y>x", "z<x"), plan)
    assert analysis.figures.components == 2
    ranks = [(item.component, item.rank) for item in analysis.items]
    assert sorted(ranks) == ranks
    for part in (0, 1):
        scores = [item.score for item in analysis.items if item.component == part]
        assert sum(scores) == pytest.approx(0.0, abs=1e-6)
    assert "2 groups that were never compared" in analysis.warnings[0]


def test_a_group_has_the_same_scale_whether_others_are_in_the_file_or_not() -> None:
    alone = analysed(decided(*ROUND), EPS)
    together = analysed(decided(*ROUND, "x>y", "x>y", "y>x"), EPS)
    first = [item for item in together.items if item.component == 0]
    assert [item.item for item in first] == [item.item for item in alone.items]
    assert [item.score for item in first] == pytest.approx([item.score for item in alone.items])
    assert [item.se for item in first] == pytest.approx([item.se for item in alone.items])


def test_an_excluded_judge_does_not_count() -> None:
    table = decided(*ROUND, judges=("bo", "al"))
    analysis = analysed(table, replace(QUICK, excluded_judges=frozenset({"bo"})))
    assert [judge.judge for judge in analysis.judges] == ["al"]
    assert analysis.decisions == 5


def test_items_that_only_excluded_judges_saw_are_named() -> None:
    table = decided("a>b", "c>a", "a>b", "c>b", judges=("al", "bo"))
    analysis = analysed(table, replace(QUICK, excluded_judges=frozenset({"bo"})))
    assert [item.item for item in analysis.items] == ["a", "b"]
    assert any("without a score: c." in warning for warning in analysis.warnings)


@pytest.mark.parametrize(
    ("judges", "what"), [({"al", "bo"}, "No decision is left"), ({"nobody"}, "There is no judge nobody")]
)
def test_excluding_everybody_or_nobody_is_refused(judges: set[str], what: str) -> None:
    table = decided(*ROUND, judges=("al", "bo"))
    with pytest.raises(InputRejected, match=what):
        fit_decisions(table, replace(QUICK, excluded_judges=frozenset(judges)))


def test_ties_only_are_a_scale_without_order() -> None:
    analysis = analysed(decided("a=b", "b=c", "c=a", "a=b"))
    assert [item.rank for item in analysis.items] == [1, 1, 1]
    assert analysis.figures.ssr is None
    assert analysis.judges[0].tie_rate == 1.0
    assert analysis.judges[0].agreement is None


def test_ties_only_are_nothing_where_ties_are_dropped() -> None:
    policy = ScoringPolicy(ties=TieTreatment.DROP)
    with pytest.raises(InputRejected, match="Every decision is a tie"):
        fit_decisions(decided("a=b", "b=c"), replace(QUICK, policy=policy))


@pytest.mark.parametrize("pairs", [["a>b"], ["a>b", "a>b", "b>a"]])
def test_two_items_are_enough(pairs: list[str]) -> None:
    analysis = analysed(decided(*pairs))
    assert [item.item for item in analysis.items] == ["a", "b"]
    assert analysis.figures.cyclic_triads == 0


def test_a_position_effect_needs_the_order_shown() -> None:
    known, unknown = (analysed(decided(*ROUND, order=order)) for order in ShownOrder)
    assert known.figures.position is not None
    assert unknown.figures.position is None
    assert unknown.plan.policy.position is PositionTerm.ABSENT


def test_both_formulas_of_ssr_and_the_separation_agree_with_each_other() -> None:
    figures = analysed(decided(*ROUND * 4), EPS).figures
    assert figures.ssr is not None
    assert figures.ssr_alt == pytest.approx(1 / (2 - figures.ssr))
    assert figures.separation == pytest.approx((figures.ssr / (1 - figures.ssr)) ** 0.5)


def test_the_same_seed_draws_the_same_halves_and_shuffles() -> None:
    plan = replace(EPS, split_halves=4, null_draws=4)
    table = decided(*ROUND * 2, judges=("al", "bo", "cy"))
    assert analysed(table, plan).figures == analysed(table, plan).figures
    assert analysed(table, plan).figures.null_reliability is not None
