"""What distinguishes one judge from another."""

from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.answers import Answers, sums_at
from cj_assessment_service.cj_core_logic.scoring.arrays import BoolArray, FloatArray, IntArray
from cj_assessment_service.domain.policies import JudgeTermsUse, PositionTerm, ScoringPolicy

FEWEST_DECISIONS = 20
"""Judges with fewer are too few to tell apart: they share the terms of the whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """One entry for each judge: `discrimination` a (1: like the others), `tie` nu of Davidson's model (0: never ties),
    `grading` lambda (how strongly levels count, 0 to 1). `thresholds` kappa, rising in each row, shape (judges, levels - 1)
    with the most levels of any scale; infinite beyond those of the judge's own scale.
    """

    discrimination: FloatArray
    tie: FloatArray
    grading: FloatArray
    thresholds: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class JudgeGroups:
    """Which judges have terms of their own: `own_discrimination[k]` tells whether judge k may differ from 1, `group[k]`
    numbers the group of judges it shares all other terms with (all on one scale of levels), `position[k]` the same for
    the position effect, -1 without one; `scale[k]` numbers its scale of levels.
    """

    own_discrimination: BoolArray
    group: IntArray
    scale: IntArray
    position: IntArray

    @property
    def positions(self) -> int:
        return int(self.position.max(initial=-1)) + 1

    def pooled(self, values: FloatArray) -> FloatArray:
        """For each judge the sum over its group."""
        return sums_at(self.group, values, len(self.group))[self.group]


def judge_groups(answers: Answers, policy: ScoringPolicy) -> JudgeGroups:
    """Judges with enough decisions stand for themselves, all others for each other. One judge alone has discrimination
    1: what a single judge sees less clearly is a narrower scale.
    """
    own = own_terms(answers.per_judge(answers.count), policy)
    shared = np.unique(np.where(own, np.cumsum(own), 0), return_inverse=True)[1].astype(np.intp)
    scales = sorted(set(answers.scales))
    place = {scale: number for number, scale in enumerate(scales)}
    scale = np.array([place[own_scale] for own_scale in answers.scales], dtype=np.intp)
    group = np.unique(shared * len(scales) + scale, return_inverse=True)[1].astype(np.intp)
    is_estimated = policy.position is PositionTerm.ESTIMATED
    position = shared if is_estimated else np.full_like(shared, -1)
    return JudgeGroups(own & (len(own) > 1), group, scale, position)


def own_terms(decisions: FloatArray, policy: ScoringPolicy) -> BoolArray:
    """Which judges, by their numbers of decisions, stand for themselves."""
    return np.asarray((decisions >= FEWEST_DECISIONS) & (policy.judge_terms is JudgeTermsUse.SEPARATE))


def first_terms(answers: Answers) -> Terms:
    """Where the search for the terms starts: judges alike, levels fully trusted, thresholds and ties as frequent as
    seen.
    """
    judges = len(answers.judges)
    ties = float(answers.weight[answers.is_tie].sum())
    decided = float(answers.weight.sum()) - ties
    thresholds = _first_thresholds(answers)
    return Terms(
        discrimination=np.ones(judges),
        tie=np.full(judges, 2.5 * ties / decided if decided > 0.0 else 1.0),
        grading=np.where(np.isfinite(thresholds).any(axis=1), 1.0, 0.0),
        thresholds=thresholds,
    )


def _first_thresholds(answers: Answers) -> FloatArray:
    """Cumulative logits of the levels' frequencies on each scale, raised by a softplus(u) of about 1.5."""
    thresholds = np.full((len(answers.judges), max(int(answers.level.max(initial=0)) - 1, 0)), np.inf)
    for scale in set(answers.scales):
        on_scale = np.array([own == scale for own in answers.scales])
        graded = (answers.level > 0) & on_scale[answers.judge]
        mass = np.bincount(answers.level[graded] - 1, answers.weight[graded]) + 0.5
        if len(mass) > 1:
            below = np.cumsum(mass)[:-1] / mass.sum()
            thresholds[on_scale, : len(below)] = np.log(below / (1.0 - below)) + 1.5
    return thresholds
