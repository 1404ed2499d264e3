"""How well essays and judges fit the literature's scale: infit and outfit as sirt's `btm` and Wright & Masters (1982, Rating
Scale Analysis, ch. 5) define them.

    z^2 = (x - p)^2 / (p (1 - p))     x = 1, 1/2 or 0 for a win, tie or loss of the first, p its probability
    outfit = mean z^2                 over the comparisons of the essay, or the decisions of the judge
    infit = sum p (1 - p) z^2 / sum p (1 - p)

1 is expected; more is noise, less is too good to be true.
"""

import numpy as np
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring.arrays import BoolArray, FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.tallies import essay_sums, won_by_first
from cj_assessment_service.domain.scores import (
    EvidenceForm,
    GradingUse,
    JudgeFlag,
    JudgeTerms,
    PositionEffect,
)

_FEWEST_JUDGES = 3
"""Below it a mean and spread of the judges' misfit say nothing."""


def mean_squares(
    judgements: Judgements, distance: FloatArray
) -> tuple[list[float | None], list[float | None]]:
    """Infit and outfit of each essay; None without comparisons. `distance`: score of the first less that of the second."""
    surprise, carried, squared = _residuals(judgements, distance)
    weight = judgements.weight
    return (
        _ratios(essay_sums(judgements, surprise, surprise), essay_sums(judgements, carried, carried)),
        _ratios(essay_sums(judgements, squared, squared), essay_sums(judgements, weight, weight)),
    )


def judge_rows(judgements: Judgements, distance: FloatArray) -> tuple[JudgeTerms, ...]:
    """One row for each judge. The convention knows no position effect and no difference in discrimination: they are 0 and 1
    without error. A judge misfits when its infit lies more than two standard deviations above the mean of the judges
    (Pollitt 2012, Assessment in Education 19, 281-300).
    """
    surprise, carried, squared = _residuals(judgements, distance)
    infit = _ratios(_per_judge(judgements, surprise), _per_judge(judgements, carried))
    outfit = _ratios(_per_judge(judgements, squared), _per_judge(judgements, judgements.weight))
    share = won_by_first(judgements)
    higher_won = distance * (share - 0.5) > 0.0
    decided, tied = share != 0.5, share == 0.5
    decisions = _count(judgements, np.ones_like(decided))
    agreement = _ratios(
        _count(judgements, decided & higher_won).astype(np.float64),
        _count(judgements, decided).astype(np.float64),
    )
    graded = _count(judgements, judgements.level > 0) > 0
    ties = _count(judgements, tied)
    misfits = _misfits(infit)
    return tuple(
        JudgeTerms(
            judge=judge,
            decisions=int(decisions[seat]),
            agreement=agreement[seat],
            infit=infit[seat],
            outfit=outfit[seat],
            position=PositionEffect(0.0, 0.0),
            discrimination=1.0,
            discrimination_se=0.0,
            tie_rate=float(ties[seat] / decisions[seat]) if decisions[seat] else 0.0,
            grading_use=GradingUse.IGNORED if graded[seat] else GradingUse.NONE_GIVEN,
            form=EvidenceForm.WINNER,
            grading=0.0 if graded[seat] else None,
            flags=(JudgeFlag.MISFIT,) if misfits[seat] else (),
        )
        for seat, judge in enumerate(judgements.judges)
    )


def _residuals(judgements: Judgements, distance: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(x - p)^2, p (1 - p) and z^2 of each judgement, weighted."""
    chance, other = expit(distance), expit(-distance)
    share, weight = won_by_first(judgements), judgements.weight
    carried = chance * other
    surprise = np.square(share * other - (1.0 - share) * chance)
    return weight * surprise, weight * carried, weight * surprise / carried


def _misfits(infit: list[float | None]) -> list[bool]:
    known = [value for value in infit if value is not None]
    if len(known) < _FEWEST_JUDGES:
        return [False] * len(infit)
    limit = float(np.mean(known) + 2.0 * np.std(known, ddof=1))
    return [value is not None and value > limit for value in infit]


def _per_judge(judgements: Judgements, values: FloatArray) -> FloatArray:
    return np.bincount(judgements.judge, values, len(judgements.judges)).astype(np.float64, copy=False)


def _count(judgements: Judgements, chosen: BoolArray) -> IntArray:
    return np.bincount(judgements.judge[chosen], minlength=len(judgements.judges))


def _ratios(of: FloatArray, to: FloatArray) -> list[float | None]:
    return [float(a / b) if b > 0.0 else None for a, b in zip(of, to, strict=True)]
