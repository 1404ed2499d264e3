from dataclasses import replace

import pytest

from cj_assessment_service.cj_core_logic.scorecard.verdict_rules import rule_on
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judge_checks import ScreeningState
from cj_assessment_service.domain.scorecards import (
    Difference,
    Evidence,
    FailureKind,
    JudgeVerdict,
    Rival,
    VerdictPolicy,
    VerdictRule,
)
from cj_assessment_service.tests.unit.cj_core_logic.scorecard.checks import CONSISTENT, GOOD, PASSED, share

USE, BOTH, NO, OPEN = (
    JudgeVerdict.USE,
    JudgeVerdict.USE_WITH_BOTH_ORDERS,
    JudgeVerdict.DO_NOT_USE,
    JudgeVerdict.UNDECIDED,
)


def rivalled(right: float, advantage: float, reach: float = 0.1) -> Evidence:
    ahead = Difference(advantage, advantage - reach, advantage + reach)
    return replace(GOOD, rivals=(Rival("longest wins", share(right), ahead),))


def failing(code: ErrorCode, count: int) -> Evidence:
    return replace(GOOD, decided=60, failures=(FailureKind(code, count, None),))


TABLE = [
    (GOOD, USE, VerdictRule.FIT_FOR_USE),
    (rivalled(0.6, 0.25), USE, VerdictRule.FIT_FOR_USE),
    (
        replace(GOOD, screening=replace(PASSED, state=ScreeningState.CONDEMNED)),
        NO,
        VerdictRule.SCREENED_OUT,
    ),
    (failing(ErrorCode.INVALID_RESPONSE, 40), NO, VerdictRule.UNREADABLE),
    (failing(ErrorCode.INVALID_RESPONSE, 10), USE, VerdictRule.FIT_FOR_USE),
    (failing(ErrorCode.COST_LIMIT_EXCEEDED, 40), USE, VerdictRule.FIT_FOR_USE),
    (replace(GOOD, pairs=14), OPEN, VerdictRule.TOO_FEW_ANSWERS),
    (replace(GOOD, consistency=replace(CONSISTENT, ties=share(0.6))), NO, VerdictRule.MOSTLY_TIES),
    (replace(GOOD, accuracy=share(0.57)), NO, VerdictRule.NO_BETTER_THAN_CHANCE),
    (replace(GOOD, accuracy=share(0.59)), USE, VerdictRule.FIT_FOR_USE),
    (rivalled(0.85, 0.0), NO, VerdictRule.NO_BETTER_THAN_BASELINE),
    (rivalled(0.86, -0.01), NO, VerdictRule.NO_BETTER_THAN_BASELINE),
    (rivalled(0.84, 0.01), USE, VerdictRule.FIT_FOR_USE),
    (rivalled(0.95, -0.02), OPEN, VerdictRule.TELLING_NOTHING),
    (rivalled(0.95, -0.2), NO, VerdictRule.NO_BETTER_THAN_BASELINE),
    (rivalled(0.95, 0.0, reach=0.0), NO, VerdictRule.NO_BETTER_THAN_BASELINE),
    (
        replace(GOOD, consistency=replace(CONSISTENT, position=Difference(-1.2, -2.0, -0.5))),
        BOTH,
        VerdictRule.LEANS_ON_POSITION,
    ),
    (
        replace(GOOD, consistency=replace(CONSISTENT, position=Difference(0.5, 0.2, 0.8))),
        USE,
        VerdictRule.FIT_FOR_USE,
    ),
    (
        replace(GOOD, consistency=replace(CONSISTENT, position=Difference(1.2, -0.5, 2.9))),
        USE,
        VerdictRule.FIT_FOR_USE,
    ),
    (
        replace(GOOD, consistency=replace(CONSISTENT, flips=share(0.5), repeated=share(1.0))),
        BOTH,
        VerdictRule.ORDER_DECIDES,
    ),
    (
        replace(GOOD, consistency=replace(CONSISTENT, flips=share(0.5), repeated=share(0.5))),
        USE,
        VerdictRule.FIT_FOR_USE,
    ),
]


@pytest.mark.parametrize(("evidence", "verdict", "rule"), TABLE)
def test_the_first_rule_with_an_opinion_decides(
    evidence: Evidence, verdict: JudgeVerdict, rule: VerdictRule
) -> None:
    ruling = rule_on(evidence, VerdictPolicy())
    assert (ruling.verdict, ruling.rule) == (verdict, rule)
    assert ruling.reason.endswith((".", "RESPONSE"))


def test_a_condemned_judge_is_told_what_it_did_instead() -> None:
    always_first = replace(
        PASSED, state=ScreeningState.CONDEMNED, both_right=0, named_first=14, named_second=0
    )
    reason = rule_on(replace(GOOD, screening=always_first), VerdictPolicy()).reason
    assert "It named the text shown first in all 14 answers." in reason


def test_the_side_it_leans_to_is_named() -> None:
    leaning = replace(GOOD, consistency=replace(CONSISTENT, position=Difference(-1.2, -2.0, -0.5)))
    assert "the one shown second in 77%" in rule_on(leaning, VerdictPolicy()).reason
