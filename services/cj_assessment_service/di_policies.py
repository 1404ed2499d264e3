"""Settings, turned into the frozen policies the code works with."""

from dishka import Provider, Scope, provide

from cj_assessment_service.config import Settings
from cj_assessment_service.domain.policies import (
    BudgetPolicy,
    ContinuationPolicy,
    DeadlinePolicy,
    DispatchPolicy,
    LeasePolicy,
    LoadingPolicy,
    OutboxPolicy,
    PairingPolicy,
    PanelPolicy,
    PrivacyPolicy,
    ProviderBatchPolicy,
    QualityPolicy,
    WorkerPolicy,
)
from cj_assessment_service.domain.service_state import Patience
from cj_assessment_service.wire.assessment_request import RequestDefaults


class PolicyProvider(Provider):
    """Settings, turned into what the code reads."""

    scope = Scope.APP

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    @provide
    def settings(self) -> Settings:
        return self._settings

    @provide
    def pairing(self, settings: Settings) -> PairingPolicy:
        return PairingPolicy(
            strategy=settings.pair_strategy,
            count_weight=settings.matching_weight_comparison_count,
            proximity_weight=settings.matching_weight_bt_proximity,
            boundary_weight=settings.matching_weight_grade_boundary,
            min_anchor_links=settings.min_anchor_links,
            max_judgements_per_pair=settings.max_judgements_per_pair,
            max_attempts_per_question=settings.max_retry_attempts,
        )

    @provide
    def panels(self, settings: Settings) -> PanelPolicy:
        return PanelPolicy(
            second_share=settings.second_opinion_share,
            swap_share=settings.swapped_order_share,
            arbiter_share=settings.arbiter_share,
        )

    @provide
    def continuation(self, settings: Settings) -> ContinuationPolicy:
        return ContinuationPolicy(
            target_reliability=settings.target_reliability,
            certainty=settings.target_certainty,
            min_comparisons_per_essay=settings.min_comparisons_per_essay,
            deciding_lead=settings.deciding_lead,
            min_success_rate=settings.min_success_rate_threshold,
            min_answers_for_early_abort=settings.min_answers_for_early_abort,
        )

    @provide
    def budget(self, settings: Settings) -> BudgetPolicy:
        return BudgetPolicy(per_essay=settings.budget_per_essay)

    @provide
    def loading(self, settings: Settings) -> LoadingPolicy:
        return LoadingPolicy(concurrency=settings.content_concurrency)

    @provide
    def provider_batches(self, settings: Settings) -> ProviderBatchPolicy:
        return ProviderBatchPolicy(look_seconds=settings.provider_batch_look_seconds)

    @provide
    def dispatch(self, settings: Settings) -> DispatchPolicy:
        return DispatchPolicy(
            concurrency=settings.judge_concurrency,
            attempts=settings.judge_attempts,
            first_wait=settings.judge_first_wait_seconds,
            longest_wait=settings.judge_longest_wait_seconds,
            faults_to_open=settings.judge_faults_to_open_breaker,
            cooldown=settings.judge_breaker_cooldown_seconds,
            patience=settings.judge_patience_seconds,
            cached_prefix_characters=settings.judge_cached_prefix_characters,
            cache_lifetime=settings.judge_cache_lifetime_seconds,
        )

    @provide
    def worker(self, settings: Settings) -> WorkerPolicy:
        return WorkerPolicy(concurrency=settings.worker_concurrency)

    @provide
    def outbox(self, settings: Settings) -> OutboxPolicy:
        return OutboxPolicy(
            retention_seconds=settings.outbox_retention_days * 24 * 3600,
            look_seconds=settings.outbox_look_seconds,
        )

    @provide
    def lease(self, settings: Settings) -> LeasePolicy:
        return LeasePolicy(
            claim_seconds=settings.claim_lease_seconds,
            idle_seconds=settings.batch_idle_seconds,
            sweep_seconds=settings.monitor_sweep_seconds,
        )

    @provide
    def deadlines(self, settings: Settings) -> DeadlinePolicy:
        return DeadlinePolicy(
            answer_seconds=settings.comparison_deadline_seconds,
            unsent_seconds=settings.claim_lease_seconds,
            most_sendings=settings.max_sendings_per_question,
        )

    @provide
    def quality(self, settings: Settings) -> QualityPolicy:
        return QualityPolicy(
            mean_se=settings.bt_mean_se_warn_threshold,
            max_se=settings.bt_max_se_warn_threshold,
            comparisons_per_essay=settings.bt_min_mean_comparisons_per_item,
        )

    @provide
    def patience(self, settings: Settings) -> Patience:
        return Patience(
            claim=settings.claim_lease_seconds,
            idle=settings.batch_idle_seconds,
            question=settings.comparison_deadline_seconds,
        )

    @provide
    def privacy(self, settings: Settings) -> PrivacyPolicy:
        return PrivacyPolicy(local_only=settings.local_only)

    @provide
    def request_defaults(self, settings: Settings) -> RequestDefaults:
        return RequestDefaults(judge=settings.default_judge)
