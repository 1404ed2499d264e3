"""Simulated judges answer as their model says."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit

from cj_assessment_service.cj_core_logic.simulation.answers import Answers, answers_of, panel_answers
from cj_assessment_service.domain.simulations import Grading, JudgeModel, Soft

BoolArray = NDArray[np.bool_]

DRAWS = 40_000
TOLERANCE = 4 * 0.5 / DRAWS**0.5
"""Four standard errors of a share, at most."""


def asked(judge: JudgeModel, difference: float) -> Answers:
    return answers_of(judge, np.full(DRAWS, difference), np.random.default_rng(5))


def share(condition: BoolArray) -> float:
    return float(np.mean(condition))


@pytest.mark.parametrize("difference", [-2.0, 0.0, 0.7])
@pytest.mark.parametrize(
    "judge", [JudgeModel(), JudgeModel(bias=0.5), JudgeModel(discrimination=0.4, error=0.1)]
)
def test_the_first_wins_as_often_as_bradley_and_terry_say(judge: JudgeModel, difference: float) -> None:
    chance = expit(judge.discrimination * difference + judge.bias)
    expected = (1 - judge.error) * chance + judge.error * (1 - chance)
    assert share(asked(judge, difference).outcome == 1) == pytest.approx(expected, abs=TOLERANCE)


@pytest.mark.parametrize("levels", [4, 6, 10])
def test_levels_follow_the_cumulative_logit_model(levels: int) -> None:
    judge, difference = JudgeModel(levels=levels, bias=0.2), 0.9
    answers = asked(judge, difference)
    ends = (0.0, *judge.cuts, np.inf)
    for level, (low, high) in enumerate(pairwise(ends), start=1):
        for winner in (1, -1):
            expected = expit(high - winner * (difference + 0.2)) - expit(low - winner * (difference + 0.2))
            given = (answers.outcome == winner) & (answers.level == level)
            assert share(given) == pytest.approx(expected, abs=TOLERANCE)


def test_ties_between_equals_have_the_share_that_was_asked_for_and_unequal_essays_tie_less() -> None:
    judge = JudgeModel(ties=0.3, levels=6)
    equals = asked(judge, 0.0)
    assert share(equals.outcome == 0) == pytest.approx(0.3, abs=TOLERANCE)
    assert share(asked(judge, 4.0).outcome == 0) < 0.15
    assert set(equals.level[equals.outcome == 0].tolist()) == {0}


def test_worthless_levels_say_nothing_about_how_far_the_essays_are_apart() -> None:
    judge = JudgeModel(levels=6, grading=Grading.WORTHLESS)
    for difference in (0.0, 3.0):
        level = asked(judge, difference).level
        assert [share(level == value) for value in (1, 2, 3)] == pytest.approx([1 / 3] * 3, abs=TOLERANCE)


def test_blurred_levels_say_less_than_full_ones_and_more_than_nothing() -> None:
    def gap(grading: Grading) -> float:
        judge = JudgeModel(levels=6, grading=grading)
        return float(asked(judge, 3.0).level.mean() - asked(judge, 0.0).level.mean())

    assert 0.05 < gap(Grading.BLURRED) < 0.7 * gap(Grading.FULL)


def test_grading_never_changes_who_wins_on_average() -> None:
    full = asked(JudgeModel(levels=6), 0.7)
    for grading in (Grading.BLURRED, Grading.WORTHLESS):
        answers = asked(JudgeModel(levels=6, grading=grading), 0.7)
        assert share(answers.outcome == 1) == pytest.approx(share(full.outcome == 1), abs=2 * TOLERANCE)


def test_a_judge_of_bare_winners_gives_no_level() -> None:
    assert not asked(JudgeModel(), 1.0).level.any()


def test_every_judge_of_a_panel_answers_its_own_questions() -> None:
    judges = (JudgeModel(bias=50.0), JudgeModel(bias=-50.0, levels=4))
    seat = np.array([0, 1, 1, 0], dtype=np.intp)
    answers = panel_answers(judges, seat, np.zeros(4), np.random.default_rng(1))
    assert answers.outcome.tolist() == [1, -1, -1, 1]
    assert answers.level.tolist() == [0, 2, 2, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: JudgeModel(error=1.5),
        lambda: JudgeModel(ties=1.0),
        lambda: JudgeModel(levels=5),
        lambda: JudgeModel(levels=0),
        lambda: JudgeModel(bias=float("nan")),
        lambda: JudgeModel(levels=6, thresholds=(1.0,)),
        lambda: JudgeModel(levels=6, thresholds=(2.0, 1.0)),
        lambda: JudgeModel(levels=4, thresholds=(0.0,)),
    ],
)
def test_a_judge_that_cannot_be_is_refused(wrong: Callable[[], JudgeModel]) -> None:
    with pytest.raises(ValueError, match=r"must be|need"):
        wrong()


@pytest.mark.parametrize("soft", [Soft.CALIBRATED, Soft.OVERCONFIDENT, Soft.UNDERCONFIDENT])
def test_probabilities_lean_to_the_winner_and_sound_ones_come_true(soft: Soft) -> None:
    answers = asked(JudgeModel(soft=soft, bias=0.4), 0.7)
    assert ((answers.p_first > 0.5) == (answers.outcome == 1)).all()
    spread = asked(JudgeModel(soft=Soft.CALIBRATED, bias=0.4), 0.7).p_first.std()
    assert {
        Soft.CALIBRATED: answers.p_first.std() == spread,
        Soft.OVERCONFIDENT: answers.p_first.std() > spread,
        Soft.UNDERCONFIDENT: answers.p_first.std() < spread,
    }[soft]


def test_worthless_probabilities_and_confidence_know_nothing_of_the_winner() -> None:
    answers = asked(JudgeModel(soft=Soft.WORTHLESS, confidence=Grading.WORTHLESS), 2.0)
    first = answers.outcome == 1
    assert answers.p_first[first].mean() == pytest.approx(0.5, abs=0.01)
    assert answers.confidence[first].mean() == pytest.approx(answers.confidence[~first].mean(), abs=0.06)


def test_confidence_is_higher_for_essays_far_apart() -> None:
    near, far = (asked(JudgeModel(confidence=Grading.FULL), apart).confidence for apart in (0.0, 4.0))
    assert set(near.tolist()) == {1.0, 2.0, 3.0, 4.0, 5.0}
    assert far.mean() > near.mean() + 1.0


def test_most_judges_give_neither_probabilities_nor_confidence() -> None:
    answers = asked(JudgeModel(), 1.0)
    assert np.isnan(answers.p_first).all()
    assert np.isnan(answers.confidence).all()
