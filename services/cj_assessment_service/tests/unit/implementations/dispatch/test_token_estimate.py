"""Rates are kept by what questions take, not by the most they could."""

from cj_assessment_service.domain.comparisons import JudgeUsage
from cj_assessment_service.domain.judges import FREE, Quote
from cj_assessment_service.implementations.dispatch.token_estimate import TokenEstimate

QUOTE = Quote(1000, None)


def took(prompt: int, completion: int = 0) -> JudgeUsage:
    return JudgeUsage("test", "model", 1.0, prompt, completion)


def test_before_the_first_answer_it_is_the_most() -> None:
    assert TokenEstimate().of(QUOTE) == 1000


def test_afterwards_it_is_the_largest_share_seen() -> None:
    estimate = TokenEstimate()
    for usage in (took(200, 50), took(280, 20), took(100)):
        estimate.learn(QUOTE, usage)
    assert estimate.of(Quote(2000, None)) == 600


def test_attempts_nobody_counted_say_nothing() -> None:
    estimate = TokenEstimate()
    estimate.learn(QUOTE, None)
    estimate.learn(QUOTE, took(0))
    estimate.learn(FREE, took(10))
    assert estimate.of(QUOTE) == 1000


def test_it_is_never_more_than_the_quote() -> None:
    estimate = TokenEstimate()
    estimate.learn(QUOTE, took(1500))
    assert estimate.of(QUOTE) == 1000
