"""What is known of the providers whose models can be asked, as their documentation stood in November 2026.

Sources: OpenAI, *Chat completions*, *Prompt caching*, *Batch*; Google, *OpenAI compatibility*; Mistral, *Chat completion*, *Prompt
caching*; Microsoft, *Azure OpenAI v1 API*; Ollama, *OpenAI compatibility*; Anthropic, *Messages*, *Structured outputs*,
*Message batches*.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Feature(StrEnum):
    """What a question may ask for beyond a plain answer."""

    SCHEMA = "schema"
    PROBABILITIES = "logprobs"
    TEMPERATURE = "temperature"
    EFFORT = "effort"
    VERBOSITY = "verbosity"
    BATCH = "batch"


class LengthField(StrEnum):
    """How a chat server is told the most tokens an answer may have."""

    MAX_COMPLETION_TOKENS = "max_completion_tokens"
    MAX_TOKENS = "max_tokens"


@dataclass(frozen=True, slots=True)
class ProviderProfile:
    """`base_url` is empty where every customer has an address of their own. `home` ends the names of the provider's own
    hosts: only there its key from the environment is sent. `batch_price_factor` is what an answer of a batch costs of the
    usual price.
    """

    kind: str
    base_url: str
    home: str
    key_variable: str
    features: frozenset[Feature]
    length_field: LengthField = LengthField.MAX_TOKENS
    needs_key: bool = True
    batch_price_factor: Decimal = Decimal(1)


_HALF: Final = Decimal("0.5")

OWN_SERVER_KEY = "CJ_JUDGE_KEY"
"""The variable with the key of a server that is no provider's own."""

_ALL_PROFILES = (
    ProviderProfile(
        "openai",
        "https://api.openai.com/v1",
        "api.openai.com",
        "OPENAI_API_KEY",
        frozenset(Feature),
        LengthField.MAX_COMPLETION_TOKENS,
        batch_price_factor=_HALF,
    ),
    ProviderProfile(
        "azure",
        "",
        ".azure.com",
        "AZURE_OPENAI_API_KEY",
        frozenset(Feature) - {Feature.BATCH},
        LengthField.MAX_COMPLETION_TOKENS,
    ),
    ProviderProfile(
        "google",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "generativelanguage.googleapis.com",
        "GEMINI_API_KEY",
        frozenset({Feature.SCHEMA, Feature.TEMPERATURE, Feature.EFFORT}),
    ),
    ProviderProfile(
        "mistral",
        "https://api.mistral.ai/v1",
        "api.mistral.ai",
        "MISTRAL_API_KEY",
        frozenset({Feature.SCHEMA, Feature.TEMPERATURE, Feature.EFFORT}),
    ),
    ProviderProfile(
        "ollama",
        "http://localhost:11434/v1",
        "localhost",
        "OLLAMA_API_KEY",
        frozenset({Feature.SCHEMA, Feature.PROBABILITIES, Feature.TEMPERATURE, Feature.EFFORT}),
        needs_key=False,
    ),
    ProviderProfile(
        "anthropic",
        "https://api.anthropic.com",
        "api.anthropic.com",
        "ANTHROPIC_API_KEY",
        frozenset({Feature.SCHEMA, Feature.EFFORT, Feature.BATCH}),
        batch_price_factor=_HALF,
    ),
)

PROFILES: Mapping[str, ProviderProfile] = MappingProxyType(
    {profile.kind: profile for profile in _ALL_PROFILES}
)


def profile_elsewhere(profile: ProviderProfile) -> ProviderProfile:
    """The same protocol spoken by another server: whatever it does not know, it has to refuse itself."""
    features = profile.features if profile.kind == "anthropic" else frozenset(Feature)
    return ProviderProfile(
        profile.kind,
        profile.base_url,
        profile.home,
        OWN_SERVER_KEY,
        features,
        needs_key=False,
        batch_price_factor=profile.batch_price_factor,
    )
