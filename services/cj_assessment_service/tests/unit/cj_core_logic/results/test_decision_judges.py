"""What decisions say of judges."""

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.results.decision_analysis import fit_decisions
from cj_assessment_service.cj_core_logic.results.decision_judges import item_fit, judges_of, medians_by
from cj_assessment_service.cj_core_logic.results.decision_residuals import residuals_of
from cj_assessment_service.domain.analysis_plans import AnalysisPlan, ScaleModel
from cj_assessment_service.domain.policies import ScoringPolicy, TieTreatment
from cj_assessment_service.domain.scores import JudgeFlag
from cj_assessment_service.tests.unit.cj_core_logic.results.decided import ROUND, decided

EPS = AnalysisPlan(model=ScaleModel.EPS, policy=ScoringPolicy(ties=TieTreatment.HALF))


def test_medians_leave_out_what_is_unknown() -> None:
    members, values = np.array([0, 0, 0, 1, 1, 2]), np.array([3.0, 1.0, 8.0, 2.0, 4.0, np.nan])
    np.testing.assert_array_equal(medians_by(members, values, 4), [3.0, 3.0, np.nan, np.nan])


def test_agreement_is_the_share_of_wins_by_the_higher_score() -> None:
    fitted = fit_decisions(decided(*ROUND, "d>a", judges=("al",) * 10 + ("bo",)), EPS)
    residuals = residuals_of(fitted.judgements, fitted.board)
    al, bo = judges_of(fitted.judgements, (), residuals, np.full(11, 2.0))
    assert al.agreement == pytest.approx(0.8)
    assert bo.agreement == 0.0
    assert (al.median_seconds, bo.decisions, bo.flags) == (2.0, 1, (JudgeFlag.FEW_DECISIONS,))


def test_mean_squares_of_items_follow_the_formula() -> None:
    fitted = fit_decisions(decided(*ROUND), EPS)
    judgements, board = fitted.judgements, fitted.board
    fit = item_fit(judgements, residuals_of(judgements, board))
    scores = {str(score.essay_id): score.score for score in board.scores}
    rows = [(pair[0], pair[2], 1.0 if pair[1] == ">" else 0.0) for pair in ROUND if "a" in pair]
    chances = [1 / (1 + np.exp(scores[other] - scores[one])) for one, other, _ in rows]
    squared = [(result - p) ** 2 for (_, _, result), p in zip(rows, chances, strict=True)]
    variances = [p * (1 - p) for p in chances]
    assert fit.infit[0] == pytest.approx(sum(squared) / sum(variances))
    assert fit.outfit[0] == pytest.approx(np.mean([s / v for s, v in zip(squared, variances, strict=True)]))
