"""What a pilot session says of essays and judges, and how far that can be trusted."""

from dataclasses import dataclass, replace

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.earned_forms import in_earned_forms
from cj_assessment_service.cj_core_logic.scoring.fit import fit_judgements
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements, LevelScale
from cj_assessment_service.cj_core_logic.simulation.answers import panel_answers
from cj_assessment_service.domain.policies import ScoringPolicy
from cj_assessment_service.domain.scores import GradingUse, JudgeTerms, PositionEffect, Scoreboard
from cj_assessment_service.domain.simulations import Experiment, JudgeModel

MOST_JUDGES = 20
"""A planned session has at most this many judges, the busiest of the pilot: more change nothing but the time it takes."""

_LEAST_DISCRIMINATION = 0.05
_SMALLEST_STEP = 1e-3
_DRAWS_PER_JUDGEMENT = 20
_FURTHEST = 3.0
"""A redrawn spread is at most three times as wide or as narrow as the pilot's."""


@dataclass(frozen=True, slots=True, eq=False)
class Pilot:
    """The judgements in the forms that count, the scale fitted to them, and a model and the position effect of each of their judges."""

    judgements: Judgements
    scoring: ScoringPolicy
    board: Scoreboard
    models: tuple[JudgeModel, ...]
    positions: tuple[PositionEffect, ...]

    @property
    def busiest(self) -> IntArray:
        """The places of the judges a planned session has."""
        decisions = np.bincount(self.judgements.judge, minlength=len(self.models))
        return np.sort(np.argsort(-decisions, kind="stable")[:MOST_JUDGES]).astype(np.intp)


def pilot_of(judgements: Judgements, scoring: ScoringPolicy) -> Pilot:
    """Fits the pilot. Raises InsufficientComparisons where there is nothing to fit."""
    judgements = in_earned_forms(judgements, scoring)
    board = fit_judgements(judgements, scoring)
    terms = {judge.judge: judge for judge in board.judges}
    cuts = {scale: level_cuts(_on_scale(judgements, scale), board) for scale in set(judgements.level_scales)}
    common = JudgeModel(bias=board.position.estimate, ties=_tie_share(board))
    models, positions = [], []
    for judge, scale in zip(judgements.judges, judgements.level_scales, strict=True):
        own = terms.get(judge)
        models.append(common if own is None else _model_of(own, common, cuts[scale]))
        positions.append(board.position if own is None else own.position)
    return Pilot(judgements, scoring, board, tuple(models), tuple(positions))


def redrawn(pilot: Pilot, experiment: Experiment, rng: np.random.Generator) -> Experiment:
    """The experiment with a spread and judges that the pilot might have come from as well."""
    sd = redrawn_sd(pilot, rng)
    judges = tuple(
        replace(
            pilot.models[place],
            bias=float(rng.normal(pilot.positions[place].estimate, pilot.positions[place].se)),
        )
        for place in pilot.busiest.tolist()
    )
    return replace(experiment, sd=sd, judges=judges)


def redrawn_sd(pilot: Pilot, rng: np.random.Generator) -> float:
    """The pilot's spread s, moved by the error of its own estimation: where s is the truth, the pilot's design would estimate
    s' (one draw), so with s estimated the truth may be s^2 / s'. The basic bootstrap on the logarithmic scale (Davison & Hinkley
    1997, Bootstrap Methods and their Application, 5.2.1), with the judges' answers drawn from the model.
    """
    held, spread = pilot.judgements, pilot.board.prior_sd
    truth = rng.normal(0.0, spread, len(held.essays))
    answers = panel_answers(pilot.models, held.judge, truth[held.first] - truth[held.second], rng)
    again = Judgements(
        essays=held.essays,
        judges=held.judges,
        first=held.first,
        second=held.second,
        judge=held.judge,
        outcome=answers.outcome,
        level=answers.level,
        p_first=answers.p_first,
        confidence=answers.confidence,
        weight=held.weight,
        scales=held.scales,
    )
    ratio = spread / fit_judgements(again, pilot.scoring).prior_sd
    return float(spread * np.clip(ratio, 1.0 / _FURTHEST, _FURTHEST))


def level_cuts(judgements: Judgements, board: Scoreboard) -> tuple[float, ...]:
    """Thresholds under which essays as far apart as the pilot's would get each level as often as they did; empty where
    fewer than two levels were given.

    They are quantiles of |d + e| with d the fitted differences of the graded pairs and e standard logistic.
    """
    graded = judgements.level > 0
    highest = int(judgements.level.max(initial=0))
    if highest < 2:
        return ()
    difference = _scores(board)[judgements.first[graded]] - _scores(board)[judgements.second[graded]]
    noise = np.random.default_rng(0).logistic(size=(_DRAWS_PER_JUDGEMENT, len(difference)))
    counts = np.bincount(judgements.level[graded], minlength=highest + 1)[1:]
    shares = np.cumsum(counts)[:-1] / counts.sum()
    quantiles = np.quantile(np.abs(difference + noise), shares)
    steps = np.maximum(np.diff(quantiles, prepend=0.0), _SMALLEST_STEP)
    return tuple(np.cumsum(steps).tolist())


def _on_scale(judgements: Judgements, scale: LevelScale) -> Judgements:
    seats = [seat for seat, own in enumerate(judgements.level_scales) if own == scale]
    return judgements.take(np.flatnonzero(np.isin(judgements.judge, seats)))


def _model_of(terms: JudgeTerms, common: JudgeModel, cuts: tuple[float, ...]) -> JudgeModel:
    graded = terms.grading_use is GradingUse.USED and bool(cuts)
    return replace(
        common,
        bias=terms.position.estimate,
        discrimination=max(terms.discrimination, _LEAST_DISCRIMINATION),
        levels=2 * (len(cuts) + 1) if graded else 2,
        thresholds=cuts if graded else (),
    )


def _tie_share(board: Scoreboard) -> float:
    """The share of ties between equals under Davidson's model, nu / (2 + nu)."""
    nu = board.tie_parameter or 0.0
    return nu / (2.0 + nu)


def _scores(board: Scoreboard) -> FloatArray:
    return np.array([essay.score for essay in board.scores])
