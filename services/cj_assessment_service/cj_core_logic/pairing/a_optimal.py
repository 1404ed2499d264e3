"""Pairs that lower the mean posterior variance most (A-optimality; Chernoff 1953, Ann. Math. Statist. 24, 586-602)."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from cj_assessment_service.cj_core_logic.pairing.history import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.pairing.outlook import Outlook, fisher_information
from cj_assessment_service.cj_core_logic.pairing.weights import novelty

SEQUENTIAL_UP_TO = 128
"""More essays than this are matched by what each pair would gain as the first of the wave, which takes one pass."""


def posterior_covariance(outlook: Outlook) -> FloatArray:
    """Of the scores, shape (n, n): the inverse of the Laplacian of the comparison graph, each edge weighing count p (1 - p),
    plus I / sigma^2. Pairs taken for the wave count as if they were answered. The error all scores share cancels in
    every difference.
    """
    history, scale, taken = outlook.history, outlook.scale, outlook.taken
    left = np.concatenate((history.left, taken.left))
    right = np.concatenate((history.right, taken.right))
    count = np.concatenate((history.covered, np.ones(len(taken), dtype=np.intp)))
    learnt = count * fisher_information(scale.score[left] - scale.score[right])
    curvature = np.zeros((history.size, history.size))
    for row, column, sign in (
        (left, right, -1.0),
        (right, left, -1.0),
        (left, left, 1.0),
        (right, right, 1.0),
    ):
        np.add.at(curvature, (row, column), sign * learnt)
    curvature[np.diag_indices(history.size)] += scale.spread**-2
    return np.asarray(cho_solve(cho_factor(curvature, lower=True), np.eye(history.size)))


def expected_gains(outlook: Outlook) -> FloatArray:
    """By how much each candidate would lower sum(importance * posterior variance).

    One judgement with Fisher information w about e = e_i - e_j turns the covariance C into
    C - w C e e' C / (1 + w e' C e) (Sherman & Morrison 1950, Ann. Math. Statist. 21, 124-127).
    """
    covariance = posterior_covariance(outlook)
    squared = (covariance * outlook.importance) @ covariance
    pairs = outlook.candidates
    worth = _worth(outlook)
    return np.asarray(
        worth
        * _of_difference(squared, pairs.left, pairs.right)
        / (1.0 + worth * _of_difference(covariance, pairs.left, pairs.right))
    )


def one_after_the_other(outlook: Outlook, slots: int, rng: np.random.Generator) -> IntArray:
    """The places of at most `slots` disjoint candidates, each the best once those before it are answered."""
    left, right = outlook.candidates.left, outlook.candidates.right
    covariance = posterior_covariance(outlook)
    squared = (covariance * outlook.importance) @ covariance
    worth = _worth(outlook) * (1.0 + 1e-3 * rng.random(len(left)))
    open_places = np.arange(len(left))
    chosen: list[int] = []
    while len(open_places) and len(chosen) < slots:
        i, j, w = left[open_places], right[open_places], worth[open_places]
        gain = w * _of_difference(squared, i, j) / (1.0 + w * _of_difference(covariance, i, j))
        best = int(open_places[gain.argmax()])
        chosen.append(best)
        one, other = left[best], right[best]
        covariance, squared = _after(
            covariance, squared, (one, other), float(worth[best]), outlook.importance
        )
        open_places = open_places[(i != one) & (i != other) & (j != one) & (j != other)]
    return np.array(chosen, dtype=np.intp)


def _after(
    covariance: FloatArray, squared: FloatArray, pair: tuple[int, int], worth: float, importance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """C and C B C, with B the importances on the diagonal, once the pair is answered."""
    one, other = pair
    course = covariance[:, one] - covariance[:, other]
    step = worth / (1.0 + worth * float(course[one] - course[other]))
    seen = covariance @ (importance * course)
    cross = np.outer(seen, course)
    own = step * float(importance @ course**2)
    outer = np.outer(course, course)
    return covariance - step * outer, squared - step * (cross + cross.T - own * outer)


def _worth(outlook: Outlook) -> FloatArray:
    score, pairs = outlook.scale.score, outlook.candidates
    learnt = fisher_information(score[pairs.left] - score[pairs.right])
    return np.asarray(learnt * novelty(pairs))


def _of_difference(matrix: FloatArray, left: IntArray, right: IntArray) -> FloatArray:
    """For each pair the quadratic form e' M e, with e = e_left - e_right and M symmetric."""
    diagonal = np.diag(matrix)
    return np.asarray(diagonal[left] + diagonal[right] - 2.0 * matrix[left, right])
