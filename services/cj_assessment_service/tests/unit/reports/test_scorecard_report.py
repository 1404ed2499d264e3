"""The scorecard as page and document."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cj_assessment_service.cli.check_results import exit_code_of_check
from cj_assessment_service.cli.check_words import scorecard_lines
from cj_assessment_service.cli.exits import ExitCode
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.scorecards import (
    CheckEnding,
    ClaimBin,
    ClaimCurve,
    ClaimSource,
    Difference,
    DistanceRow,
    FailureKind,
    HumanRow,
    JudgeVerdict,
    Rival,
    Ruling,
    Scorecard,
    VerdictRule,
)
from cj_assessment_service.reports.scorecard_document import scorecard_json
from cj_assessment_service.reports.scorecard_report import scorecard_html
from cj_assessment_service.reports.scorecard_words import price_words
from cj_assessment_service.tests.unit.cj_core_logic.scorecard.checks import CONSISTENT, FREE, GOOD, share

SCHEMA = Path(__file__).parents[5] / "docs" / "schemas" / "judge-scorecard-v1.schema.json"
FULL = replace(
    GOOD,
    rivals=(Rival("longest wins", share(0.6), Difference(0.25, 0.1, 0.4)),),
    by_distance=(DistanceRow(1, share(0.7), (0.5,)), DistanceRow(4, share(0.9), (0.7,))),
    consistency=replace(CONSISTENT, position=Difference(0.4, 0.1, 0.9)),
    claims=(ClaimCurve(ClaimSource.CONFIDENCE, (ClaimBin("5", 1.0, share(0.9)),), 0.1, None),),
    human=HumanRow(40, 3, share(0.8), share(0.75), None),
    failures=(FailureKind(ErrorCode.TIMEOUT, 2, "no <answer> in time"),),
)


def card(verdict: JudgeVerdict = JudgeVerdict.USE, ending: CheckEnding = CheckEnding.COMPLETE) -> Scorecard:
    return Scorecard(
        judge="openai:<model>",
        scale="cefr",
        essays=12,
        language="en",
        batches=(3, 4),
        ruling=Ruling(verdict, VerdictRule.FIT_FOR_USE, "Because."),
        evidence=replace(FULL, ending=ending, asked=60),
        notice=None,
    )


def test_the_document_keeps_its_schema() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    validator = Draft202012Validator(schema)
    validator.validate(json.loads(scorecard_json(card())))
    validator.validate(json.loads(scorecard_json(replace(card(), evidence=GOOD))))


def test_the_page_says_the_verdict_and_escapes_what_is_not_ours() -> None:
    page = scorecard_html(card())
    assert "Use: openai:&lt;model&gt;" in page
    assert "no &lt;answer&gt; in time" in page
    assert "<model>" not in page
    assert "People: agree with the judge" in page


def test_a_page_of_a_judge_that_was_sent_away_early_has_what_there_is() -> None:
    bare = replace(GOOD, accuracy=None, kappa=None, consistency=replace(CONSISTENT, flips=None))
    assert "unknown" in scorecard_html(replace(card(), evidence=bare))


def test_a_partial_scorecard_says_so() -> None:
    said = scorecard_lines(card(ending=CheckEnding.COST_CAP))
    assert "This scorecard is partial: the cost limit was reached after 60 of 100 questions." in said
    assert "partial" in scorecard_html(card(ending=CheckEnding.TIME_CAP))
    assert not any("partial" in line for line in scorecard_lines(card(ending=CheckEnding.SCREENED_OUT)))


def test_an_unknown_price_is_said() -> None:
    assert price_words(replace(FREE, cost_per_100=None)) == "the price of 100 comparisons is unknown"
    known = replace(FREE, cost_per_100=None, spent=Decimal("1.5"))
    assert price_words(known).startswith("$1.50 known of this check; ")


@pytest.mark.parametrize(
    ("verdict", "ending", "code"),
    [
        (JudgeVerdict.USE, CheckEnding.COMPLETE, ExitCode.FINISHED),
        (JudgeVerdict.USE_WITH_BOTH_ORDERS, CheckEnding.COMPLETE, ExitCode.FINISHED),
        (JudgeVerdict.DO_NOT_USE, CheckEnding.COMPLETE, ExitCode.JUDGES_FAILED),
        (JudgeVerdict.DO_NOT_USE, CheckEnding.COST_CAP, ExitCode.JUDGES_FAILED),
        (JudgeVerdict.USE, CheckEnding.TIME_CAP, ExitCode.CAPPED),
        (JudgeVerdict.UNDECIDED, CheckEnding.COMPLETE, ExitCode.CAPPED),
    ],
)
def test_a_condemned_judge_ends_with_4_and_a_partial_check_with_5(
    verdict: JudgeVerdict, ending: CheckEnding, code: ExitCode
) -> None:
    assert exit_code_of_check(card(verdict, ending)) is code
