"""What a fit has to say, as values for everybody else."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.answers import Answers
from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray
from cj_assessment_service.cj_core_logic.scoring.judge_terms import discriminations
from cj_assessment_service.cj_core_logic.scoring.misfit import essay_misfit, judge_misfit, ratio_or_nan
from cj_assessment_service.cj_core_logic.scoring.mode import Mode
from cj_assessment_service.cj_core_logic.scoring.model import Model
from cj_assessment_service.cj_core_logic.scoring.reliability import reliability, separation_reliability
from cj_assessment_service.cj_core_logic.scoring.spread import SpreadPosterior
from cj_assessment_service.domain.scores import (
    NORMAL_95,
    EssayScore,
    EvidenceForm,
    GradingUse,
    JudgeFlag,
    JudgeTerms,
    PositionEffect,
    Scoreboard,
)

NEAR_RANDOM = 0.5
"""A judge whose discrimination lies below this with 97.5 % certainty sees little of what the others see."""

STRONG_POSITION = 0.3
"""Logits; a position effect whose 95 % interval lies beyond this is worth a warning."""

JUDGE_MISFIT = 1.3
"""Infit mean square from which judgements contradict the scale too often (Wright & Linacre 1994)."""

FEW_DECISIONS = 10

NO_POSITION_EFFECT = PositionEffect(0.0, 0.0)


def scoreboard(model: Model, spread: SpreadPosterior, mode: Mode) -> Scoreboard:
    """Scores in the order of the model's essays."""
    scores = mode.parameters[: model.design.essays]
    errors = spread.errors()
    by_sd = np.array(
        [
            reliability(variances, _prior_variances(model, sd))
            for variances, sd in zip(spread.variances, spread.sds, strict=True)
        ]
    )
    judges = _judges(model, spread, mode)
    return Scoreboard(
        scores=essay_scores(model, mode.parameters, errors, _limits_of(spread)),
        prior_sd=spread.sd,
        reliability=float(spread.weights @ by_sd),
        separation_reliability=separation_reliability(scores, errors, 1 + int(model.design.component.max())),
        position=_mean_position(model, spread),
        components=1 + int(model.design.component.max()),
        decisions=model.answers.decisions,
        judges=judges,
        reliability_limits=_reliability_limits(spread, by_sd),
        tie_parameter=_tie_parameter(model),
        log_likelihood=float(model.responses.log_likelihood(model.design.differences(mode.parameters)).sum()),
    )


def _prior_variances(model: Model, sd: float) -> FloatArray:
    """Of centred scores: sd^2 (1 - 1/size of the connected part); sd^2 for an essay nobody compared."""
    sizes = model.design.component_sizes
    variances: FloatArray = np.square(sd) * np.where(sizes > 1, 1.0 - 1.0 / sizes, 1.0)
    return variances


def _reliability_limits(spread: SpreadPosterior, by_sd: FloatArray) -> tuple[float, float]:
    """The 95 % interval of the reliability over the spread's posterior, its distribution function interpolated.

    Where only one spread was looked at, essays are many: log sd is known with the information 2 sum (1 - var / sd^2)^2
    and moves the reliability R by 2 R (1 - R).
    """
    if len(by_sd) == 1:
        reliable = float(by_sd[0])
        shares = 1.0 - spread.variances[0] / spread.sd**2
        error = 2.0 * reliable * (1.0 - reliable) / math.sqrt(max(2.0 * float(shares @ shares), 1.0))
        return max(reliable - NORMAL_95 * error, 0.0), min(reliable + NORMAL_95 * error, 1.0)
    order = np.argsort(by_sd)
    weights = spread.weights[order]
    low, high = np.interp((0.025, 0.975), np.cumsum(weights) - weights / 2.0, by_sd[order])
    return float(low), float(high)


def essay_scores(
    model: Model,
    parameters: FloatArray,
    errors: FloatArray,
    limits: Sequence[tuple[float, float] | None],
) -> tuple[EssayScore, ...]:
    """What the answers say of each essay at these parameters, in the order of the model's essays."""
    answers = model.answers
    misfit = essay_misfit(answers, model.terms, model.design.differences(parameters))
    won = answers.count * (answers.sign > 0), answers.count * (answers.sign < 0)
    columns = zip(
        answers.essays,
        parameters[: model.design.essays].tolist(),
        errors.tolist(),
        answers.per_essay(answers.count, answers.count).astype(np.intp).tolist(),
        answers.per_essay(*won).astype(np.intp).tolist(),
        _or_none(misfit.infit),
        model.design.component.tolist(),
        _or_none(misfit.outfit),
        limits,
        strict=True,
    )
    return tuple(EssayScore(*values) for values in columns)


def _limits_of(spread: SpreadPosterior) -> list[tuple[float, float]]:
    return list(zip(spread.quantile(0.025).tolist(), spread.quantile(0.975).tolist(), strict=True))


