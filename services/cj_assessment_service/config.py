"""Settings from the environment; `di` turns them into the frozen policies the code works with."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.domain.policies import Judging, PairStrategy


class Settings(BaseSettings):
    """Every setting is an environment variable with the prefix CJ_ASSESSMENT_SERVICE_, but for `CJ_DATABASE_URL`,
    `CJ_DATA_DIR` and `CJ_LOCAL_ONLY`, which people type by hand, and `HULEEDU_ENVIRONMENT`, which all services share.
    """

    model_config = SettingsConfigDict(
        env_prefix="CJ_ASSESSMENT_SERVICE_", frozen=True, extra="ignore", use_attribute_docstrings=True
    )

    database_url: str | None = Field(default=None, validation_alias="CJ_DATABASE_URL")
    """Of a PostgreSQL server (15 or newer): `postgresql://…`. Without it the `DB_*` settings count, and without those the embedded server."""

    data_dir: Path | None = Field(default=None, validation_alias="CJ_DATA_DIR")
    """Where the embedded server and the keys of pseudonyms lie; the user data folder when left out."""

    local_only: bool = Field(default=False, validation_alias="CJ_LOCAL_ONLY")
    """Refuse judges that texts would be sent to."""

    environment: str = Field(default="development", validation_alias="HULEEDU_ENVIRONMENT")
    """Where this runs; in `production` no token is signed with a shared secret."""

    postgres_bin_dir: Path | None = None
    """Programs of the PostgreSQL that is started as the embedded server."""

    db_host: str | None = None
    """Names a server in parts instead of `CJ_DATABASE_URL`."""

    db_port: int = 5432
    """Of that server."""

    db_name: str = "cj_assessment"
    """Of the database."""

    db_user: str = "postgres"
    """Who connects."""

    db_password: str | None = None
    """Of that user."""

    default_judge: str = "offline"
    """For requests that name none."""

    judge_concurrency: int = Field(default=16, ge=1)
    """Questions that may be with one provider at once."""

    judge_attempts: int = Field(default=3, ge=1)
    """How often a question is asked before a passing fault counts."""

    judge_first_wait_seconds: float = Field(default=1.0, gt=0)
    """Before the second attempt; doubled before every further one."""

    judge_longest_wait_seconds: float = Field(default=60.0, ge=0)
    """A provider that asks to wait longer than this is not waited for."""

    judge_faults_to_open_breaker: int = Field(default=5, ge=1)
    """Faults in a row after which a judge is left alone."""

    judge_breaker_cooldown_seconds: float = Field(default=15.0, gt=0)
    """For so long."""

    judge_patience_seconds: float = Field(default=120.0, ge=0)
    """A judge that cannot be reached for longer than this fails its questions."""

    judge_cached_prefix_characters: int = Field(default=3500, ge=0)
    """Beginnings of prompts at least this long are sent once before the others follow, so that providers cache them."""

    judge_cache_lifetime_seconds: float = Field(default=300.0, ge=0)
    """After so long without a question the beginning is sent first again."""

    content_concurrency: int = Field(default=16, ge=1)
    """Texts fetched at once for one batch."""

    budget_per_essay: int = Field(default=8, ge=1)
    """Comparisons for each essay where a request names no budget."""

    target_reliability: float = Field(default=0.9, gt=0, lt=1)
    """The goal of batches that name none."""

    target_certainty: float = Field(default=0.6, ge=0.5, lt=1)
    """How sure the goal must be reached, 0.5 to 1."""

    min_comparisons_per_essay: int = Field(default=5, ge=1)
    """No batch ends on its goals with fewer."""

    deciding_lead: int = Field(default=3, ge=1)
    """Judgements by which two or three essays must lead each other."""

    min_success_rate_threshold: float = Field(default=0.8, ge=0, le=1)
    """A batch fails below this share of readable answers."""

    min_answers_for_early_abort: int = Field(default=12, ge=1)
    """After so many answers a hopeless judge is sent away."""

    pair_strategy: PairStrategy = PairStrategy.INFORMATION
    """How pairs are chosen after the random start."""

    matching_weight_comparison_count: float = Field(default=1.0, ge=0)
    """Of `optimal_graph`: how much few comparisons count."""

    matching_weight_bt_proximity: float = Field(default=0.5, ge=0)
    """Of `optimal_graph`: how much similar scores count."""

    matching_weight_grade_boundary: float = Field(default=1.0, ge=0)
    """How much an essay between two grades counts."""

    min_anchor_links: int = Field(default=4, ge=0)
    """Essays without a known grade that every anchor meets."""

    max_judgements_per_pair: int = Field(default=4, ge=1)
    """By each judge."""

    second_opinion_share: float = Field(default=0.15, ge=0, le=1)
    """Of new pairs, put to a second judge too."""

    swapped_order_share: float = Field(default=0.05, ge=0, le=1)
    """Of new pairs, put to the same judge in the other order too."""

    arbiter_share: float = Field(default=0.2, ge=0, le=1)
    """Most of a wave that arbiters get."""

    max_retry_attempts: int = Field(default=3, ge=1)
    """How often a failed question is asked in all."""

    provider_batch_look_seconds: float = Field(default=30.0, gt=0)
    """How often providers that answer within a day are asked how far they are."""

    judging: Judging = Judging.IN_PROCESS
    """Where questions are answered: `in_process`, `workers` (over Kafka) or `provider_service` (over HTTP)."""

    llm_provider_service_url: str = "http://llm_provider_service:8080/api/v1"
    """Of the service behind `provider_service`."""

    llm_provider_concurrency: int = Field(default=20, ge=1)
    """Questions that may be on their way to it at once."""

    llm_provider_attempts: int = Field(default=3, ge=1)
    """How often it is tried."""

    llm_provider_timeout_seconds: float = Field(default=60.0, gt=0)
    """For one try."""

    content_service_url: str | None = None
    """Where texts are fetched; the built-in store in PostgreSQL when left out."""

    content_cache_texts: int = Field(default=2000, ge=0)
    """Fetched texts that are kept in memory."""

    comparison_deadline_seconds: float = Field(default=900.0, gt=0)
    """After so long without an answer a question is sent again, or fails."""

    max_sendings_per_question: int = Field(default=2, ge=1)
    """How often a question is sent before it fails."""

    kafka_bootstrap_servers: str | None = None
    """`host:port,…`; without it messages stay in the process."""

    kafka_consumer_group: str = "cj_assessment_consumer_group"
    """Shared by all processes of the service."""

    kafka_session_timeout_seconds: float = Field(default=45.0, ge=6)
    """After so long without a sign of life the partitions of a process go to others."""

    kafka_topic_partitions: int = Field(default=12, ge=1)
    """Of topics the service makes itself; more processes than this share nothing."""

    kafka_client_options: dict[str, str] = Field(default_factory=dict)
    """Further options of librdkafka, as JSON: `{"security.protocol": "SASL_SSL", …}`."""

    worker_concurrency: int = Field(default=32, ge=1)
    """Questions a judge worker has open at once."""

    monitor_sweep_seconds: float = Field(default=30.0, gt=0)
    """How often batches that stand still are looked for."""

    claim_lease_seconds: float = Field(default=120.0, gt=0)
    """A hand-over older than this is taken over."""

    batch_idle_seconds: float = Field(default=900.0, gt=0)
    """A batch silent for longer than this is taken up."""

    outbox_look_seconds: float = Field(default=5.0, gt=0)
    """How often a relay that PostgreSQL does not notify looks for events by itself."""

    outbox_retention_days: float = Field(default=7.0, gt=0)
    """For so long published events are kept."""

    http_host: str = "127.0.0.1"
    """Where the service listens; `0.0.0.0` in a container."""

    http_port: int = Field(default=9090, ge=0, le=65535)
    """Of the HTTP API."""

    jwt_secret: SecretStr | None = None
    """Signs tokens of development (HS256), at least 32 bytes."""

    jwks_url: str | None = None
    """Where the public keys of the identity service are."""

    jwks_file: Path | None = None
    """The same, from a file."""

    http_requests_per_minute: int = Field(default=600, ge=1)
    """For each caller."""

    http_max_body_megabytes: float = Field(default=64.0, gt=0)
    """Larger calls are refused."""

    jwt_issuer: str = "huleedu-identity-service"
    """Tokens of others do not count."""

    jwt_audience: str = "huleedu-platform"
    """Tokens for others do not count."""

    enable_admin_endpoints: bool = True
    """Whether `/admin/v1` exists."""

    bt_mean_se_warn_threshold: float = Field(default=0.8, gt=0)
    """A published scale whose mean standard error (logits) is above this is counted as weak."""

    bt_max_se_warn_threshold: float = Field(default=1.6, gt=0)
    """The same for its largest."""

    bt_min_mean_comparisons_per_item: float = Field(default=3.0, ge=0)
    """A published scale with fewer comparisons per essay on average is counted as sparse."""

    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    """Where a process without the HTTP API answers `/healthz/live`, `/healthz/ready` and `/metrics`; nowhere when left out."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """Of this service's own lines; libraries are heard from WARNING on."""

    otlp_endpoint: str | None = None
    """Base address of an OpenTelemetry collector (OTLP over HTTP), for example `http://collector:4318`; no traces when left out."""


def load_settings() -> Settings:
    """The settings of this process. Raises ConfigurationRejected, naming the variables that are wrong."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors())
        raise ConfigurationRejected(
            f"A setting in the environment cannot be used. {faults}. The variables begin with CJ_ASSESSMENT_SERVICE_"
            " or are CJ_DATABASE_URL, CJ_DATA_DIR, CJ_LOCAL_ONLY and HULEEDU_ENVIRONMENT."
        ) from error
