"""The spread of the true scores, learned from judgements and integrated out."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from cj_assessment_service.cj_core_logic.scoring import spread as spread_module
from cj_assessment_service.cj_core_logic.scoring.fit import fit, fit_judgements
from cj_assessment_service.cj_core_logic.scoring.spread import (
    LARGEST_SD,
    SMALLEST_SD,
    SpreadPosterior,
    log_prior,
    most_likely,
)
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import columns, equal_panel, simulated
from cj_assessment_service.tests.unit.cj_core_logic.scoring.models import (
    POOLED,
    model_of,
    posterior_at,
    spread_of,
)

MIXTURE = SpreadPosterior(
    posteriors=(),
    weights=np.array([0.2, 0.5, 0.3]),
    means=np.array([[0.1, -0.1], [0.5, -0.5], [1.5, -1.5]]),
    variances=np.array([[0.2, 0.3], [0.5, 0.5], [2.0, 1.0]]),
)


@pytest.mark.parametrize("level", [0.001, 0.025, 0.5, 0.975])
def test_quantiles_invert_the_distribution_of_the_mixture(level: float) -> None:
    for essay, quantile in enumerate(MIXTURE.quantile(level)):
        deviations = np.sqrt(MIXTURE.variances[:, essay])
        below = MIXTURE.weights @ norm.cdf(quantile, MIXTURE.means[:, essay], deviations)
        assert below == pytest.approx(level, abs=1e-9)


def test_errors_are_the_standard_deviations_of_the_mixture() -> None:
    rng = np.random.default_rng(0)
    point = rng.choice(3, size=200_000, p=MIXTURE.weights)
    drawn = MIXTURE.means[point] + np.sqrt(MIXTURE.variances[point]) * rng.normal(size=(200_000, 2))
    assert MIXTURE.errors() == pytest.approx(drawn.std(axis=0), rel=0.01)


@pytest.mark.parametrize("sd", [0.5, 1.0, 2.0, 3.0])
def test_the_true_spread_is_recovered(sd: float) -> None:
    rng = np.random.default_rng(11)
    case = simulated(rng.normal(0.0, sd, 100), rounds=20, rng=rng)
    assert fit(case.essays, case.decided).prior_sd == pytest.approx(sd, rel=0.25)


@pytest.mark.parametrize("seed", range(3))
def test_coin_tosses_are_seen_as_almost_no_spread(seed: int) -> None:
    tosses = equal_panel(1).judgements(np.zeros(100), 20, np.random.default_rng(seed))
    board = fit_judgements(tosses, POOLED)
    assert board.prior_sd < 0.3
    assert board.reliability < 0.25


def test_the_weights_are_the_evidence_times_the_prior() -> None:
    rng = np.random.default_rng(3)
    model = model_of(simulated(rng.normal(0.0, 2.0, 12), rounds=6, rng=rng).judgements)
    found = spread_of(model)
    density = np.array([posterior_at(model, sd).log_evidence + log_prior(sd) for sd in found.sds.tolist()])
    expected = np.exp(density - density.max())
    assert found.weights == pytest.approx(expected / expected.sum(), abs=5e-3)


def test_a_wider_grid_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    model = model_of(simulated(rng.normal(0.0, 1.5, 20), rounds=8, rng=rng).judgements)
    before = spread_of(model)
    monkeypatch.setattr(spread_module, "_NEGLIGIBLE", 12.0)
    after = spread_of(model)
    assert len(after.weights) > len(before.weights)
    assert after.sd == pytest.approx(before.sd, rel=2e-3)
    assert after.errors() == pytest.approx(before.errors(), rel=5e-3)
    assert after.quantile(0.975) == pytest.approx(before.quantile(0.975), rel=5e-3)


def test_two_spreads_in_three_lie_below_the_typical_one() -> None:
    log_sd = np.linspace(-12.0, 14.0, 20_001)
    density = np.exp([log_prior(math.exp(value)) for value in log_sd])
    below = density[log_sd <= math.log(spread_module.TYPICAL_SD)].sum() / density.sum()
    assert below == pytest.approx(0.683, abs=0.005)


def test_the_nearest_posterior_is_the_one_of_the_middle() -> None:
    rng = np.random.default_rng(5)
    found = spread_of(model_of(simulated(rng.normal(0.0, 1.5, 10), rounds=5, rng=rng).judgements))
    steps = np.diff(np.log(found.sds))
    assert steps == pytest.approx(np.full(len(steps), steps[0]))
    assert abs(math.log(found.nearest.prior.sd / found.sd)) <= steps[0] / 2
    assert found.sds.min() < found.sd < found.sds.max()
    assert replace(found, weights=np.eye(len(steps) + 1)[0]).sd == pytest.approx(found.sds[0])


@pytest.mark.parametrize(("outcome", "end"), [([1] * 12, LARGEST_SD), ([1, -1] * 6, SMALLEST_SD)])
def test_a_likelihood_without_a_top_ends_at_the_bounds(outcome: list[int], end: float) -> None:
    model = model_of(columns(2, [(0, 1)] * 12, outcome))
    found = most_likely(model, posterior_at(model, 1.5)).prior.sd
    assert SMALLEST_SD <= found <= LARGEST_SD
    assert abs(math.log(found / end)) < abs(math.log(1.5 / end))
