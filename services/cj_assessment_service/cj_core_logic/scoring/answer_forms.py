"""The forms in which a judge says how much better the winner is, all as levels.

A margin in words is a level as it stands. A probability p of the named winner, or a confidence, is turned into classes: its
ranks among the judge's answers, cut into parts of about equal weight. The ordinal part of the likelihood then learns what each
class means, so whatever rises with p says the same as p: nothing depends on how well a judge's probabilities are calibrated, and a
p of 0 or 1 is a class like others. Little is lost: k equally frequent classes of a logistic variable on either side carry
the share 1 - 1 / (2 k)^2 of the information on its place (from the scores of the proportional odds model, McCullagh 1980, JRSS B
42, 109-142; Whitehead 1993, Statistics in Medicine 12, 2257-2271).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.answers import sums_at
from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import NAMED_LEVELS, Judgements, LevelScale
from cj_assessment_service.domain.scores import EvidenceForm

MOST_CLASSES = 8
ANSWERS_PER_CLASS = 10

_DECIMALS = 12
"""Probabilities closer than this are equal: p and 1 - (1 - p) are, then."""

NO_LEVELS = LevelScale(EvidenceForm.WINNER)


def strength(judgements: Judgements, form: EvidenceForm) -> FloatArray:
    """How strongly each answer speaks for its winner, in a unit of its own; nan for ties and where nothing was said. A probability
    that contradicts the named winner is a negative strength.
    """
    match form:
        case EvidenceForm.WINNER:
            said = np.full(len(judgements), np.nan)
        case EvidenceForm.LEVELS:
            said = np.where(judgements.level > 0, judgements.level, np.nan)
        case EvidenceForm.PROBABILITIES:
            said = (judgements.outcome * (judgements.p_first - 0.5)).round(_DECIMALS)
        case EvidenceForm.CONFIDENCE:
            said = judgements.confidence
        case _:
            assert_never(form)
    return np.where(judgements.outcome == 0, np.nan, said)


def classes(strengths: FloatArray, weight: FloatArray) -> IntArray:
    """1 and rising, in parts of about equal weight in which equal strengths stay together; 0 for nan."""
    level = np.zeros(len(strengths), dtype=np.intp)
    given = np.isfinite(strengths) & (weight > 0.0)
    if not given.any():
        return level
    values, place = np.unique(strengths[given], return_inverse=True)
    mass = sums_at(place, weight[given], len(values))
    total = float(mass.sum())
    below = (np.cumsum(mass) - mass / 2.0) / total
    parts = min(max(int(total / ANSWERS_PER_CLASS), 2), MOST_CLASSES)
    level[given] = 1 + np.unique((parts * below).astype(np.intp), return_inverse=True)[1][place]
    return level


def in_forms(judgements: Judgements, group: IntArray, forms: Sequence[EvidenceForm]) -> Judgements:
    """The judgements with levels made of `forms[g]` for the judges of group g, with a scale for each group; margins are one scale
    for all.
    """
    level = np.zeros_like(judgements.level)
    scales = [NAMED_LEVELS] * len(judgements.judges)
    for number, form in enumerate(forms):
        members = group == number
        rows = members[judgements.judge]
        if form is EvidenceForm.LEVELS:
            level[rows] = judgements.level[rows]
            continue
        level[rows] = classes(strength(judgements, form)[rows], judgements.weight[rows])
        for judge in np.flatnonzero(members).tolist():
            scales[judge] = NO_LEVELS if form is EvidenceForm.WINNER else LevelScale(form, 1 + number)
    return replace(judgements, level=level, scales=tuple(scales))
