import numpy as np
from hypothesis import given, settings

from cj_assessment_service.cj_core_logic.pairing.history import history_of
from cj_assessment_service.cj_core_logic.pairing.planner import PairingSituation
from cj_assessment_service.domain.comparisons import AskedState
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.tests.unit.cj_core_logic.pairing.situations import (
    decided,
    essay_id,
    failed,
    items,
    outstanding,
    situations,
)


def test_decided_and_outstanding_questions_count_as_comparisons_and_failed_ones_do_not() -> None:
    history = history_of(items(3), (decided(0, 1), outstanding(2, 0), failed(1, 2)))
    assert history.comparisons.tolist() == [2, 1, 1]


def test_skew_is_how_much_oftener_an_essay_was_shown_first() -> None:
    history = history_of(items(3), (decided(0, 1), decided(0, 2), outstanding(2, 1), failed(1, 0)))
    assert history.skew.tolist() == [2, -2, 0]


def test_both_orders_of_a_pair_are_told_apart() -> None:
    history = history_of(items(2), (decided(0, 1), decided(0, 1), decided(1, 0), failed(1, 0)))
    assert (history.forward.tolist(), history.backward.tolist()) == ([2], [1])
    assert (history.forward_asked.tolist(), history.backward_asked.tolist()) == ([2], [2])


def test_attempts_are_spent_while_the_latest_question_of_a_pair_failed() -> None:
    history = history_of(
        items(2), (decided(0, 1, wave=1), failed(0, 1, wave=2), failed(1, 0, wave=3, attempt=2))
    )
    assert history.spent.tolist() == [2]


def test_a_verdict_closes_the_question_that_failed_before() -> None:
    history = history_of(items(2), (failed(0, 1, wave=1), decided(1, 0, wave=2)))
    assert history.spent.tolist() == [0]
    assert history.retryable.tolist() == [False]


def test_failures_in_a_row_spend_attempts_even_when_each_was_a_new_question() -> None:
    history = history_of(items(2), (failed(0, 1, wave=1), failed(0, 1, wave=2), failed(0, 1, wave=3)))
    assert history.spent.tolist() == [3]


def test_only_a_failure_that_asking_again_may_cure_is_retryable() -> None:
    asked = (
        failed(0, 1, code=ErrorCode.RATE_LIMIT),
        failed(0, 2, code=ErrorCode.AUTHENTICATION_ERROR),
        failed(1, 2, code=None),
    )
    assert history_of(items(3), asked).retryable.tolist() == [True, False, False]


def test_questions_about_other_essays_are_left_out() -> None:
    assert history_of(items(2), (decided(0, 7), decided(0, 1))).comparisons.tolist() == [1, 1]


def test_a_batch_without_essays_has_an_empty_history() -> None:
    history = history_of((), ())
    assert (history.size, len(history.left), len(history.comparisons)) == (0, 0, 0)


@given(situations())
@settings(deadline=None)
def test_the_arrays_agree_with_counting_one_by_one(now: PairingSituation) -> None:
    history = history_of(now.items, now.asked)
    covered = [question.pair for question in now.asked if question.state is not AskedState.FAILED]
    for place, essay in enumerate(history.essays):
        first = sum(pair.first == essay for pair in covered)
        second = sum(pair.second == essay for pair in covered)
        assert history.comparisons[place] == first + second
        assert history.skew[place] == first - second
    assert history.forward_asked.sum() + history.backward_asked.sum() == len(now.asked)


def test_pairs_are_numbered_by_the_order_of_the_essay_ids() -> None:
    history = history_of(items(3)[::-1], (decided(2, 1),))
    assert history.essays == (essay_id(0), essay_id(1), essay_id(2))
    assert np.array_equal(np.stack((history.left, history.right, history.backward)), [[1], [2], [1]])
