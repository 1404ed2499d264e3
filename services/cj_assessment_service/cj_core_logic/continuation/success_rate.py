"""Whether a judge answers readably often enough."""

import math

from cj_assessment_service.domain.scores import NORMAL_95


def wilson_upper(successes: int, trials: int) -> float:
    """Upper end of the 95 % score interval of a share (Wilson 1927, JASA 22, 209-212); 1 before the first trial.

    (p + z^2 / 2n + z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)
    """
    if trials == 0:
        return 1.0
    share, z_squared = successes / trials, NORMAL_95**2
    spread = NORMAL_95 * math.sqrt(share * (1.0 - share) / trials + z_squared / (4.0 * trials**2))
    return min(1.0, (share + z_squared / (2.0 * trials) + spread) / (1.0 + z_squared / trials))
