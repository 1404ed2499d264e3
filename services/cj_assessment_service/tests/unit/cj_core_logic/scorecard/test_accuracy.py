from dataclasses import replace

import pytest

from cj_assessment_service.cj_core_logic.scorecard.accuracy import (
    Baseline,
    accuracy_of,
    by_distance,
    kappa_of,
    longest_wins,
    rival_of,
)
from cj_assessment_service.cj_core_logic.scorecard.checked_answers import (
    checked_answers,
    repeated_answers,
    swapped_answers,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.tests.unit.cj_core_logic.scorecard.checks import (
    F,
    S,
    T,
    answer,
    both,
    graded,
    pair,
    recorded,
)


def test_answers_are_read_beside_the_grades_and_what_has_no_answer_is_left_out() -> None:
    comparisons = [
        recorded("low", "high", S),
        recorded("low", "like", F),
        recorded("high", "low", None, error=ErrorCode.TIMEOUT),
        recorded("low", "stranger", F),
    ]
    (found,) = checked_answers(comparisons, graded(low=0, like=0, high=3))
    assert (found.better, found.distance, found.right, found.winning_essay) == (S, 3, 1.0, "high")


def test_a_tie_is_half_right() -> None:
    found = accuracy_of([answer("a", "b", F), answer("c", "d", S), answer("e", "f", T)])
    assert found is not None
    assert found.share == pytest.approx(0.5)


def test_kappa_is_cohens() -> None:
    # 3 of 4 equal; the judge says first twice, the truth three times: chance 2/4 * 3/4 + 2/4 * 1/4 = 1/2
    said = [answer("a", "b", F), answer("c", "d", F), answer("e", "f", S, S), answer("g", "h", S)]
    assert kappa_of(said) == pytest.approx((0.75 - 0.5) / 0.5)


def test_always_the_same_place_has_no_kappa_beyond_chance() -> None:
    said = [one for number in range(5) for one in both(number, F, F)]
    assert kappa_of(said) == pytest.approx(0.0)
    assert kappa_of([]) is None


def test_the_longest_text_wins_and_equals_tie() -> None:
    texts = {EssayId("a"): "one two", EssayId("b"): "one two three", EssayId("c"): "three more words"}
    questions = [pair("a", "b"), pair("b", "a"), pair("b", "c")]
    assert longest_wins(questions, texts).winners == (S, F, T)


def test_a_rival_is_compared_on_the_very_same_questions() -> None:
    said = [answer(f"a{n}", f"b{n}", F) for n in range(8)]
    rival = rival_of(said, Baseline("rival", (F, F, F, F, S, S, S, T)))
    assert rival is not None
    assert rival.accuracy.share == pytest.approx(4.5 / 8)
    assert rival.advantage.estimate == pytest.approx(3.5 / 8)
    assert rival.advantage.low < rival.advantage.estimate < rival.advantage.high


def test_a_baseline_that_skips_a_question_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        rival_of([answer("a", "b", F)], Baseline("rival", ()))


def test_the_nearest_grades_come_first() -> None:
    far = replace(answer("a", "b", F), distance=3)
    rows = by_distance([far, answer("c", "d", S)], [Baseline("rival", (S, F))])
    assert [(row.distance, row.accuracy.share, row.rivals) for row in rows] == [
        (1, 0.0, (1.0,)),
        (3, 1.0, (0.0,)),
    ]


def test_the_first_answer_in_one_order_belongs_to_the_first_in_the_other() -> None:
    said = [answer("a", "b", F), answer("b", "a", S, S), answer("a", "b", S), answer("c", "d", F)]
    (swapped,) = swapped_answers(said)
    assert swapped.both_right
    assert not swapped.flipped
    assert repeated_answers(said) == ((F, S),)
