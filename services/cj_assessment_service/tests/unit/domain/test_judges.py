import pytest

from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.judges import JudgeSpec


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("offline", JudgeSpec("offline")),
        (" OpenAI:gpt-5-mini ", JudgeSpec("openai", "gpt-5-mini")),
        ("replay:C:/a=b/c&d.csv", JudgeSpec("replay", "C:/a=b/c&d.csv")),
        (
            "openai:m@http://h:1/v1?effort=low&logprobs=yes",
            JudgeSpec("openai", "m@http://h:1/v1", (("effort", "low"), ("logprobs", "yes"))),
        ),
        ("offline?", JudgeSpec("offline")),
    ],
)
def test_a_name_is_a_kind_an_argument_and_options(name: str, spec: JudgeSpec) -> None:
    assert JudgeSpec.parse(name) == spec


@pytest.mark.parametrize(
    "name", ["offline", "simulated:sd=2,bias=1", "openai:m@http://h:1/v1?effort=low&rpm=5"]
)
def test_a_judge_is_written_as_it_was_named(name: str) -> None:
    assert str(JudgeSpec.parse(name)) == name


@pytest.mark.parametrize(
    "name",
    ["", " ", ":hunter2", "?a=hunter2", "openai:m?hunter2", "openai:m?a=&b=hunter2", "openai:m?=hunter2"],
)
def test_a_name_that_is_none_is_refused_and_not_repeated(name: str) -> None:
    with pytest.raises(InvalidJudge) as caught:
        JudgeSpec.parse(name)
    assert "hunter2" not in str(caught.value)


def test_options_are_told_by_name() -> None:
    spec = JudgeSpec.parse("openai:m?effort=low&rpm=5")
    assert spec.options_among("rpm", "effort", "tpm") == {"effort": "low", "rpm": "5"}


def test_an_unknown_option_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidJudge, match="It knows effort, rpm"):
        JudgeSpec.parse("openai:m?efort=low").options_among("effort", "rpm")


def test_an_option_given_twice_is_refused() -> None:
    with pytest.raises(InvalidJudge, match="twice"):
        JudgeSpec.parse("openai:m?rpm=1&rpm=2").options_among("rpm")


def test_a_judge_without_options_says_so() -> None:
    with pytest.raises(InvalidJudge, match="It has none"):
        JudgeSpec.parse("offline?effort=low").options_among()
