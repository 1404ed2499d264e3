"""What repeats are worth."""

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.literature import fit_literature
from cj_assessment_service.cj_core_logic.scoring.overdispersion import (
    RepeatCorrelation,
    repeat_correlations,
    repeat_weights,
)
from cj_assessment_service.tests.unit.cj_core_logic.scoring.columns import columns, some_judgements, swapped


def repeated(own_view: float, times: int, seed: int, judges: int = 2) -> Judgements:
    """60 essays, 8 pairs each, every pair asked `times` times in orders at random; `own_view` is the sd in logits of what a judge
    sees in a pair beyond the scale.
    """
    rng = np.random.default_rng(seed)
    truth = rng.normal(0.0, 1.5, 60)
    rows = []
    for judge in range(judges):
        for low, high in {tuple(sorted(rng.choice(60, 2, replace=False).tolist())) for _ in range(240)}:
            chance = expit(truth[low] - truth[high] + rng.normal(0.0, own_view))
            for _ in range(times):
                winner = 1 if rng.random() < chance else -1
                rows.append((low, high, judge, winner) if rng.random() < 0.5 else (high, low, judge, -winner))
    return columns(rows, 60, judges)


def mean_rho(judgements: Judgements) -> float:
    found = repeat_correlations(judgements, fit_literature(judgements, 0.3))
    return float(np.mean([correlation.rho for correlation in found]))


def test_independent_repeats_count_nearly_fully() -> None:
    assert np.mean([mean_rho(repeated(0.0, 3, seed)) for seed in range(5)]) < 0.05


def test_judges_with_views_of_their_own_are_found_and_stronger_views_more() -> None:
    some, strong = (np.mean([mean_rho(repeated(view, 3, seed)) for seed in range(3)]) for view in (1.0, 3.0))
    assert 0.08 < some < 0.3
    assert 0.4 < strong <= 1.0


def test_without_repeats_there_is_no_evidence_and_no_weight_is_lost() -> None:
    judgements = repeated(1.0, 1, 1)
    found = repeat_correlations(judgements, fit_literature(judgements, 0.3))
    assert [(row.rho, row.repeats, row.factor(4)) for row in found] == [(0.0, 0, 1.0)] * 2
    assert (repeat_weights(judgements, found) == 1.0).all()


@settings(deadline=None, max_examples=40)
@given(some_judgements())
def test_rho_is_a_share_and_does_not_depend_on_sides(judgements: Judgements) -> None:
    found = repeat_correlations(judgements, fit_literature(judgements, 0.3))
    turned = swapped(judgements)
    again = repeat_correlations(turned, fit_literature(turned, 0.3))
    for here, there in zip(found, again, strict=True):
        assert 0.0 <= here.rho <= 1.0
        assert here.rho == pytest.approx(there.rho, abs=1e-6)


def test_m_repeats_weigh_together_what_their_factor_leaves() -> None:
    judgements = columns([(0, 1, 0, 1), (1, 0, 0, 1), (0, 1, 0, 1), (0, 1, 1, 1), (1, 2, 1, -1)], 3, 2)
    correlations = (RepeatCorrelation("judge-0000", 0.5, 2), RepeatCorrelation("judge-0001", 0.5, 0))
    weights = repeat_weights(judgements, correlations)
    assert weights == pytest.approx([0.5, 0.5, 0.5, 1.0, 1.0])
    assert weights[:3].sum() == pytest.approx(3 / correlations[0].factor(3))
