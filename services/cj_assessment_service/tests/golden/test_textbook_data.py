"""The textbook data are what they say, whoever fits them."""

import numpy as np
import pytest
from scipy.special import log_expit

from cj_assessment_service.tests.golden.textbooks import BASEBALL, BASEBALL_AT_HOME, CITATIONS, Textbook


@pytest.mark.parametrize("book", [CITATIONS, BASEBALL, BASEBALL_AT_HOME])
def test_the_given_fit_has_the_given_deviance_and_satisfies_the_likelihood_equations(book: Textbook) -> None:
    judgements, theta = book.judgements(), np.array(book.scores)
    shift = 0.0 if book.position is None else book.position[0]
    eta = theta[judgements.first] - theta[judgements.second] + shift
    won = (judgements.outcome + 1) / 2
    log_likelihood = float((won * log_expit(eta) + (1 - won) * log_expit(-eta)).sum())
    assert 2.0 * (book.saturated - log_likelihood) == pytest.approx(book.deviance, abs=1e-8)
    surplus = won - np.exp(log_expit(eta))
    n = len(theta)
    per_item = np.bincount(judgements.first, surplus, n) - np.bincount(judgements.second, surplus, n)
    assert per_item == pytest.approx(np.zeros(n), abs=1e-5)


@pytest.mark.parametrize("book", [CITATIONS, BASEBALL, BASEBALL_AT_HOME])
def test_centred_and_reference_errors_belong_to_one_covariance(book: Textbook) -> None:
    variances = np.square(book.errors)
    together = len(variances) * variances[0] + variances.sum()
    assert together == pytest.approx(np.square(book.to_reference).sum(), abs=1e-7)
