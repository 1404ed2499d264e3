"""Sentences for people."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cj_assessment_service.domain.batches import StopReason
from cj_assessment_service.domain.grades import ProjectionUnavailableReason
from cj_assessment_service.domain.results import Forecast, Outlook
from cj_assessment_service.domain.scores import PositionEffect
from cj_assessment_service.reports.quality_words import quality_figures
from cj_assessment_service.reports.stopping_words import outlook_sentence, stop_sentence
from cj_assessment_service.reports.wording import (
    cost_words,
    duration,
    first_win_share,
    money,
    no_grades_sentence,
    position_sentence,
    reliability_word,
    settings_of,
)
from cj_assessment_service.tests.fixtures.results import a_result


@pytest.mark.parametrize("reason", StopReason)
def test_every_reason_to_stop_has_its_own_sentence(reason: StopReason) -> None:
    overview = a_result().overview
    told = stop_sentence(replace(overview, stop_reason=reason))
    others = {
        stop_sentence(replace(overview, stop_reason=other)) for other in StopReason if other is not reason
    }
    assert told.endswith(".")
    assert told not in others


def test_a_batch_that_still_runs_says_so() -> None:
    assert "not finished" in stop_sentence(replace(a_result().overview, stop_reason=None))


def test_a_limit_is_named_with_its_value() -> None:
    overview = replace(a_result().overview, stop_reason=StopReason.COST_CAP)
    assert "$2.50" in stop_sentence(overview)


def test_a_reached_goal_is_told_with_its_numbers() -> None:
    overview = a_result().overview
    both = replace(overview.settings, target_reliability=0.9, max_expected_grade_changes=0.15)
    told = stop_sentence(replace(overview, settings=both, expected_grade_changes=0.12))
    assert "the reliability is 0.92 (0.88 to 0.94), and 0.90 was aimed at" in told
    assert "12% of the grades are expected to be wrong, and 15% may be" in told


def test_what_more_would_buy_is_told_with_what_is_missing() -> None:
    quality = a_result().quality
    assert quality is not None
    told = outlook_sentence(Outlook(Forecast(40, 0.861, 0.48), 0.9, 1200), replace(quality, reliability=0.85))
    assert "(40)" in told
    assert "from 0.850 to 0.861" in told
    assert told.endswith("About 1,200 more comparisons would be needed for a reliability of 0.90.")


def test_nothing_is_missing_to_a_reached_target() -> None:
    quality = a_result().quality
    assert quality is not None
    assert "needed" not in outlook_sentence(Outlook(Forecast(40, 0.93, 0.4), 0.9, 0), quality)


@pytest.mark.parametrize("reason", ProjectionUnavailableReason)
def test_missing_grades_are_explained(reason: ProjectionUnavailableReason) -> None:
    assert len(no_grades_sentence(reason)) > len("No grades were projected.")


@pytest.mark.parametrize(
    ("reliability", "word"), [(0.97, "excellent"), (0.9, "very good"), (0.75, "fair"), (-0.2, "poor")]
)
def test_reliability_has_a_word(reliability: float, word: str) -> None:
    assert reliability_word(reliability) == word


def test_a_position_effect_is_only_called_one_when_its_interval_leaves_out_zero() -> None:
    assert "not distinguishable" in position_sentence(PositionEffect(0.2, 0.2))
    assert "leans towards the one shown first" in position_sentence(PositionEffect(0.5, 0.1))
    assert "leans towards the one shown second" in position_sentence(PositionEffect(-0.5, 0.1))


def test_without_position_effect_both_places_win_equally_often() -> None:
    assert first_win_share(0.0) == pytest.approx(0.5)


def test_every_quality_number_is_explained_in_a_sentence() -> None:
    quality = a_result().quality
    assert quality is not None
    assert all(figure.meaning.endswith(".") and figure.shown for figure in quality_figures(quality))


def test_an_incomputable_figure_is_called_none() -> None:
    quality = a_result().quality
    assert quality is not None
    figures = quality_figures(replace(quality, separation_reliability=None, success_rate=None))
    assert [figure.shown for figure in figures if figure.value is None] == ["none"] * 3


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "less than a second"),
        (1, "1 second"),
        (89, "89 seconds"),
        (700, "12 minutes"),
        (3600, "1 hour"),
        (11100, "3 hours 5 minutes"),
    ],
)
def test_durations_read_naturally(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_small_amounts_keep_their_digits() -> None:
    assert [money(Decimal(text)) for text in ("0", "0.0123", "1234.5")] == ["$0.00", "$0.0123", "$1,234.50"]


def test_unknown_prices_are_named_beside_the_cost() -> None:
    overview = replace(a_result().overview, spent=Decimal(0), unpriced=1)
    assert cost_words(overview) == "$0.00; the price of 1 answer is unknown"


def test_settings_leave_out_what_was_not_set() -> None:
    result = a_result()
    names = [setting.name for setting in settings_of(result)]
    assert "Cost limit" in names
    assert "Time limit" not in names


def test_the_end_is_only_given_for_a_finished_batch() -> None:
    result = a_result()
    running = replace(result, overview=replace(result.overview, completed_at=None))
    assert "Finished" not in [setting.name for setting in settings_of(running)]
