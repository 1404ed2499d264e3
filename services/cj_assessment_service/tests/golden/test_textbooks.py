"""Maximum likelihood gives the numbers of the textbooks.

Textbooks fix a reference item at 0, so their standard errors are those of differences to it. Ours belong to scores that sum to zero.
A single difference needs the covariance of the two; but the rows of that covariance matrix sum to zero, so over all n items

    sum_j var(theta_j - theta_r) = n var(theta_r) + sum_j var(theta_j),

which the printed errors of all items against the reference r must satisfy.
"""

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.scoring.maximum_likelihood import fit_maximum_likelihood
from cj_assessment_service.domain.policies import JudgeTermsUse, PositionTerm, ScoringPolicy
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.tests.golden.textbooks import BASEBALL, BASEBALL_AT_HOME, CITATIONS, Textbook

BOOKS = pytest.mark.parametrize("book", [CITATIONS, BASEBALL, BASEBALL_AT_HOME])


def fitted(book: Textbook) -> Scoreboard:
    position = PositionTerm.ABSENT if book.position is None else PositionTerm.ESTIMATED
    policy = ScoringPolicy(position=position, judge_terms=JudgeTermsUse.POOLED)
    return fit_maximum_likelihood(book.judgements(), policy)


@BOOKS
def test_scores_agree_to_six_decimals(book: Textbook) -> None:
    assert [row.score for row in fitted(book).scores] == pytest.approx(book.scores, abs=1e-6)


@BOOKS
def test_errors_agree_to_six_decimals(book: Textbook) -> None:
    assert [row.se for row in fitted(book).scores] == pytest.approx(book.errors, abs=1e-6)


@BOOKS
def test_errors_agree_with_those_printed_against_the_reference_item(book: Textbook) -> None:
    variances = np.square([row.se for row in fitted(book).scores])
    together = len(variances) * variances[0] + variances.sum()
    assert together == pytest.approx(np.square(book.to_reference).sum(), abs=1e-6)


@BOOKS
def test_the_deviance_agrees(book: Textbook) -> None:
    log_likelihood = fitted(book).log_likelihood
    assert log_likelihood is not None
    assert 2.0 * (book.saturated - log_likelihood) == pytest.approx(book.deviance, abs=1e-6)


def test_home_advantage_is_the_position_effect() -> None:
    position, expected = fitted(BASEBALL_AT_HOME).position, BASEBALL_AT_HOME.position
    assert expected is not None
    assert (position.estimate, position.se) == pytest.approx(expected, abs=1e-6)
    assert (round(position.estimate, 4), round(position.se, 4)) == (0.3023, 0.1309)


def test_the_printed_digits_of_the_citations() -> None:
    biometrika, *others = (row.score for row in fitted(CITATIONS).scores)
    assert [round(score - biometrika, 4) for score in others] == [-2.9491, -0.4796, 0.2690]
