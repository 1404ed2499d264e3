"""How much of the spread of the scores is real."""

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray

_NO_SPREAD = 1e-12
"""A variance of scores below this is rounding."""


def reliability(variances: FloatArray, prior_variances: FloatArray) -> float:
    """1 - mean posterior variance / mean prior variance, within 0 and 1: the expected squared correlation of scores
    and truth (Lord & Novick 1968, ch. 3). Both are those of centred scores, so that answers that say nothing have
    reliability 0 however few the essays are.
    """
    if not prior_variances.any():
        return 0.0
    return float(np.clip(1.0 - variances.mean() / prior_variances.mean(), 0.0, 1.0))


def separation_reliability(scores: FloatArray, errors: FloatArray, parts: int = 1) -> float | None:
    """Scale separation reliability, 1 - mean(se^2) / var(score) with n - 1 (Wright & Masters 1982, ch. 5; Pollitt
    2012, Assessment in Education 19, 281-300). `parts` that were never compared, each centred on its own mean, leave
    n - parts degrees of freedom. None when scores cannot or do not vary.
    """
    if len(scores) <= parts:
        return None
    variance = float(np.square(scores).sum()) / (len(scores) - parts)
    return 1.0 - float(np.mean(np.square(errors))) / variance if variance > _NO_SPREAD else None
