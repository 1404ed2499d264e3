"""Judgements in, scale out."""

import math
from collections.abc import Sequence

from cj_assessment_service.cj_core_logic.scoring.bradley_terry import Mode
from cj_assessment_service.cj_core_logic.scoring.connectivity import components_of
from cj_assessment_service.cj_core_logic.scoring.design import Design, design_of
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.misfit import infit
from cj_assessment_service.cj_core_logic.scoring.prior import fit_prior
from cj_assessment_service.cj_core_logic.scoring.reliability import reliability, separation_reliability
from cj_assessment_service.cj_core_logic.scoring.uncertainty import Errors, errors_of
from cj_assessment_service.domain.comparisons import DecidedComparison, OrientedPair, Winner
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.policies import ScoringPolicy
from cj_assessment_service.domain.scores import EssayScore, PositionEffect, Scoreboard


def fit(essays: Sequence[EssayId], decided: Sequence[DecidedComparison]) -> Scoreboard:
    """The scale of `essays`, in their order. Deterministic; neither order nor names of anything matter.

    Raises InsufficientComparisons when there is no essay or no decision, ScoreConvergenceFailed when no optimum is
    found, and ValueError when an essay is listed twice or a decision names one that is not listed.
    """
    design = design_of(essays, decided)
    mode = fit_prior(design)
    errors = errors_of(mode)
    by_id = {score.essay_id: score for score in _essay_scores(design, mode, errors)}
    return Scoreboard(
        scores=tuple(by_id[essay_id] for essay_id in essays),
        prior_sd=mode.prior.sd,
        reliability=reliability(errors.scores, mode.prior.sd),
        separation_reliability=separation_reliability(mode.scores, errors.scores),
        position=PositionEffect(mode.position, errors.position),
        components=1 + max(score.component for score in by_id.values()),
        decisions=design.decisions,
    )


def fit_judgements(judgements: Judgements, policy: ScoringPolicy) -> Scoreboard:  # noqa: ARG001
    """The same for judgements in columns; scores in the order of `judgements.essays`."""
    essays = judgements.essays
    rows = zip(judgements.first, judgements.second, judgements.judge, judgements.outcome, strict=True)
    decided = [
        DecidedComparison(
            OrientedPair(essays[first], essays[second]),
            Winner.FIRST if outcome > 0 else Winner.SECOND,
            judgements.judges[judge],
        )
        for first, second, judge, outcome in rows
        if outcome
    ]
    return fit(essays, decided)


def _essay_scores(design: Design, mode: Mode, errors: Errors) -> tuple[EssayScore, ...]:
    columns = zip(
        design.essays,
        mode.scores.tolist(),
        errors.scores.tolist(),
        design.comparisons.tolist(),
        design.wins.tolist(),
        infit(design, mode.parameters).tolist(),
        components_of(design).tolist(),
        strict=True,
    )
    return tuple(
        EssayScore(
            essay_id=essay_id,
            score=score,
            se=se,
            comparisons=int(comparisons),
            wins=int(wins),
            infit=None if math.isnan(misfit) else misfit,
            component=component,
        )
        for essay_id, score, se, comparisons, wins, misfit, component in columns
    )
