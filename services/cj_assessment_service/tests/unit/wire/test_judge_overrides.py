"""Wishes about the judge become part of its name, or are refused; none is dropped."""

import json
from typing import Any

import pytest

from cj_assessment_service.domain.errors import InvalidJudge, Rejected
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.implementations.judges.registry import EntryPointJudges
from cj_assessment_service.tests.fixtures.hostile_messages import PANEL, REQUEST
from cj_assessment_service.wire.assessment_request import RequestDefaults, decode_request_event

USUAL = "openai:gpt-5-mini?effort=low&rpm=500"


def judge_for(overrides: dict[str, Any] | None = None, usual: str = USUAL, **metadata: Any) -> str:
    document = REQUEST | {
        "data": REQUEST["data"] | {"llm_config_overrides": overrides},
        "metadata": {"max_comparisons": 10, **metadata},
    }
    request = decode_request_event(json.dumps(document).encode(), RequestDefaults(judge=usual))
    return str(request.settings.panel)


@pytest.mark.parametrize(
    ("overrides", "judge"),
    [
        (None, USUAL),
        ({}, USUAL),
        ({"judge_rubric_override": "Be kind."}, USUAL),
        ({"temperature_override": 0.0}, "openai:gpt-5-mini?effort=low&rpm=500&temperature=0"),
        ({"reasoning_effort": "high"}, "openai:gpt-5-mini?effort=high&rpm=500"),
        ({"model_override": "gpt-6"}, "openai:gpt-6"),
        ({"provider_override": "OpenAI"}, USUAL),
        ({"provider_override": "openai", "model_override": "gpt-5-mini"}, USUAL),
        (
            {
                "provider_override": "anthropic",
                "model_override": "claude-sonnet-5",
                "temperature_override": 0.7,
                "max_tokens_override": 900,
                "reasoning_effort": "medium",
                "output_verbosity": "low",
            },
            "anthropic:claude-sonnet-5?effort=medium&verbosity=low&temperature=0.7&max_tokens=900",
        ),
    ],
)
def test_overrides_are_written_into_the_name_of_the_judge(
    overrides: dict[str, Any] | None, judge: str
) -> None:
    assert judge_for(overrides) == judge


@pytest.mark.parametrize(
    ("metadata", "usual", "judge"),
    [
        ({"llm_batching_mode_hint": "provider_batch_api"}, "openai:m", "openai:m?batch=yes"),
        ({"llm_batching_mode_hint": "carrier_pigeon"}, "openai:m", "openai:m"),
        ({"llm_batching_mode_hint": "provider_batch_api"}, "offline", "offline"),
        (
            {
                "llm_batching_mode_hint": "provider_batch_api",
                "batch_config_overrides": {"llm_batching_mode_override": "per_request"},
            },
            "openai:m",
            "openai:m",
        ),
        (
            {"batch_config_overrides": {"llm_batching_mode_override": "provider_batch_api"}},
            "anthropic:m",
            "anthropic:m?batch=yes",
        ),
    ],
)
def test_the_batching_mode_counts_where_the_provider_has_one(
    metadata: dict[str, Any], usual: str, judge: str
) -> None:
    assert judge_for(None, usual, **metadata) == judge


@pytest.mark.parametrize(
    "wish",
    [{"temperature_override": 0.0}, {"model_override": "m"}, {"reasoning_effort": "low"}],
)
def test_a_panel_beside_a_wish_about_the_judge_is_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(Rejected, match="panel"):
        judge_for(wish, panel=PANEL)


def test_a_judge_that_cannot_take_a_wish_says_so() -> None:
    spec = JudgeSpec.parse(judge_for({"temperature_override": 0.0}, usual="offline"))
    with pytest.raises(InvalidJudge, match="does not know 1 of its options"):
        EntryPointJudges().open(spec)
