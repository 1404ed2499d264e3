"""What the decisions and the scale say of every judge."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from cj_assessment_service.cj_core_logic.results.decision_residuals import Residuals
from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.misfit import MeanSquares
from cj_assessment_service.domain.analyses import AnalysedJudge
from cj_assessment_service.domain.scores import JudgeFlag, JudgeTerms

FEW_DECISIONS = 10
"""With fewer, a judge's figures are mostly chance."""

MISFIT_DEVIATIONS = 2.0
"""Standard deviations above the mean infit of the judges (Pollitt 2012, Assessment in Education 19, 281-300)."""


def judges_of(
    judgements: Judgements, terms: Sequence[JudgeTerms], residuals: Residuals, seconds: FloatArray
) -> tuple[AnalysedJudge, ...]:
    """By name. `terms` are what the model estimated of judges, which goes before what the residuals say; `seconds` has one
    entry for each judgement, nan where none is known.
    """
    size = len(judgements.judges)
    fit = residuals.mean_squares(judgements.judge, size)
    agreement = residuals.agreement(judgements.judge, size)
    decisions = np.bincount(judgements.judge, minlength=size)
    ties = np.bincount(judgements.judge[judgements.outcome == 0], minlength=size)
    medians = medians_by(judgements.judge, seconds, size)
    misfits = _misfits(fit.infit, decisions)
    estimated: Mapping[str, JudgeTerms] = {one.judge: one for one in terms}
    found = []
    for place, judge in enumerate(judgements.judges):
        plain = AnalysedJudge(
            judge=judge,
            decisions=int(decisions[place]),
            agreement=known(agreement[place]),
            infit=known(fit.infit[place]),
            outfit=known(fit.outfit[place]),
            position=None,
            discrimination=None,
            discrimination_se=None,
            tie_rate=float(ties[place] / decisions[place]),
            median_seconds=known(medians[place]),
            flags=_flags(int(decisions[place]), bool(misfits[place])),
        )
        found.append(_with_terms(plain, estimated.get(judge)))
    return tuple(found)


def item_fit(judgements: Judgements, residuals: Residuals) -> MeanSquares:
    """By place in `judgements.essays`."""
    members = np.concatenate((judgements.first, judgements.second))
    return residuals.for_both_sides.mean_squares(members, len(judgements.essays))


def known(value: float) -> float | None:
    """None for nan."""
    return None if np.isnan(value) else float(value)


def medians_by(members: IntArray, values: FloatArray, size: int) -> FloatArray:
    """The median of the values of each member that are not nan; nan without any."""
    given = ~np.isnan(values)
    members, values = members[given], values[given]
    ordered = values[np.lexsort((values, members))]
    count = np.bincount(members, minlength=size)
    start = np.cumsum(count) - count
    medians = np.full(size, np.nan)
    some = count > 0
    low, high = start[some] + (count[some] - 1) // 2, start[some] + count[some] // 2
    medians[some] = (ordered[low] + ordered[high]) / 2.0
    return medians


def _misfits(infit: FloatArray, decisions: IntArray) -> IntArray:
    """1 for a judge with enough decisions and an infit far above that of the others."""
    enough = (decisions >= FEW_DECISIONS) & ~np.isnan(infit)
    if enough.sum() < 3:
        return np.zeros(len(infit), dtype=np.intp)
    limit = infit[enough].mean() + MISFIT_DEVIATIONS * infit[enough].std(ddof=1)
    return np.asarray(enough & (infit > limit), dtype=np.intp)


def _flags(decisions: int, is_misfit: bool) -> tuple[JudgeFlag, ...]:
    if decisions < FEW_DECISIONS:
        return (JudgeFlag.FEW_DECISIONS,)
    return (JudgeFlag.MISFIT,) if is_misfit else ()


def _with_terms(plain: AnalysedJudge, terms: JudgeTerms | None) -> AnalysedJudge:
    if terms is None:
        return plain
    return replace(
        plain,
        agreement=plain.agreement if terms.agreement is None else terms.agreement,
        infit=plain.infit if terms.infit is None else terms.infit,
        outfit=plain.outfit if terms.outfit is None else terms.outfit,
        position=terms.position,
        discrimination=terms.discrimination,
        discrimination_se=terms.discrimination_se,
        tie_rate=terms.tie_rate,
        flags=terms.flags,
        form=terms.form,
    )
