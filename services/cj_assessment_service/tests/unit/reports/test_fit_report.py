"""The page about an analysis."""

import re
from dataclasses import replace

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.results.decision_analysis import analyse, fit_decisions
from cj_assessment_service.domain.analyses import AnalysedItem, AnalysedJudge, DecisionAnalysis
from cj_assessment_service.domain.analysis_plans import AnalysisPlan, ScaleModel
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.policies import ScoringPolicy, TieTreatment
from cj_assessment_service.domain.scores import JudgeFlag
from cj_assessment_service.reports.fit_report import fit_report_html
from cj_assessment_service.reports.fit_tables import items_csv, judges_csv
from cj_assessment_service.tests.unit.cj_core_logic.results.decided import ROUND, decided

PLAN = AnalysisPlan(
    model=ScaleModel.EPS, policy=ScoringPolicy(ties=TieTreatment.HALF), split_halves=0, null_draws=0
)


@pytest.fixture(scope="module")
def analysis() -> DecisionAnalysis:
    return analyse(fit_decisions(decided(*ROUND, judges=("al", "bo")), PLAN), np.random.default_rng(1))


def with_items(analysis: DecisionAnalysis, count: int) -> DecisionAnalysis:
    """The same with so many items and as many judges, as far as a page can tell."""
    items = tuple(
        AnalysedItem(EssayId(f"item-{rank}"), -rank / 99, 0.3, -1.0, 1.0, rank, 20, 10, 1.7, 1.1, 0)
        for rank in range(1, count + 1)
    )
    judge = AnalysedJudge("judge", 20, 0.8, 1.0, 1.0, None, None, None, 0.0, 2.0, (JudgeFlag.MISFIT,))
    judges = tuple(replace(judge, judge=f"judge-{number}") for number in range(count))
    return replace(analysis, items=items, judges=judges)


def test_both_formulas_of_the_separation_reliability_stand_beside_their_numbers(
    analysis: DecisionAnalysis,
) -> None:
    page = fit_report_html(analysis)
    assert "1 − MSE/Var" in page
    assert "Var/(Var + MSE)" in page


def test_the_page_needs_nothing_from_outside(analysis: DecisionAnalysis) -> None:
    page = fit_report_html(analysis)
    assert re.findall(r"(?:src|href)=\"(?!#)[^\"]*\"", page) == []
    assert "default-src 'none'" in page
    assert page == fit_report_html(analysis)


@pytest.mark.parametrize("count", [250, 3100])
def test_a_page_of_thousands_of_items_stays_small_and_says_what_it_leaves_out(
    analysis: DecisionAnalysis, count: int
) -> None:
    page = fit_report_html(with_items(analysis, count))
    assert len(page.encode()) < 2_000_000
    assert ("items.csv has all of them" in page) == (count > 3000)
    assert f"item-{count}" in page


def test_names_of_strangers_are_no_markup(analysis: DecisionAnalysis) -> None:
    named = tuple(replace(item, item=EssayId(f"<b>{item.item}")) for item in analysis.items)
    page = fit_report_html(replace(analysis, items=named))
    assert "<b>a" not in page
    assert "&lt;b&gt;a" in page


def test_no_spreadsheet_runs_a_name(analysis: DecisionAnalysis) -> None:
    items = (replace(analysis.items[0], item=EssayId("=1+1")),)
    judges = (replace(analysis.judges[0], judge="@all"),)
    strange = replace(analysis, items=items, judges=judges)
    assert items_csv(strange).splitlines()[1].startswith("'=1+1,")
    assert judges_csv(strange).splitlines()[1].startswith("'@all,")
