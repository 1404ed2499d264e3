import pytest

from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.implementations.judges.chat_endpoint import (
    KEY_VARIABLE,
    OPENAI_BASE_URL,
    ChatEndpoint,
    parse_endpoint,
)
from cj_assessment_service.implementations.judges.openai_chat import open_judge

KEY = "sk-0123456789abcdef"


def test_a_model_alone_is_asked_at_openai() -> None:
    endpoint = parse_endpoint(" gpt-5-mini ", f"{KEY}\n")
    assert endpoint == ChatEndpoint("gpt-5-mini", OPENAI_BASE_URL, KEY)
    assert endpoint.provider == "openai"


def test_another_server_is_named_after_the_last_at_sign() -> None:
    endpoint = parse_endpoint("org/Model@v2@https://llm.example.org:8443/v1", KEY)
    assert (endpoint.model, endpoint.base_url) == ("org/Model@v2", "https://llm.example.org:8443/v1")
    assert (endpoint.host, endpoint.provider) == ("llm.example.org:8443", "llm.example.org:8443")


def test_another_server_needs_no_key() -> None:
    assert parse_endpoint("llama@http://localhost:11434/v1", "").api_key


@pytest.mark.parametrize("argument", ["gpt-5-mini", "gpt-5-mini@https://api.openai.com/v1/"])
def test_openai_needs_a_key(argument: str) -> None:
    with pytest.raises(InvalidJudge, match=f"Set {KEY_VARIABLE}"):
        parse_endpoint(argument, "  ")


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with pytest.raises(InvalidJudge, match=f"Set {KEY_VARIABLE}"):
        open_judge("gpt-5-mini")
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    assert open_judge("gpt-5-mini").traits.notice


@pytest.mark.parametrize("argument", ["", " ", "@http://localhost:1/v1"])
def test_a_model_must_be_named(argument: str) -> None:
    with pytest.raises(InvalidJudge, match="needs a model"):
        parse_endpoint(argument, KEY)


@pytest.mark.parametrize(
    "address",
    [
        "localhost:11434",
        "ftp://host/v1",
        "http://",
        "http:///v1",
        "http://[::1/v1",
        "http://host:0/v1",
        "http://host:99999/v1",
        "http://ho st/v1",
        "http://höst/v1",
        "http://a..b/v1",
        f"http://{'a' * 64}/v1",
        "http://999.1.1.1/v1",
        "http://%zz/v1",
    ],
)
def test_an_address_no_client_would_take_is_refused(address: str) -> None:
    with pytest.raises(InvalidJudge, match="address of the openai judge is not one"):
        parse_endpoint(f"m@{address}", KEY)


@pytest.mark.parametrize(
    "address",
    ["http://me:hunter2pass@host/v1", "http://hunter2pass@host/v1", "http://host/v1?key=hunter2pass"],
)
def test_a_password_in_the_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(InvalidJudge) as caught:
        parse_endpoint(f"m@{address}", KEY)
    assert "hunter2pass" not in str(caught.value)


@pytest.mark.parametrize("key", ["sk-åäö-12345", "sk-123\n45678", "sk-\x00-12345678"])
def test_a_key_that_cannot_be_sent_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(InvalidJudge) as caught:
        parse_endpoint("gpt-5-mini", key)
    assert key not in str(caught.value)
    assert KEY_VARIABLE in str(caught.value)


def test_a_placeholder_is_no_secret() -> None:
    assert ChatEndpoint("m", "http://localhost/v1", "x").without_key("an exact text") == "an exact text"
