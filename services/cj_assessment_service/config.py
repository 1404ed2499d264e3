"""Settings from the environment; `di` turns them into the frozen policies the code works with."""

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.domain.policies import Judging, PairStrategy


class Settings(BaseSettings):
    """Every setting is an environment variable with the prefix CJ_ASSESSMENT_SERVICE_, but for `CJ_DATABASE_URL`,
    `CJ_DATA_DIR` and `CJ_LOCAL_ONLY`, which people type by hand, and `HULEEDU_ENVIRONMENT`, which all services share.
    """

    model_config = SettingsConfigDict(env_prefix="CJ_ASSESSMENT_SERVICE_", frozen=True, extra="ignore")

    database_url: str | None = Field(default=None, validation_alias="CJ_DATABASE_URL")
    data_dir: Path | None = Field(default=None, validation_alias="CJ_DATA_DIR")
    local_only: bool = Field(default=False, validation_alias="CJ_LOCAL_ONLY")
    environment: str = Field(default="development", validation_alias="HULEEDU_ENVIRONMENT")
    postgres_bin_dir: Path | None = None
    db_host: str | None = None
    db_port: int = 5432
    db_name: str = "cj_assessment"
    db_user: str = "postgres"
    db_password: str | None = None

    default_judge: str = "offline"
    judge_concurrency: int = Field(default=16, ge=1)
    judge_attempts: int = Field(default=3, ge=1)
    judge_first_wait_seconds: float = Field(default=1.0, gt=0)
    judge_longest_wait_seconds: float = Field(default=60.0, ge=0)
    judge_faults_to_open_breaker: int = Field(default=5, ge=1)
    judge_breaker_cooldown_seconds: float = Field(default=15.0, gt=0)
    judge_patience_seconds: float = Field(default=120.0, ge=0)
    judge_cached_prefix_characters: int = Field(default=3500, ge=0)
    judge_cache_lifetime_seconds: float = Field(default=300.0, ge=0)
    content_concurrency: int = Field(default=16, ge=1)

    budget_per_essay: int = Field(default=8, ge=1)
    target_reliability: float = Field(default=0.9, gt=0, lt=1)
    target_certainty: float = Field(default=0.6, ge=0.5, lt=1)
    min_comparisons_per_essay: int = Field(default=5, ge=1)
    deciding_lead: int = Field(default=3, ge=1)
    min_success_rate_threshold: float = Field(default=0.8, ge=0, le=1)
    min_answers_for_early_abort: int = Field(default=12, ge=1)

    pair_strategy: PairStrategy = PairStrategy.INFORMATION
    matching_weight_comparison_count: float = Field(default=1.0, ge=0)
    matching_weight_bt_proximity: float = Field(default=0.5, ge=0)
    matching_weight_grade_boundary: float = Field(default=1.0, ge=0)
    min_anchor_links: int = Field(default=4, ge=0)
    max_judgements_per_pair: int = Field(default=4, ge=1)
    second_opinion_share: float = Field(default=0.15, ge=0, le=1)
    swapped_order_share: float = Field(default=0.05, ge=0, le=1)
    arbiter_share: float = Field(default=0.2, ge=0, le=1)
    max_retry_attempts: int = Field(default=3, ge=1)

    provider_batch_look_seconds: float = Field(default=30.0, gt=0)

    judging: Judging = Judging.IN_PROCESS
    llm_provider_service_url: str = "http://llm_provider_service:8080/api/v1"
    llm_provider_concurrency: int = Field(default=20, ge=1)
    llm_provider_attempts: int = Field(default=3, ge=1)
    llm_provider_timeout_seconds: float = Field(default=60.0, gt=0)
    content_service_url: str | None = None
    content_cache_texts: int = Field(default=2000, ge=0)
    comparison_deadline_seconds: float = Field(default=900.0, gt=0)
    max_sendings_per_question: int = Field(default=2, ge=1)

    kafka_bootstrap_servers: str | None = None
    kafka_consumer_group: str = "cj_assessment_consumer_group"
    kafka_session_timeout_seconds: float = Field(default=45.0, ge=6)
    worker_concurrency: int = Field(default=32, ge=1)

    monitor_sweep_seconds: float = Field(default=30.0, gt=0)
    claim_lease_seconds: float = Field(default=120.0, gt=0)
    batch_idle_seconds: float = Field(default=900.0, gt=0)

    http_host: str = "127.0.0.1"
    http_port: int = Field(default=9090, ge=0, le=65535)
    jwt_secret: SecretStr | None = None
    jwks_url: str | None = None
    jwks_file: Path | None = None
    http_requests_per_minute: int = Field(default=600, ge=1)
    http_max_body_megabytes: float = Field(default=64.0, gt=0)
    jwt_issuer: str = "huleedu-identity-service"
    jwt_audience: str = "huleedu-platform"
    enable_admin_endpoints: bool = True

    log_level: str = "INFO"
    otlp_endpoint: str | None = None


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
