"""What a fit says about judges."""

from dataclasses import replace

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.scoring.fit import fit_judgements
from cj_assessment_service.cj_core_logic.scoring.scoreboards import judge_flags
from cj_assessment_service.domain.policies import DEFAULT_SCORING, PositionTerm
from cj_assessment_service.domain.scores import (
    EvidenceForm,
    GradingUse,
    JudgeFlag,
    JudgeTerms,
    PositionEffect,
)
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import Panel, columns

SOUND = JudgeTerms(
    judge="test",
    decisions=100,
    agreement=0.8,
    infit=1.0,
    outfit=1.0,
    position=PositionEffect(0.1, 0.1),
    discrimination=1.0,
    discrimination_se=0.1,
    tie_rate=0.0,
    grading_use=GradingUse.USED,
    form=EvidenceForm.LEVELS,
    grading=1.0,
    flags=(),
)


def test_a_sound_judge_needs_no_look() -> None:
    assert judge_flags(SOUND) == ()


@pytest.mark.parametrize(
    ("judge", "flag"),
    [
        (replace(SOUND, decisions=9), JudgeFlag.FEW_DECISIONS),
        (replace(SOUND, discrimination=0.2, discrimination_se=0.08), JudgeFlag.NEAR_RANDOM),
        (replace(SOUND, discrimination=0.06, discrimination_se=0.08), JudgeFlag.NEAR_RANDOM),
        (replace(SOUND, position=PositionEffect(-0.6, 0.1)), JudgeFlag.POSITION_BIAS),
        (replace(SOUND, infit=1.4), JudgeFlag.MISFIT),
        (replace(SOUND, grading_use=GradingUse.IGNORED, grading=0.0), JudgeFlag.LEVELS_IGNORED),
    ],
)
def test_every_fault_has_its_flag(judge: JudgeTerms, flag: JudgeFlag) -> None:
    assert judge_flags(judge) == (flag,)


@pytest.mark.parametrize(
    "judge",
    [
        replace(SOUND, discrimination=0.3, discrimination_se=0.2),
        replace(SOUND, position=PositionEffect(0.45, 0.1)),
        replace(SOUND, infit=None),
    ],
)
def test_what_may_be_chance_is_not_flagged(judge: JudgeTerms) -> None:
    assert judge_flags(judge) == ()


def test_agreement_is_the_share_of_decisions_that_follow_the_scale() -> None:
    pairs = [(0, 1)] * 3 + [(1, 2)] * 3 + [(0, 2), (2, 0), (0, 1), (1, 0)]
    board = fit_judgements(
        columns(3, pairs, [1] * 6 + [1, -1, -1, 0], judge=[0] * 8 + [1] * 2), DEFAULT_SCORING
    )
    assert [score.score for score in board.ranked()] == sorted((s.score for s in board.scores), reverse=True)
    assert [(judge.decisions, judge.agreement, judge.tie_rate) for judge in board.judges] == [
        (8, 1.0, 0.0),
        (2, 0.0, 0.5),
    ]


def test_the_position_effect_of_the_board_is_the_mean_over_decisions() -> None:
    rng = np.random.default_rng(1)
    board = fit_judgements(
        Panel((1.0, 1.0), (0.8, -0.8)).judgements(rng.normal(0.0, 1.5, 30), 12, rng), DEFAULT_SCORING
    )
    mean = np.average(
        [judge.position.estimate for judge in board.judges],
        weights=[judge.decisions for judge in board.judges],
    )
    assert board.position.estimate == pytest.approx(float(mean))
    assert board.judges[0].position.estimate > 0.0 > board.judges[1].position.estimate


def test_without_a_position_term_the_effect_is_zero_for_certain() -> None:
    policy = replace(DEFAULT_SCORING, position=PositionTerm.ABSENT)
    board = fit_judgements(columns(2, [(0, 1)] * 3, [1, 1, -1]), policy)
    assert board.position == board.judges[0].position == PositionEffect(0.0, 0.0)


def test_limits_of_the_reliability_enclose_it() -> None:
    rng = np.random.default_rng(2)
    board = fit_judgements(
        Panel((1.0,), (0.0,)).judgements(rng.normal(0.0, 2.0, 30), 8, rng), DEFAULT_SCORING
    )
    assert board.reliability_limits is not None
    assert board.reliability_limits[0] < board.reliability < board.reliability_limits[1]
