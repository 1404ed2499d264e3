"""What left the machine, counted from the ledger."""

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cj_assessment_service.cj_core_logic.privacy.disclosure import disclosure_of
from cj_assessment_service.domain.comparisons import RecordedComparison
from cj_assessment_service.domain.disclosures import Disclosure, JudgeDisclosure
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.privacy import NameHandling, PrivacySettings
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.reports.disclosure import disclosure_json, disclosure_sentences
from cj_assessment_service.tests.fixtures.results import a_result

SCHEMA = Path(__file__).parents[6] / "docs" / "schemas" / "disclosure-v1.schema.json"
HOST = "judge.example"


def sent(comparison: RecordedComparison, characters: int, attempts: int = 1) -> RecordedComparison:
    assert comparison.usage is not None
    usage = replace(comparison.usage, characters_sent=characters, attempts=attempts)
    return replace(comparison, usage=usage)


@pytest.fixture
def result() -> AssessmentResult:
    """Six questions: answered, answered at the second attempt, reused, never left, lost without count, and unanswered."""
    made = a_result()
    one, two, three, four, five, six = [c for c in made.comparisons if c.usage and c.winner][:6]
    comparisons = (
        sent(one, 1000),
        sent(two, 2400, attempts=2),
        replace(sent(three, 5000), is_reused=True),
        replace(four, winner=None, usage=None, error=ErrorCode.COST_LIMIT_EXCEEDED),
        replace(five, winner=None, usage=None, error=ErrorCode.TIMEOUT),
        replace(six, winner=None, usage=None, completed_at=None),
    )
    return replace(made, comparisons=comparisons)


def test_what_was_sent_is_told_by_judge_and_host(result: AssessmentResult) -> None:
    told = disclosure_of(result, {result.comparisons[0].judge: HOST})
    (judge,) = told.judges
    assert (judge.destination, judge.questions, judge.unanswered, judge.attempts) == (HOST, 3, 1, 3)
    assert (judge.characters_sent, judge.uncounted, told.characters_sent) == (3400, 2, 3400)
    left = [result.comparisons[place].pair for place in (0, 1, 4, 5)]
    assert set(told.essays_sent) == {essay for pair in left for essay in (pair.first, pair.second)}
    assert not set(told.essays_sent) & set(told.essays_kept)


def test_nothing_is_told_to_have_left_for_a_judge_on_this_machine(result: AssessmentResult) -> None:
    local = replace(result, comparisons=tuple(sent(c, 0) for c in result.comparisons[:2]))
    told = disclosure_of(local, {result.comparisons[0].judge: None})
    assert (told.destinations, told.essays_sent, told.task_and_rubric_sent) == ((), (), False)
    assert "No text left this machine." in disclosure_sentences(told)


def test_a_judge_of_the_panel_that_was_never_asked_is_listed_with_nothing(result: AssessmentResult) -> None:
    told = disclosure_of(result, {"fall-back": "elsewhere.example"})
    assert told.judges[0].judge == "fall-back"
    assert (told.judges[0].questions, told.judges[0].essays) == (0, ())


def test_what_was_done_about_names_is_said(result: AssessmentResult) -> None:
    settings = replace(
        result.overview.settings,
        privacy=PrivacySettings(names=NameHandling.REPLACED, replacements=7, texts_changed=3),
    )
    told = disclosure_of(replace(result, overview=replace(result.overview, settings=settings)), {})
    assert "replaced by pseudonyms before: 7 times in 3 texts" in " ".join(disclosure_sentences(told))
    assert any("pseudonyms stood in their place" in sentence for sentence in told.never_sent)


def test_the_document_follows_its_schema_and_the_schema_has_every_field(result: AssessmentResult) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    told = disclosure_of(result, {result.comparisons[0].judge: HOST})
    Draft202012Validator(schema).validate(json.loads(disclosure_json(told)))
    named = [field.name for field in fields(Disclosure)]
    assert (
        schema["required"]
        == list(schema["properties"])
        == ["schema", *named, "destinations", "characters_sent"]
    )
    judge = schema["$defs"]["judge"]
    assert judge["required"] == list(judge["properties"]) == [field.name for field in fields(JudgeDisclosure)]
