import pytest

from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.judges import JudgeSpec, RateLimits
from cj_assessment_service.implementations.judges.model_endpoint import open_endpoint
from cj_assessment_service.implementations.judges.model_options import (
    PLAIN_ANSWER_TOKENS,
    PLAIN_SECONDS,
    REASONED_ANSWER_TOKENS,
    REASONING_SECONDS,
    ModelOptions,
    read_options,
)
from cj_assessment_service.implementations.judges.provider_profiles import PROFILES

KEYS = dict.fromkeys(PROFILES, "k-0123456789")
SERVER = "openai:m@http://localhost/v1"


def options(name: str, limits: RateLimits = RateLimits()) -> ModelOptions:  # noqa: B008 - a frozen value
    spec = JudgeSpec.parse(name)
    return read_options(spec, open_endpoint(spec, {}, KEYS), limits)


def test_nothing_is_chosen_where_nothing_is_said() -> None:
    assert options("mistral:mistral-large-latest") == ModelOptions()


def test_every_option_is_read() -> None:
    given = (
        "effort=low&verbosity=high&temperature=0&max_tokens=900&logprobs=yes&seconds=7.5&rpm=60&tpm=1e5"
        "&concurrency=4&batch=yes"
    )
    assert options(f"{SERVER}?{given}") == ModelOptions(
        effort="low",
        verbosity="high",
        temperature=0.0,
        answer_tokens=900,
        reads_probabilities=True,
        seconds=7.5,
        limits=RateLimits(60.0, 1e5, 4),
        answers_in_batches=True,
    )


@pytest.mark.parametrize(
    "name", ["openai:gpt-5-mini", "openai:o4-mini", "google:gemini-2.5-flash", f"{SERVER}?effort=high"]
)
def test_models_that_think_get_more_room_and_time(name: str) -> None:
    read = options(name)
    assert (read.answer_tokens, read.seconds) == (REASONED_ANSWER_TOKENS, REASONING_SECONDS)


@pytest.mark.parametrize(
    "name", ["openai:gpt-4o-mini", "openai:gpt-5?effort=none", "openai:m@http://reason.example/v1"]
)
def test_models_that_do_not_think_get_less(name: str) -> None:
    read = options(name)
    assert (read.answer_tokens, read.seconds) == (PLAIN_ANSWER_TOKENS, PLAIN_SECONDS)


def test_the_limits_of_a_name_go_before_those_of_the_file() -> None:
    file = RateLimits(requests_per_minute=10, tokens_per_minute=1000, concurrency=2)
    assert options(f"{SERVER}?rpm=60", file).limits == RateLimits(60, 1000, 2)


@pytest.mark.parametrize(
    ("option", "wanted"),
    [
        ("effort=enormous", "one of none, minimal, low"),
        ("logprobs=1", "one of yes, no"),
        ("temperature=2.1", "a number from 0 to 2"),
        ("temperature=nan", "a number from 0 to 2"),
        ("temperature=warm", "a number from 0 to 2"),
        ("max_tokens=0", "a whole number above 0"),
        ("max_tokens=1.5", "a whole number above 0"),
        ("concurrency=-1", "a whole number above 0"),
        ("rpm=0", "a number from 0.001"),
        ("seconds=0", "a number from 0.001"),
    ],
)
def test_a_value_that_is_none_is_refused_with_what_it_must_be(option: str, wanted: str) -> None:
    with pytest.raises(
        InvalidJudge, match=f"{option.partition('=')[0]} of the openai judge must be {wanted}"
    ):
        options(f"{SERVER}?{option}")


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        ("anthropic", "logprobs=yes"),
        ("anthropic", "verbosity=low"),
        ("anthropic", "temperature=0"),
        ("google", "logprobs=yes"),
        ("mistral", "batch=yes"),
    ],
)
def test_what_a_provider_does_not_offer_is_refused_before_anything_is_sent(kind: str, option: str) -> None:
    with pytest.raises(InvalidJudge, match="its provider does not offer it"):
        options(f"{kind}:m?{option}")


def test_claude_knows_other_efforts() -> None:
    assert options("anthropic:m?effort=max").effort == "max"
    with pytest.raises(InvalidJudge, match="one of low, medium, high, xhigh, max"):
        options("anthropic:m?effort=minimal")
