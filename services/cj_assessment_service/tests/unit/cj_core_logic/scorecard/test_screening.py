import math

import numpy as np
import pytest
from scipy.stats import binom

from cj_assessment_service.cj_core_logic.scorecard.checked_answers import CheckedAnswer
from cj_assessment_service.cj_core_logic.scorecard.screening import (
    goes_on,
    most_questions_for_a_useless_judge,
    screen,
)
from cj_assessment_service.domain.comparisons import Winner
from cj_assessment_service.domain.judge_checks import CheckPlan, ScreeningPolicy, ScreeningState
from cj_assessment_service.tests.unit.cj_core_logic.scorecard.checks import F, S, T, both, pair

POLICY = ScreeningPolicy()


def answers(right: int, wrong: int, habit: tuple[Winner, Winner] = (F, F)) -> list[CheckedAnswer]:
    """Pairs answered rightly in both orders, and pairs answered by habit."""
    said = [(F, S)] * right + [habit] * wrong
    return [one for number, (there, back) in enumerate(said) for one in both(number, there, back)]


@pytest.mark.parametrize("habit", [(F, F), (S, S), (T, T), (S, F)])
def test_a_judge_that_is_never_right_both_times_is_condemned_after_seven_pairs(
    habit: tuple[Winner, Winner],
) -> None:
    assert screen(answers(0, 6, habit), POLICY).state is ScreeningState.OPEN
    assert screen(answers(0, 7, habit), POLICY).state is ScreeningState.CONDEMNED
    assert most_questions_for_a_useless_judge(POLICY) == 14


def test_a_judge_that_is_always_right_passes_the_first_look() -> None:
    assert screen(answers(7, 0), POLICY).state is ScreeningState.PASSED


def test_the_evidence_is_walds_log_likelihood_ratio() -> None:
    expected = 3 * math.log(0.5625 / 0.25) + 4 * math.log(0.4375 / 0.75)
    assert screen(answers(3, 4), POLICY).evidence == pytest.approx(expected)


def test_pairs_with_one_answer_say_nothing_yet() -> None:
    assert screen(answers(5, 0)[::2], POLICY).pairs == 0


def test_places_and_ties_are_counted() -> None:
    found = screen(answers(2, 3, (T, T)), POLICY)
    assert (found.named_first, found.named_second, found.ties) == (2, 2, 6)


def probability_of_condemning(both_right: float) -> float:
    """Exactly, over the looks of the policy."""
    alive, condemned = {0: 1.0}, 0.0
    asked = 0
    for look in POLICY.looks:
        after: dict[int, float] = {}
        asked += look
        for right, mass in alive.items():
            for more in range(look + 1):
                reached = mass * float(binom.pmf(more, look, both_right))
                after[right + more] = after.get(right + more, 0.0) + reached
        states = {right: screen(answers(right, asked - right), POLICY).state for right in after}
        condemned += sum(mass for right, mass in after.items() if states[right] is ScreeningState.CONDEMNED)
        alive = {right: mass for right, mass in after.items() if states[right] is ScreeningState.OPEN}
    return condemned


def test_the_stated_error_probabilities_are_kept() -> None:
    assert probability_of_condemning(POLICY.fair) <= POLICY.condemns_fair
    assert probability_of_condemning(POLICY.guess) > 0.6
    assert probability_of_condemning(0.81) < 0.001


def test_the_screening_goes_on_while_it_is_open_and_has_questions() -> None:
    plan = CheckPlan(((pair("a", "b"),), (pair("b", "c"),)), ())
    assert goes_on(screen([], POLICY), 1, plan)
    assert not goes_on(screen([], POLICY), 2, plan)
    assert not goes_on(screen(answers(7, 0), POLICY), 1, plan)
    assert np.isclose(screen([], POLICY).evidence, 0.0)
