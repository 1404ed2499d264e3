from dataclasses import replace
from decimal import Decimal

import pytest

from cj_assessment_service.cj_core_logic.scorecard.spending import failures_of, spending_of
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.tests.unit.cj_core_logic.scorecard.checks import F, recorded, took


def test_a_hundred_comparisons_cost_what_their_failures_cost_too() -> None:
    spent = spending_of(
        [
            recorded("a", "b", F, took(1.0)),
            recorded("c", "d", F, took(3.0)),
            recorded("e", "f", None, took(9.0), ErrorCode.INVALID_RESPONSE),
        ]
    )
    assert spent.cost_per_100 == Decimal("1.5")
    assert (spent.median_seconds, spent.prompt_tokens, spent.completion_tokens) == (2.0, 300, 30)


def test_an_unknown_price_is_not_taken_for_nothing() -> None:
    spent = spending_of([recorded("a", "b", F, took(1.0)), recorded("c", "d", F, took(1.0, cost=None))])
    assert (spent.spent, spent.unpriced, spent.cost_per_100) == (Decimal("0.01"), 1, None)


def test_reused_answers_tell_no_price() -> None:
    spent = spending_of([replace(recorded("a", "b", F, took(1.0)), is_reused=True)])
    assert (spent.answers, spent.reused, spent.cost_per_100, spent.median_seconds) == (1, 1, None, None)


def test_questions_without_an_answer_do_not_count() -> None:
    assert spending_of([recorded("a", "b", None)]).answers == 0


def test_the_commonest_failure_comes_first_with_its_first_words() -> None:
    first = replace(recorded("a", "b", None, error=ErrorCode.TIMEOUT), error_message="too slow")
    second = replace(first, error_message="still too slow")
    other = recorded("a", "b", None, error=ErrorCode.RATE_LIMIT)
    kinds = failures_of([other, first, second])
    assert [(kind.code, kind.count, kind.message) for kind in kinds] == [
        (ErrorCode.TIMEOUT, 2, "too slow"),
        (ErrorCode.RATE_LIMIT, 1, None),
    ]


@pytest.mark.parametrize("seconds", [[1.0] * 20, [float(n) for n in range(20)]])
def test_the_slowest_answers_lie_above_the_95th_percentile(seconds: list[float]) -> None:
    spent = spending_of([recorded("a", "b", F, took(each)) for each in seconds])
    assert spent.p95_seconds is not None
    assert sum(each > spent.p95_seconds for each in seconds) <= 1
