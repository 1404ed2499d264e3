"""How the answers hang on the parameters: scores of essays and position effects of judges."""

from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.answers import Answers, sums_at
from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.pair_graph import PairGraph
from cj_assessment_service.cj_core_logic.scoring.terms import JudgeGroups, Terms

POSITION_SD = 1.0
"""Prior standard deviation of the mean position effect of all judges, in logits."""

JUDGE_POSITION_SD = 0.5
"""How far the position effects of judges lie apart, in logits."""


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The difference seen in row r is d_r = a_r (theta_first - theta_second) + b_r.

    Parameters are the `essays` scores followed by the `positions` effects. `position` holds each row's place among the
    effects, -1 where there is none. `component` numbers the connected part each essay belongs to, shape (essays,);
    `graph` tells which essays met.
    """

    essays: int
    positions: int
    first: IntArray
    second: IntArray
    position: IntArray
    discrimination: FloatArray
    component: IntArray
    graph: PairGraph

    @property
    def parameters(self) -> int:
        return self.essays + self.positions

    def differences(self, parameters: FloatArray) -> FloatArray:
        """The d of each row, shape (rows,)."""
        d: FloatArray = self.discrimination * (parameters[self.first] - parameters[self.second])
        return d + self.position_effects(parameters)

    def position_effects(self, parameters: FloatArray) -> FloatArray:
        """The b of each row, shape (rows,); 0 where there is none."""
        if not self.positions:
            return np.zeros(len(self.first))
        return np.where(self.position >= 0, parameters[self.essays + self.position], 0.0)

    def pulled(self, values: FloatArray) -> FloatArray:
        """The transpose of `differences`: what each row pulls at the parameters, shape (parameters,)."""
        scaled = self.discrimination * values
        pull = np.zeros(self.parameters)
        pull[: self.essays] = sums_at(self.first, scaled, self.essays) - sums_at(
            self.second, scaled, self.essays
        )
        if self.positions:
            held = self.position >= 0
            pull[self.essays :] = sums_at(self.position[held], values[held], self.positions)
        return pull

    @property
    def component_sizes(self) -> IntArray:
        """How many essays share the part of each essay, shape (essays,)."""
        sizes: IntArray = np.bincount(self.component)[self.component].astype(np.intp)
        return sizes


def design_of(
    answers: Answers, groups: JudgeGroups, terms: Terms, component: IntArray, graph: PairGraph
) -> Design:
    return Design(
        essays=len(answers.essays),
        positions=groups.positions,
        first=answers.first,
        second=answers.second,
        position=groups.position[answers.judge],
        discrimination=terms.discrimination[answers.judge],
        component=component,
        graph=graph,
    )


@dataclass(frozen=True, slots=True)
class Prior:
    """theta_i ~ N(0, sd^2), independent; position effects share a mean: b_g ~ N(m, JUDGE_POSITION_SD^2) with m ~
    N(0, POSITION_SD^2); a single effect is b ~ N(0, POSITION_SD^2).
    """

    sd: float

    def position_precision(self, positions: int) -> FloatArray:
        """Inverse of the prior covariance of the position effects, shape (positions, positions)."""
        if positions <= 1:
            return np.full((positions, positions), POSITION_SD**-2)
        own, shared = JUDGE_POSITION_SD**2, POSITION_SD**2
        # Sherman-Morrison for own I + shared 11'
        precision: FloatArray = (np.eye(positions) - shared / (own + positions * shared)) / own
        return precision

    def pull(self, design: Design, parameters: FloatArray) -> FloatArray:
        """Prior precision times parameters."""
        scores = parameters[: design.essays] / self.sd**2
        effects = self.position_precision(design.positions) @ parameters[design.essays :]
        return np.concatenate((scores, effects))

    def mean_variances(self, design: Design) -> FloatArray:
        """Variance of the mean of each essay's connected part, sd^2 / size; 0 for an essay nobody compared."""
        sizes = design.component_sizes
        variances: FloatArray = np.where(sizes > 1, self.sd**2 / sizes, 0.0)
        return variances

    def log_determinant(self, design: Design) -> float:
        """Of the prior precision."""
        effects = np.linalg.slogdet(self.position_precision(design.positions)).logabsdet
        return float(effects) - 2.0 * design.essays * float(np.log(self.sd))
