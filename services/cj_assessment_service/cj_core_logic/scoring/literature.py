"""The scale as the comparative-judgement literature computes it, for comparison with published results.

It is what `btm` of the R package sirt (Robitzsch) gives with `eps`, no home advantage (`fix.eta = 0`) and no tie parameter
(`fix.delta = -99`), the setting of the published sessions: joint maximum likelihood of Bradley & Terry (1952), with the raw
scores moved away from 0 and N so that every estimate is finite (Bertoli-Barsotti, Lando & Punzo 2014):

    score_i = eps + (N_i - 2 eps) / N_i * wins_i        a tie is half a win for each
    sum_j n_ij p_ij + c I_i = score_i,   p_ij = 1 / (1 + exp(theta_j - theta_i)),   sum theta = 0
    se_i = 1 / sqrt(I_i),   I_i = sum_j n_ij p_ij (1 - p_ij)
    SSR = 1 - mean(se^2) / var(theta), the variance with n - 1

The adjusted scores of essays compared unequally often do not add up to the number of comparisons; then no scale has exactly
these expected scores. sirt steps by (score_i - expected_i) / I_i and centres after each step, so it comes to rest where all
steps are equal: c is that step. It is 0 when all N_i are equal and about eps / N otherwise.

The errors leave out the covariances, and with few or with adaptively chosen comparisons SSR promises too much. Our own model
(`fit_judgements`) is better in both; this one reproduces.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import coo_array, csc_array, csr_array, diags_array
from scipy.sparse.linalg import cg, splu
from scipy.special import expit, log_expit, logit

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.literature_fit import judge_rows, mean_squares
from cj_assessment_service.cj_core_logic.scoring.tallies import (
    comparisons_of,
    essay_sums,
    pairs_of,
    parts_of,
    won_by_first,
)
from cj_assessment_service.domain.errors import (
    InputProblem,
    InputRejected,
    InsufficientComparisons,
)
from cj_assessment_service.domain.scores import EssayScore, PositionEffect, Scoreboard

_SETTLED = 1e-11
"""The largest change of a score, in logits, at which the search has arrived."""

_ROUNDING = 1e-6
"""Steps below this that no longer shrink are rounding (long chains of comparisons magnify it)."""

_RUNAWAY = 25.0
"""Compared essays so far apart, in logits, are on their way to infinity: the information of the pair is below 1e-10."""

_MAX_STEPS = 100
_MOST_GRADIENTS = 2000
_DENSE = 400
"""Up to so many essays a dense factorisation is faster than conjugate gradients."""

_NEARLY_A_TREE = 1.25
"""Up to so many pairs for each essay a sparse factorisation stays sparse, and the conjugate gradients of a chain crawl."""

_NO_SPREAD = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class _Tally:
    """Distinct unordered pairs judged `asked` times (sum of weights), and the adjusted `score` of each essay. `part` numbers
    the connected parts, which are solved side by side, each centred on its own mean.
    """

    low: IntArray
    high: IntArray
    asked: FloatArray
    score: FloatArray
    part: IntArray

    def per_essay(self, of_low: FloatArray, of_high: FloatArray) -> FloatArray:
        n = len(self.score)
        return np.asarray(
            np.bincount(self.low, of_low, n) + np.bincount(self.high, of_high, n), dtype=np.float64
        )

    def per_part(self, values: FloatArray) -> FloatArray:
        return np.bincount(self.part, values).astype(np.float64, copy=False)

    def centred(self, theta: FloatArray) -> FloatArray:
        sizes = self.per_part(np.ones_like(theta))
        return np.asarray(theta - (self.per_part(theta) / sizes)[self.part], dtype=np.float64)


def fit_literature(judgements: Judgements, eps: float) -> Scoreboard:
    """Scores in the order of `judgements.essays`. Levels count by the winner they name; probabilities by the side they favour.

    Each connected part has a scale of its own, centred on its own mean; SSR then pools the variances within the parts. An
    essay without comparisons stands at 0 with an infinite error and is left out of SSR. `prior_sd` is the spread that
    remains after the errors, sqrt(var - mean(se^2)), and `reliability` is SSR within 0 and 1 (0 where it is undefined).

    With few comparisons (about 4 for each essay and fewer) the equations may have no finite solution. sirt then ends after 100
    damped steps wherever it stands; so do we, with `converged` False.

    Raises InsufficientComparisons without judgements and InputRejected unless 0 < eps < N_i / 2.
    """
    if not len(judgements):
        raise InsufficientComparisons("There is nothing to make a scale from: no readable judgement.")
    tally = _tally_of(judgements, eps)
    theta, converged = _solved(tally)
    carried = _unexplained(tally, theta)[1]
    information = tally.per_essay(carried, carried)
    with np.errstate(divide="ignore"):
        errors = np.asarray(1.0 / np.sqrt(information))
    spread, noise = _variances(tally, theta, errors)
    separation = 1.0 - noise / spread if spread > _NO_SPREAD else None
    distance = theta[judgements.first] - theta[judgements.second]
    return Scoreboard(
        scores=_essay_rows(judgements, theta, errors, tally.part),
        prior_sd=math.sqrt(max(0.0, spread - noise)),
        reliability=min(1.0, max(0.0, separation or 0.0)),
        separation_reliability=separation,
        position=PositionEffect(0.0, 0.0),
        components=1 + int(tally.part.max()),
        decisions=len(judgements),
        judges=judge_rows(judgements, distance),
        log_likelihood=_log_likelihood(judgements, distance),
        converged=converged,
    )


def _tally_of(judgements: Judgements, eps: float) -> _Tally:
    weight, share = judgements.weight, won_by_first(judgements)
    pairs = pairs_of(judgements)
    total = essay_sums(judgements, weight, weight)
    wins = essay_sums(judgements, weight * share, weight * (1.0 - share))
    compared = total > 0.0
    if not 0.0 < eps < 0.5 * float(total[compared].min()):
        raise InputRejected(
            (
                InputProblem(
                    "eps",
                    f"{eps:g} is not between 0 and half of the fewest comparisons of an essay.",
                    "Use 0.3 as published sessions do, or plain maximum likelihood for 0.",
                ),
            )
        )
    safe = np.where(compared, total, 1.0)
    score = np.where(compared, eps + (safe - 2.0 * eps) / safe * wins, 0.0)
    return _Tally(pairs.low, pairs.high, pairs.sums(weight), score, parts_of(judgements))


def _solved(tally: _Tally) -> tuple[FloatArray, bool]:
    """The scores, and whether they solve the equations."""
    theta = _solution(tally)
    return (_where_sirt_stops(tally), False) if theta is None else (theta, True)


def _solution(tally: _Tally) -> FloatArray | None:
    """Newton's method with the Laplacian of the informations; None when the scores run away."""
    theta, before = _start(tally), math.inf
    for _ in range(_MAX_STEPS):
        if float(np.abs(theta[tally.low] - theta[tally.high]).max()) > _RUNAWAY:
            return None
        step = tally.centred(_newton_step(tally, theta))
        largest = float(np.abs(step).max())
        theta = theta + step / max(1.0, largest)
        if largest <= _SETTLED or before / 2.0 <= largest <= _ROUNDING:
            return theta
        before = largest
    return None


