"""How far a share can be trusted that was counted on few cases."""

import math

from cj_assessment_service.domain.scores import NORMAL_95


def wilson_limits(share: float, cases: float) -> tuple[float, float]:
    """The 95 % score interval of a share (0 to 1) seen in `cases` (above 0) independent cases (Wilson 1927, J. Am. Statist.
    Assoc. 22, 209-212): (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n).
    """
    z_squared = NORMAL_95**2
    middle = share + z_squared / (2.0 * cases)
    reach = NORMAL_95 * math.sqrt(share * (1.0 - share) / cases + z_squared / (4.0 * cases**2))
    scale = 1.0 + z_squared / cases
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)