def _judges(model: Model, spread: SpreadPosterior, mode: Mode) -> tuple[JudgeTerms, ...]:
    answers, terms = model.answers, model.terms
    misfit = judge_misfit(answers, terms, model.design.differences(mode.parameters))
    agreement = ratio_or_nan(
        _agreeing(answers, mode.parameters), answers.per_judge(answers.count * _decided(answers))
    )
    decisions = answers.per_judge(answers.count)
    ties = answers.per_judge(answers.count * (answers.share == 0.5))
    graded = answers.per_judge(answers.count * (answers.level > 0))
    log_se = np.zeros(len(answers.judges))
    if model.groups.own_discrimination.any():
        log_se = discriminations(model, spread.nearest).se
    rows = (
        JudgeTerms(
            judge=judge,
            decisions=int(decisions[k]),
            agreement=_value(agreement[k]),
            infit=_value(misfit.infit[k]),
            outfit=_value(misfit.outfit[k]),
            position=_position(model, spread, np.eye(model.groups.positions)[model.groups.position[k]])
            if model.groups.positions
            else NO_POSITION_EFFECT,
            discrimination=float(terms.discrimination[k]),
            discrimination_se=float(terms.discrimination[k] * log_se[k]),
            tie_rate=float(ties[k] / decisions[k]) if decisions[k] else 0.0,
            grading_use=_grading_use(answers.scales[k].form, float(graded[k]), float(terms.grading[k])),
            form=answers.scales[k].form if graded[k] and terms.grading[k] > 0.0 else EvidenceForm.WINNER,
            grading=float(terms.grading[k]) if graded[k] else None,
            flags=(),
        )
        for k, judge in enumerate(answers.judges)
    )
    return tuple(replace(row, flags=judge_flags(row)) for row in rows)


def judge_flags(judge: JudgeTerms) -> tuple[JudgeFlag, ...]:
    """Why a person should look at this judge; none when nobody need."""
    # not on the log scale, where a judge that guesses tells next to nothing about how well it guesses
    most = judge.discrimination + NORMAL_95 * judge.discrimination_se
    least_position = abs(judge.position.estimate) - NORMAL_95 * judge.position.se
    reasons = (
        (JudgeFlag.FEW_DECISIONS, judge.decisions < FEW_DECISIONS),
        (JudgeFlag.NEAR_RANDOM, most < NEAR_RANDOM),
        (JudgeFlag.POSITION_BIAS, least_position > STRONG_POSITION),
        (JudgeFlag.MISFIT, judge.infit is not None and judge.infit > _most_infit(judge.decisions)),
        (JudgeFlag.LEVELS_IGNORED, judge.grading_use is GradingUse.IGNORED),
    )
    return tuple(flag for flag, holds in reasons if holds)


def _most_infit(decisions: int) -> float:
    """What chance lets hardly any judge exceed: an infit has a standard deviation of about 1 / sqrt(decisions)."""
    return max(JUDGE_MISFIT, 1.0 + 3.0 / math.sqrt(max(decisions, 1)))


def _grading_use(form: EvidenceForm, graded: float, grading: float) -> GradingUse:
    if graded and grading > 0.0:
        return GradingUse.USED
    if form is not EvidenceForm.LEVELS:
        return GradingUse.UNPROVEN
    return GradingUse.IGNORED if graded else GradingUse.NONE_GIVEN


def _decided(answers: Answers) -> FloatArray:
    return np.where(answers.share == 0.5, 0.0, 1.0)


def _agreeing(answers: Answers, parameters: FloatArray) -> FloatArray:
    """How many decisions of each judge went to the essay with the higher score; equal scores count half."""
    apart = np.sign(parameters[answers.first] - parameters[answers.second])
    leaning = np.sign(answers.share - 0.5)
    return answers.per_judge(answers.count * _decided(answers) * (1.0 + apart * leaning) / 2.0)


def _position(model: Model, spread: SpreadPosterior, mix: FloatArray) -> PositionEffect:
    """The position effect that `mix` combines from those of the groups."""
    posterior, essays = spread.nearest, model.design.essays
    effects, covariance = posterior.mean[essays:], posterior.moments.positions
    return PositionEffect(float(mix @ effects), float(np.sqrt(mix @ covariance @ mix)))


def _mean_position(model: Model, spread: SpreadPosterior) -> PositionEffect:
    """Over all decisions."""
    if not model.groups.positions:
        return NO_POSITION_EFFECT
    decisions = np.bincount(model.design.position, model.answers.count, model.groups.positions)
    return _position(model, spread, decisions / decisions.sum())


def _tie_parameter(model: Model) -> float | None:
    """The mean nu over all decisions; None without ties."""
    decisions = model.answers.per_judge(model.answers.count)
    if not model.answers.is_tie.any():
        return None
    return float(decisions @ model.terms.tie / decisions.sum())


def _or_none(values: FloatArray) -> list[float | None]:
    return [_value(value) for value in values.tolist()]


def _value(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
