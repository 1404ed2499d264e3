"""What the external LLM provider service is sent over HTTP, and what it says at once. Its answers arrive as messages."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from cj_assessment_service.wire.envelope import SOURCE_SERVICE, WireModel
from cj_assessment_service.wire.judge_overrides import BatchingMode, Effort, LLMConfigOverrides, Verbosity


class PromptBlockBody(WireModel):
    """One part of the prompt; `content_hash` is the SHA-256 of its UTF-8 in hexadecimal. `ttl` says for how long a provider
    may keep it.
    """

    target: Literal["user_content"] = "user_content"
    content: str
    cacheable: bool
    ttl: Literal["5m", "1h"] | None = None
    content_hash: str


class ComparisonMetadata(WireModel):
    """Repeated in the answer, and no part of what a model reads. `comparison_iteration` is the wave."""

    essay_a_id: str
    essay_b_id: str
    bos_batch_id: str
    cj_batch_id: str
    cj_source: str = SOURCE_SERVICE
    cj_request_type: Literal["cj_comparison"] = "cj_comparison"
    cj_llm_batching_mode: BatchingMode
    comparison_iteration: int
    preferred_bundle_size: int = Field(ge=1, le=64)
    reasoning_effort: Effort | None = None
    output_verbosity: Verbosity | None = None
    characters_sent: int = Field(ge=0)


class ComparisonBody(WireModel):
    """`user_prompt` is the blocks, joined by blank lines. Of the overrides, what is left out is left to the service."""

    user_prompt: str
    prompt_blocks: tuple[PromptBlockBody, ...]
    callback_topic: str
    correlation_id: UUID
    llm_config_overrides: LLMConfigOverrides
    metadata: ComparisonMetadata


class Queued(WireModel):
    """The service has taken the question."""

    queue_id: str = Field(min_length=1)
