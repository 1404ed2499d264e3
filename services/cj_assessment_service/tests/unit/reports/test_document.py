"""The JSON document against its published schema."""

import json
from dataclasses import fields, replace
from enum import StrEnum
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.batches import (
    BatchIdentity,
    BatchOverview,
    BatchSettings,
    BatchState,
    BatchStatus,
    Progress,
    StopReason,
)
from cj_assessment_service.domain.comparisons import (
    AnswerRemark,
    JudgeUsage,
    OrientedPair,
    RecordedComparison,
    Winner,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import FailedEssay
from cj_assessment_service.domain.grades import (
    AnchorCheck,
    AnchorFit,
    Calibration,
    ConfidenceLabel,
    GradeProbability,
    GradeProjection,
    GradeScale,
    Inversion,
    LeftOutAnchor,
    ProjectionUnavailableReason,
)
from cj_assessment_service.domain.judge_summaries import (
    BetweenJudges,
    GroupAgreement,
    JudgeAgreement,
    JudgeKind,
    JudgeSummary,
    LengthPreference,
    MetJudges,
    ObservedShare,
    RemarkCount,
    ScaleAgreement,
    StatedCertainty,
    Yardstick,
)
from cj_assessment_service.domain.privacy import NameHandling, PrivacySettings
from cj_assessment_service.domain.results import (
    AssessedEssay,
    DesignCheck,
    Forecast,
    GradeBasis,
    Outlook,
    QualityBlock,
)
from cj_assessment_service.domain.scores import (
    EvidenceForm,
    GradingUse,
    JudgeFlag,
    JudgeTerms,
    PositionEffect,
)
from cj_assessment_service.reports.document import SCHEMA, result_json
from cj_assessment_service.tests.fixtures.results import NATIONAL, Shape, a_result

SCHEMA_FILE = Path(__file__).parents[5] / "docs" / "schemas" / "result-v1.schema.json"

OBJECTS = {
    "overview": BatchOverview,
    "identity": BatchIdentity,
    "settings": BatchSettings,
    "privacy": PrivacySettings,
    "progress": Progress,
    "essay": AssessedEssay,
    "projection": GradeProjection,
    "probability": GradeProbability,
    "failed_essay": FailedEssay,
    "comparison": RecordedComparison,
    "pair": OrientedPair,
    "usage": JudgeUsage,
    "judge": JudgeSummary,
    "judge_terms": JudgeTerms,
    "observed_share": ObservedShare,
    "stated_certainty": StatedCertainty,
    "scale_agreement": ScaleAgreement,
    "judge_agreement": JudgeAgreement,
    "length_preference": LengthPreference,
    "remark_count": RemarkCount,
    "group_agreement": GroupAgreement,
    "met_judges": MetJudges,
    "between_judges": BetweenJudges,
    "quality": QualityBlock,
    "design": DesignCheck,
    "outlook": Outlook,
    "forecast": Forecast,
    "position": PositionEffect,
    "scale": GradeScale,
    "calibration": Calibration,
    "anchor": AnchorFit,
    "basis": GradeBasis,
    "inversion": Inversion,
    "left_out_anchor": LeftOutAnchor,
    "anchor_check": AnchorCheck,
}

SHAPES = {
    "graded": Shape(),
    "graded with a grade below the lowest": Shape(scale=NATIONAL),
    "no anchors": Shape(anchors=0),
    "no scale": Shape(anchors=0, scale=None),
    "several judges": Shape(more_judges=("replay:people.csv", "anthropic:claude-sonnet-4-5")),
    "two essays": Shape(essays=2, anchors=0),
    "no decisions": Shape(essays=3, anchors=0, waves=0),
}


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_real_documents_follow_the_schema(shape: Shape, validator: Draft202012Validator) -> None:
    validator.validate(json.loads(result_json(a_result(shape))))


def test_the_document_names_its_version_first() -> None:
    document = json.loads(result_json(a_result()))
    assert next(iter(document.items())) == ("schema", SCHEMA)


def test_an_unknown_field_is_refused(validator: Draft202012Validator) -> None:
    document = json.loads(result_json(a_result()))
    document["essays"][0]["colour"] = "blue"
    with pytest.raises(ValidationError, match="colour"):
        validator.validate(document)


def test_a_missing_field_is_refused(validator: Draft202012Validator) -> None:
    document = json.loads(result_json(a_result()))
    del document["overview"]["stop_reason"]
    with pytest.raises(ValidationError, match="stop_reason"):
        validator.validate(document)


@pytest.mark.parametrize("name", OBJECTS)
def test_the_schema_has_the_fields_of_each_value_and_no_others(name: str) -> None:
    definition = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))["$defs"][name]
    names = [field.name for field in fields(OBJECTS[name])]
    assert list(definition["properties"]) == definition["required"] == names
    assert definition["additionalProperties"] is False


@pytest.mark.parametrize(
    "enumeration",
    [
        AnswerForm,
        BatchStatus,
        BatchState,
        ConfidenceLabel,
        ErrorCode,
        ProjectionUnavailableReason,
        StopReason,
        Winner,
        EvidenceForm,
        GradingUse,
        JudgeFlag,
        NameHandling,
        JudgeKind,
        Yardstick,
        AnswerRemark,
    ],
)
def test_the_schema_lists_every_word_of_each_enumeration(enumeration: type[StrEnum]) -> None:
    words = json.dumps([member.value for member in enumeration])
    assert words in json.dumps(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


def test_scores_keep_every_digit() -> None:
    result = a_result()
    document = json.loads(result_json(result))
    assert [essay["score"] for essay in document["essays"]] == [essay.score for essay in result.essays]


def test_money_is_a_plain_decimal_in_a_string() -> None:
    document = json.loads(result_json(a_result()))
    assert document["comparisons"][0]["usage"]["cost"] == "0.00034500"
    assert document["overview"]["settings"]["max_cost"] == "2.50"


def test_a_number_that_json_cannot_write_is_an_error() -> None:
    result = a_result()
    broken = replace(result, essays=(replace(result.essays[0], score=float("nan")),))
    with pytest.raises(ValueError, match="JSON compliant"):
        result_json(broken)


def test_equal_results_make_equal_documents() -> None:
    assert result_json(a_result()) == result_json(a_result())