def _where_sirt_stops(tally: _Tally) -> FloatArray:
    """After 100 steps (score - expected) / I, the largest allowed one shrinking by 2 % each time."""
    theta = _start(tally)
    for step in range(1, 101):
        left, carried = _unexplained(tally, theta)
        information = tally.per_essay(carried, carried)
        move = np.divide(left, information, out=np.zeros_like(left), where=information > 0.0)
        theta = tally.centred(theta + np.clip(move, -(0.98**step), 0.98**step))
    return theta


def _start(tally: _Tally) -> FloatArray:
    """The log-odds of the share (score / N + 0.1) / 1.2, as in sirt."""
    total = tally.per_essay(tally.asked, tally.asked)
    share = np.divide(tally.score, total, out=np.full_like(total, 0.5), where=total > 0.0)
    return tally.centred(np.asarray(logit((share + 0.1) / 1.2)))


def _unexplained(tally: _Tally, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What the scores leave of each adjusted score, and n p (1 - p) of each pair."""
    chance = expit(theta[tally.low] - theta[tally.high])
    expected = tally.per_essay(tally.asked * chance, tally.asked * (1.0 - chance))
    return tally.score - expected, np.asarray(tally.asked * chance * (1.0 - chance))


def _newton_step(tally: _Tally, theta: FloatArray) -> FloatArray:
    left, carried = _unexplained(tally, theta)
    information = tally.per_essay(carried, carried)
    known = tally.per_part(information)
    drift = np.divide(tally.per_part(left), known, out=np.zeros_like(known), where=known > 0.0)
    return _laplacian_solution(tally, carried, left - drift[tally.part] * information)


def _laplacian_solution(tally: _Tally, carried: FloatArray, right: FloatArray) -> FloatArray:
    """Of the weighted graph's Laplacian times x = right, up to a constant within each part."""
    n = len(right)
    degree = tally.per_essay(carried, carried)
    grounded = degree.copy()
    grounded[np.unique(tally.part, return_index=True)[1]] += 1.0
    if n <= _DENSE:
        matrix = np.diag(grounded)
        matrix[tally.low, tally.high] = matrix[tally.high, tally.low] = -carried
        return np.asarray(cho_solve(cho_factor(matrix), right))
    links = coo_array((carried, (tally.low, tally.high)), shape=(n, n))
    if len(carried) <= _NEARLY_A_TREE * n:
        sparse = csc_array(diags_array(grounded) - links - links.T)
        return np.asarray(splu(sparse, permc_spec="MMD_AT_PLUS_A").solve(right))
    diagonal = np.where(degree > 0.0, degree, 1.0)
    laplacian = csr_array(diags_array(diagonal) - links - links.T)
    scaling = diags_array(1.0 / diagonal)
    found, _ = cg(laplacian, right, rtol=1e-10, atol=1e-12, maxiter=_MOST_GRADIENTS, M=scaling)
    return np.asarray(found)


def _variances(tally: _Tally, theta: FloatArray, errors: FloatArray) -> tuple[float, float]:
    """Of the scores within the parts, and the mean squared error, both over the essays that were compared."""
    compared = np.isfinite(errors)
    freedom = int(compared.sum()) - len(np.unique(tally.part[compared]))
    if freedom < 1:
        return 0.0, 0.0
    return float(np.square(theta[compared]).sum()) / freedom, float(np.square(errors[compared]).mean())


def _log_likelihood(judgements: Judgements, distance: FloatArray) -> float:
    share = won_by_first(judgements)
    return float(judgements.weight @ (share * log_expit(distance) + (1.0 - share) * log_expit(-distance)))


def _essay_rows(
    judgements: Judgements, theta: FloatArray, errors: FloatArray, part: IntArray
) -> tuple[EssayScore, ...]:
    share = won_by_first(judgements)
    wins = essay_sums(judgements, (share == 1.0).astype(np.float64), (share == 0.0).astype(np.float64))
    infit, outfit = mean_squares(judgements, theta[judgements.first] - theta[judgements.second])
    comparisons = comparisons_of(judgements)
    return tuple(
        EssayScore(
            essay_id=essay_id,
            score=float(theta[place]),
            se=float(errors[place]),
            comparisons=int(comparisons[place]),
            wins=int(wins[place]),
            infit=infit[place],
            outfit=outfit[place],
            component=int(part[place]),
        )
        for place, essay_id in enumerate(judgements.essays)
    )
