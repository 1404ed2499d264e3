"""How far a scale can be trusted, and what must not be missed."""

from dataclasses import replace

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.results.cautions import cautions
from cj_assessment_service.cj_core_logic.results.checked_scale import CheckedScale
from cj_assessment_service.cj_core_logic.results.design_check import check_design, is_adaptive
from cj_assessment_service.cj_core_logic.results.panel_scales import PanelScales
from cj_assessment_service.cj_core_logic.results.quality import quality_block, separation_index
from cj_assessment_service.cj_core_logic.scoring.fit import fit_judgements
from cj_assessment_service.cj_core_logic.scoring.judgements import judgements_of
from cj_assessment_service.domain.batches import StopReason
from cj_assessment_service.domain.policies import DEFAULT_SCORING, PairStrategy
from cj_assessment_service.domain.results import DesignCheck, Forecast, Outlook
from cj_assessment_service.domain.scores import (
    EvidenceForm,
    GradingUse,
    JudgeFlag,
    JudgeTerms,
    PositionEffect,
    Scoreboard,
)
from cj_assessment_service.tests.fixtures.judge_results import between
from cj_assessment_service.tests.fixtures.results import Shape, a_result
from cj_assessment_service.tests.unit.cj_core_logic.continuation.situations import board, essay_id, wins

RESULT = a_result(Shape(essays=4, anchors=0, waves=2))
SOUND = replace(board(reliability=0.92), separation_reliability=0.9)
DESIGN = DesignCheck(is_adaptive=True, null_reliability=0.2)
OUTLOOK = Outlook(Forecast(1, 0.93, 0.4), 0.9, 0)
ALONE = PanelScales({}, {}, between(("offline",)))


def checked(scale: Scoreboard, design: DesignCheck = DESIGN) -> CheckedScale:
    return CheckedScale(scale, design, OUTLOOK, ALONE)


def judged_by(*flags: JudgeFlag) -> Scoreboard:
    judge = RESULT.comparisons[0].judge
    terms = JudgeTerms(
        judge=judge,
        decisions=40,
        agreement=0.5,
        infit=1.0,
        outfit=1.0,
        position=PositionEffect(0.0, 0.1),
        discrimination=0.1,
        discrimination_se=0.1,
        tie_rate=0.0,
        grading_use=GradingUse.IGNORED,
        form=EvidenceForm.WINNER,
        grading=0.0,
        flags=flags,
    )
    return replace(SOUND, judges=(terms,))


def test_a_sound_scale_has_nothing_to_be_warned_of() -> None:
    assert cautions(RESULT.overview, checked(SOUND), None) == ()


@pytest.mark.parametrize(
    ("scale", "design", "words"),
    [
        (board(reliability=0.7), DESIGN, "0.70 is below 0.8"),
        (board(reliability=0.45), DesignCheck(True, 0.41), "hardly better than the 0.41 that coin tosses"),
        (judged_by(JudgeFlag.NEAR_RANDOM), DESIGN, "close to chance"),
        (judged_by(JudgeFlag.LEVELS_IGNORED), DESIGN, "levels say nothing"),
        (replace(SOUND, components=2), DESIGN, "2 groups"),
        (replace(SOUND, position=PositionEffect(0.5, 0.1)), DESIGN, "shown first"),
    ],
)
def test_each_danger_is_named_once(scale: Scoreboard, design: DesignCheck, words: str) -> None:
    (caution,) = cautions(RESULT.overview, checked(scale, design), None)
    assert words in caution


def test_both_formulas_of_the_separation_reliability_are_given() -> None:
    quality = quality_block(RESULT.overview, checked(SOUND), RESULT.comparisons, None)
    mean_square, variance = 1.0, 10.0
    assert quality.separation_reliability == pytest.approx(1 - mean_square / variance)
    assert quality.separation_reliability_alt == pytest.approx(variance / (variance + mean_square))
    assert quality.separation == pytest.approx(3.0)


def test_equal_scores_have_no_separation() -> None:
    quality = quality_block(RESULT.overview, checked(board()), RESULT.comparisons, None)
    assert (quality.separation_reliability_alt, quality.separation) == (None, None)
    assert separation_index(-0.4) == 0.0


@pytest.mark.parametrize(
    ("per_essay", "reason", "strategy", "is_it"),
    [
        (2.0, StopReason.STABLE, None, False),
        (2.5, StopReason.STABLE, None, True),
        (2.5, StopReason.SATURATED, None, False),
        (2.5, StopReason.STABLE, PairStrategy.RANDOM, False),
    ],
)
def test_pairs_are_adaptive_after_the_random_start_unless_all_were_asked_or_drawn_by_lot(
    per_essay: float, reason: StopReason, strategy: PairStrategy | None, is_it: bool
) -> None:
    settings = replace(RESULT.overview.settings, strategy=strategy)
    overview = replace(RESULT.overview, stop_reason=reason, settings=settings)
    assert is_adaptive(overview, per_essay) is is_it


def test_coin_tosses_over_the_same_pairs_show_less_than_judgements_that_agree() -> None:
    agreeing = wins(*((winner, loser) for winner in range(6) for loser in range(winner)), *[(3, 2)] * 3)
    judgements = judgements_of([essay_id(number) for number in range(6)], agreeing)
    check = check_design(RESULT.overview, judgements, np.random.default_rng(1))
    assert check.null_reliability is not None
    assert 0.0 <= check.null_reliability < fit_judgements(judgements, DEFAULT_SCORING).reliability
