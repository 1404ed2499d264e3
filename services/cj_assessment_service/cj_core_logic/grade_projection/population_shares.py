"""What the population shares of a scale add to the odds of a grade.

The posterior of a score and the cut-points imply a share for each grade: the population's mass between the cut-points.
Where the scale states shares of its own, the essays at hand are a sample of that wider population: their own shares are
taken as Dirichlet with the stated ones worth SHARES_WORTH essays, and the n essays themselves say what the cut-points
imply, so that a grade's odds are multiplied by

    weight = (SHARES_WORTH * stated + n * implied) / ((SHARES_WORTH + n) * implied)

(posterior mean of Dirichlet shares over the implied ones; Saerens et al. 2002, Neural Computation 14, 21-41 for the
correction of posterior odds to other shares). Small batches lean on the stated shares, large ones hardly.
"""

import numpy as np
from scipy.special import ndtr

from cj_assessment_service.cj_core_logic.grade_projection.anchor_evidence import FloatArray
from cj_assessment_service.cj_core_logic.grade_projection.cut_point_chain import CutPointPosterior
from cj_assessment_service.domain.grades import GradeScale, ScorePopulation

SHARES_WORTH = 10.0
"""Essays. A school class differs from the whole population about as much as a random sample of ten would."""

_SMALLEST_SHARE = 0.002


def share_weights(
    scale: GradeScale, posterior: CutPointPosterior, population: ScorePopulation
) -> tuple[float, ...]:
    """One for each grade of the ladder; 0 for a grade that nobody gets, 1 throughout where the scale states nothing."""
    if scale.priors is None or max(scale.priors) - min(scale.priors) < 1e-9:
        return (1.0,) * len(scale.ladder)
    implied = _implied_shares(posterior, population)
    if scale.below_lowest is not None:
        implied = np.concatenate(([implied[0] + implied[1]], implied[2:]))
    implied = np.maximum(implied, _SMALLEST_SHARE)
    stated = np.array(scale.priors)
    weights = (SHARES_WORTH * stated / implied + population.essays) / (SHARES_WORTH + population.essays)
    listed = tuple(np.where(stated > 0.0, weights, 0.0).tolist())
    return listed if scale.below_lowest is None else (listed[0], *listed)


def _implied_shares(posterior: CutPointPosterior, population: ScorePopulation) -> FloatArray:
    spread = np.sqrt(population.sd**2 + np.square(posterior.se) + posterior.noise**2)
    below = ndtr((posterior.mean - population.mean) / spread)
    shares: FloatArray = np.diff(np.concatenate(([0.0], np.maximum.accumulate(below), [1.0])))
    return shares
