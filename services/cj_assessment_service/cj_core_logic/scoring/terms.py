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
    `grading` lambda (how strongly levels count, 0 to 1), `dispersion` phi of probability answers (the smaller, the more
    a probability says beyond a bare winner). `thresholds` kappa, shape (judges, levels - 1), rising in each row.
    """

    discrimination: FloatArray
    tie: FloatArray
    grading: FloatArray
    dispersion: FloatArray
    thresholds: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class JudgeGroups:
    """Which judges have terms of their own: `own_discrimination[k]` tells whether judge k may differ from 1, `group[k]`
    numbers the group of judges it shares all other terms with, `position[k]` the same for the position effect, -1 without
    one.
    """

    own_discrimination: BoolArray
    group: IntArray
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
    enough = answers.per_judge(answers.count) >= FEWEST_DECISIONS
    own = enough & (policy.judge_terms is JudgeTermsUse.SEPARATE)
    group = np.unique(np.where(own, np.cumsum(own), 0), return_inverse=True)[1].astype(np.intp)
    is_estimated = policy.position is PositionTerm.ESTIMATED
    return JudgeGroups(own & (len(own) > 1), group, group if is_estimated else np.full_like(group, -1))


def first_terms(answers: Answers) -> Terms:
    """Where the search for the terms starts: judges alike, levels fully trusted, thresholds and ties as frequent as
    seen.
    """
    judges = len(answers.judges)
    levels = answers.levels
    ties = float(answers.weight[answers.is_tie].sum())
    decided = float(answers.weight.sum()) - ties
    return Terms(
        discrimination=np.ones(judges),
        tie=np.full(judges, 2.5 * ties / decided if decided > 0.0 else 1.0),
        grading=np.full(judges, 1.0 if levels > 1 else 0.0),
        dispersion=np.ones(judges),
        thresholds=np.tile(_first_thresholds(answers, levels), (judges, 1)),
    )


def _first_thresholds(answers: Answers, levels: int) -> FloatArray:
    """Cumulative logits of the levels' frequencies, raised by a softplus(u) of about 1.5."""
    if levels < 2:
        return np.empty(0)
    graded = answers.level > 0
    mass = np.bincount(answers.level[graded] - 1, answers.weight[graded], levels) + 0.5
    below = np.cumsum(mass)[:-1] / mass.sum()
    return np.asarray(np.log(below / (1.0 - below)) + 1.5, dtype=np.float64)
