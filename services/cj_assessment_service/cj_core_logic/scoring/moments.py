"""The second moments of a posterior that anything is reported of."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Posterior variances of the scores about the mean of their connected part, shape (essays,), and of the d of each
    row; covariances of the position effects; half the log determinant of the prior's precision over the posterior's,
    nan where it is not worth computing.

    No answer informs the mean of a connected part: it keeps the prior's variance sd^2 / size, is uncorrelated with
    everything else, and is left out. An essay nobody compared is not centred: it keeps the prior's sd.
    """

    scores: FloatArray
    rows: FloatArray
    positions: FloatArray
    log_volume: float
