import pytest

from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.implementations.judges.model_endpoint import ModelEndpoint, open_endpoint
from cj_assessment_service.implementations.judges.provider_profiles import PROFILES

KEY = "sk-0123456789abcdef"
KEYS = {profile.key_variable: KEY for profile in PROFILES.values()}


def opened(name: str, **environment: str) -> ModelEndpoint:
    return open_endpoint(JudgeSpec.parse(name), environment or KEYS, {})


@pytest.mark.parametrize(
    ("name", "base_url"),
    [
        ("openai:m", "https://api.openai.com/v1"),
        ("mistral:m", "https://api.mistral.ai/v1"),
        ("google:m", "https://generativelanguage.googleapis.com/v1beta/openai"),
        ("anthropic:m", "https://api.anthropic.com"),
        ("ollama:m", "http://localhost:11434/v1"),
        ("azure:m@https://mine.openai.azure.com", "https://mine.openai.azure.com/openai/v1"),
        ("azure:m@https://mine.openai.azure.com/openai/v1/", "https://mine.openai.azure.com/openai/v1/"),
    ],
)
def test_a_model_is_asked_at_its_provider_with_the_providers_key(name: str, base_url: str) -> None:
    endpoint = opened(name)
    assert (endpoint.model, endpoint.base_url, endpoint.api_key) == ("m", base_url, KEY)
    assert endpoint.provider == name.partition(":")[0]


def test_another_server_is_named_after_the_last_at_sign() -> None:
    endpoint = opened("openai:org/Model@v2@https://llm.example.org:8443/v1")
    assert (endpoint.model, endpoint.base_url) == ("org/Model@v2", "https://llm.example.org:8443/v1")
    assert (endpoint.host, endpoint.provider) == ("llm.example.org:8443", "llm.example.org:8443")


@pytest.mark.parametrize("kind", ["openai", "mistral", "google", "anthropic", "azure"])
@pytest.mark.parametrize("host", ["llm.example.org", "api.openai.com.example.org", "evil-azure.com"])
def test_the_key_of_a_provider_is_never_sent_to_another_server(kind: str, host: str) -> None:
    assert opened(f"{kind}:m@https://{host}/v1").api_key != KEY


def test_another_server_has_a_key_of_its_own() -> None:
    spec = JudgeSpec.parse("openai:m@https://llm.example.org/v1")
    assert open_endpoint(spec, {"CJ_JUDGE_KEY": "k-environment"}, {}).api_key == "k-environment"
    assert open_endpoint(spec, {}, {"llm.example.org": "k-file", "openai": KEY}).api_key == "k-file"


def test_the_environment_goes_before_the_judges_file() -> None:
    spec, keys = JudgeSpec.parse("mistral:m"), {"mistral": "k-file"}
    assert open_endpoint(spec, {}, keys).api_key == "k-file"
    assert open_endpoint(spec, {"MISTRAL_API_KEY": f"{KEY}\n"}, keys).api_key == KEY


@pytest.mark.parametrize("argument", ["gpt-5-mini", "gpt-5-mini@https://api.openai.com/v1/"])
def test_a_provider_needs_a_key(argument: str) -> None:
    with pytest.raises(InvalidJudge, match='Set OPENAI_API_KEY, or "openai" under'):
        opened(f"openai:{argument}", OPENAI_API_KEY="  ")


@pytest.mark.parametrize("argument", ["", " ", "@http://localhost:1/v1"])
def test_a_model_must_be_named(argument: str) -> None:
    with pytest.raises(InvalidJudge, match="needs a model"):
        opened(f"openai:{argument}")


def test_azure_must_be_told_the_address_of_the_resource() -> None:
    with pytest.raises(InvalidJudge, match="address of your resource"):
        opened("azure:deployment")


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
        opened(f"openai:m@{address}")


@pytest.mark.parametrize(
    "address", ["http://me:hunter2pass@host/v1", "http://hunter2pass@host/v1", "http://host/v1#hunter2pass"]
)
def test_a_password_in_the_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(InvalidJudge) as caught:
        opened(f"openai:m@{address}")
    assert "hunter2pass" not in str(caught.value)


@pytest.mark.parametrize("key", ["sk-åäö-12345", "sk-123\n45678", "sk-\x00-12345678"])
def test_a_key_that_cannot_be_sent_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(InvalidJudge, match="OPENAI_API_KEY") as caught:
        opened("openai:gpt-5-mini", OPENAI_API_KEY=key)
    assert key not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:11434", "[::1]:8000"])
def test_texts_stay_on_this_machine(host: str) -> None:
    assert opened(f"openai:llama@http://{host}/v1").destination is None


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("openai:m", "api.openai.com"),
        ("ollama:gpt-oss:120b-cloud", "ollama.com"),
        ("ollama:m@http://gpu.school.example:11434/v1", "gpu.school.example:11434"),
    ],
)
def test_texts_leave_for_a_host_with_a_name(name: str, host: str) -> None:
    assert opened(name).destination == host


def test_a_key_shows_in_no_representation_and_in_no_message() -> None:
    endpoint = opened("openai:m")
    assert KEY not in repr(endpoint)
    assert endpoint.without_key(f"you sent {KEY}") == "you sent [key]"


def test_a_placeholder_is_no_secret() -> None:
    assert opened("openai:m@http://localhost/v1").without_key("an exact none") == "an exact none"
