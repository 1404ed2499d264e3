"""Who keeps which promise: one line for each binding."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from importlib.metadata import version
from pkgutil import resolve_name
from typing import assert_never

from dishka import AsyncContainer, Provider, Scope, make_async_container, provide
from prometheus_client import CollectorRegistry, ProcessCollector

from cj_assessment_service.api.batches.progress import ProgressWatch
from cj_assessment_service.api.batches.requests import RequestWriter
from cj_assessment_service.api.batches.uploads import UploadReader
from cj_assessment_service.api.health_check import HealthCheck
from cj_assessment_service.api.settings import (
    HttpSettings,
    KeySetFile,
    KeySetUrl,
    SharedSecret,
    TokenKeys,
    TokenPolicy,
)
from cj_assessment_service.batch_monitor import BatchMonitor
from cj_assessment_service.cj_core_logic.assignment_setup import AssignmentSetup
from cj_assessment_service.cj_core_logic.batch_acceptance import BatchAcceptance
from cj_assessment_service.cj_core_logic.batch_callback_handler import BatchCallbackHandler
from cj_assessment_service.cj_core_logic.batch_cancellation import BatchCancellation
from cj_assessment_service.cj_core_logic.batch_completion_checker import BatchCompletionChecker
from cj_assessment_service.cj_core_logic.batch_deletion import BatchDeletion
from cj_assessment_service.cj_core_logic.batch_directory import BatchDirectory
from cj_assessment_service.cj_core_logic.batch_finalizer import BatchFinalizer
from cj_assessment_service.cj_core_logic.batch_pool_manager import BatchPoolManager
from cj_assessment_service.cj_core_logic.batch_preparation import BatchPreparation
from cj_assessment_service.cj_core_logic.batch_processor import BatchProcessor
from cj_assessment_service.cj_core_logic.batch_reader import BatchReader
from cj_assessment_service.cj_core_logic.batch_recovery import BatchRecovery
from cj_assessment_service.cj_core_logic.batch_rerun import BatchRerun
from cj_assessment_service.cj_core_logic.batch_retry_processor import BatchRetryProcessor
from cj_assessment_service.cj_core_logic.batch_submission import BatchSubmission
from cj_assessment_service.cj_core_logic.callback_persistence_service import CallbackPersistenceService
from cj_assessment_service.cj_core_logic.callback_state_manager import CallbackStateManager
from cj_assessment_service.cj_core_logic.comparison_batch_orchestrator import ComparisonBatchOrchestrator
from cj_assessment_service.cj_core_logic.comparison_processing import ComparisonProcessing
from cj_assessment_service.cj_core_logic.content_hydration import ContentHydration
from cj_assessment_service.cj_core_logic.context_builder import ContextBuilder
from cj_assessment_service.cj_core_logic.early_finish import EarlyFinish
from cj_assessment_service.cj_core_logic.grade_projection.projection_coordinator import (
    GradeProjectionCoordinator,
)
from cj_assessment_service.cj_core_logic.grade_projector import GradeProjector
from cj_assessment_service.cj_core_logic.hand_over_runner import HandOverRunner
from cj_assessment_service.cj_core_logic.judge_admission import JudgeAdmission
from cj_assessment_service.cj_core_logic.judge_exclusion import JudgeExclusion
from cj_assessment_service.cj_core_logic.orphan_adoption import OrphanAdoption
from cj_assessment_service.cj_core_logic.overdue_questions import OverdueQuestions
from cj_assessment_service.cj_core_logic.provider_batch_collection import ProviderBatchCollection
from cj_assessment_service.cj_core_logic.provider_batch_submission import ProviderBatchSubmission
from cj_assessment_service.cj_core_logic.request_refusal import RequestRefusal
from cj_assessment_service.cj_core_logic.workflow_continuation import WorkflowContinuation
from cj_assessment_service.cj_core_logic.workflow_orchestrator import WorkflowOrchestrator
from cj_assessment_service.cli.services import Services
from cj_assessment_service.config import Settings
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.domain.policies import (
    BudgetPolicy,
    ContinuationPolicy,
    DeadlinePolicy,
    DispatchPolicy,
    Judging,
    LeasePolicy,
    LoadingPolicy,
    OutboxPolicy,
    PairingPolicy,
    PanelPolicy,
    PrivacyPolicy,
    ProviderBatchPolicy,
    QualityPolicy,
    RemotePolicy,
    WorkerPolicy,
)
from cj_assessment_service.domain.service_state import Patience
from cj_assessment_service.event_processor import EventProcessor
from cj_assessment_service.implementations.anchor_repository import PostgreSQLAnchorRepository
from cj_assessment_service.implementations.answer_delivery import AnswerMessages
from cj_assessment_service.implementations.batch_repository import PostgreSQLCJBatchRepository
from cj_assessment_service.implementations.cached_contents import CachedContents
from cj_assessment_service.implementations.comparison_repository import PostgreSQLCJComparisonRepository
from cj_assessment_service.implementations.content_store import PostgreSQLContentStore
from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.implementations.dead_letters import PostgreSQLDeadLetters
from cj_assessment_service.implementations.dispatch.dispatcher import Dispatcher
from cj_assessment_service.implementations.dispatch.in_process_judging import InProcessJudging
from cj_assessment_service.implementations.embedded_postgres.server import default_data_root
from cj_assessment_service.implementations.essay_repository import PostgreSQLCJEssayRepository
from cj_assessment_service.implementations.grade_projection_repository import (
    PostgreSQLGradeProjectionRepository,
)
from cj_assessment_service.implementations.in_process_bus import InProcessMessageBus
from cj_assessment_service.implementations.instruction_repository import (
    PostgreSQLAssessmentInstructionRepository,
)
from cj_assessment_service.implementations.judges.local_judges import LocalJudges
from cj_assessment_service.implementations.judges.registry import EntryPointJudges
from cj_assessment_service.implementations.opened_judges import OpenedJudges
from cj_assessment_service.implementations.organisation_batches import PostgreSQLOrganisationBatches
from cj_assessment_service.implementations.orphan_repository import PostgreSQLOrphanAnswerRepository
from cj_assessment_service.implementations.outbox import OutboxEventStaging, PostgreSQLOutbox
from cj_assessment_service.implementations.outbox_wake_up import NotifiedWakeUp
from cj_assessment_service.implementations.panel_repository import PostgreSQLCJPanelRepository
from cj_assessment_service.implementations.privacy_repository import PostgreSQLPrivacyRepository
from cj_assessment_service.implementations.provider_batch_repository import PostgreSQLProviderBatchRepository
from cj_assessment_service.implementations.pseudonym_file import PseudonymFile
from cj_assessment_service.implementations.run_lock import AdvisoryRunLock
from cj_assessment_service.implementations.service_state import PostgreSQLServiceState
from cj_assessment_service.implementations.session_provider_impl import CJSessionProviderImpl
from cj_assessment_service.implementations.system_clock import SystemClock
from cj_assessment_service.implementations.telemetry import LoggedTelemetry
from cj_assessment_service.implementations.tracing import NO_TRACING, Tracing, exporting_provider
from cj_assessment_service.implementations.worker_judging import WorkerJudging
from cj_assessment_service.message_handlers.cj_request_handler import CJRequestHandler
from cj_assessment_service.message_handlers.llm_callback_handler import LLMCallbackHandler
from cj_assessment_service.metrics import Metrics
from cj_assessment_service.outbox_relay import OutboxRelay
from cj_assessment_service.protocols import (
    AnchorRepositoryProtocol,
    AnswerDeliveryProtocol,
    AssessmentInstructionRepositoryProtocol,
    BrokerHealthProtocol,
    CJBatchRepositoryProtocol,
    CJComparisonRepositoryProtocol,
    CJEssayRepositoryProtocol,
    CJPanelRepositoryProtocol,
    ContentStoreProtocol,
    DeadLetterProtocol,
    EssayFilesProtocol,
    EventStagingProtocol,
    GradeProjectionRepositoryProtocol,
    HandOverProtocol,
    JudgeProviderProtocol,
    LanguageGuessProtocol,
    LLMInteractionProtocol,
    MessagePublisherProtocol,
    MessageSourcesProtocol,
    OrganisationBatchesProtocol,
    OrphanAnswerRepositoryProtocol,
    OutboxProtocol,
    OutboxWakeUpProtocol,
    PrivacyRepositoryProtocol,
    ProviderBatchRepositoryProtocol,
    PseudonymKeysProtocol,
    QuestionDispatchProtocol,
    RunLockProtocol,
    ServiceStateProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
    WordFrequenciesProtocol,
)
from cj_assessment_service.provider_batch_watch import ProviderBatchWatch
from cj_assessment_service.service_state_watch import ServiceStateWatch
from cj_assessment_service.wire.assessment_request import RequestDefaults

KEY_FILE = "pseudonym-key.json"
ADAPTERS = "cj_assessment_service.implementations"


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


class DatabaseProvider(Provider):
    """One engine, one session provider, seven repositories."""

    scope = Scope.APP

    def __init__(self, database_url: str) -> None:
        super().__init__()
        self._database_url = database_url

    @provide
    async def infrastructure(self, metrics: Metrics) -> AsyncIterator[CJDatabaseInfrastructure]:
        infrastructure = CJDatabaseInfrastructure.connect(self._database_url, metrics)
        yield infrastructure
        await infrastructure.close()

    sessions = provide(CJSessionProviderImpl, provides=SessionProviderProtocol)
    batches = provide(PostgreSQLCJBatchRepository, provides=CJBatchRepositoryProtocol)
    organisation_batches = provide(PostgreSQLOrganisationBatches, provides=OrganisationBatchesProtocol)
    panels = provide(PostgreSQLCJPanelRepository, provides=CJPanelRepositoryProtocol)
    essays = provide(PostgreSQLCJEssayRepository, provides=CJEssayRepositoryProtocol)
    comparisons = provide(PostgreSQLCJComparisonRepository, provides=CJComparisonRepositoryProtocol)
    instructions = provide(
        PostgreSQLAssessmentInstructionRepository, provides=AssessmentInstructionRepositoryProtocol
    )
    anchors = provide(PostgreSQLAnchorRepository, provides=AnchorRepositoryProtocol)
    projections = provide(PostgreSQLGradeProjectionRepository, provides=GradeProjectionRepositoryProtocol)
    orphans = provide(PostgreSQLOrphanAnswerRepository, provides=OrphanAnswerRepositoryProtocol)
    provider_batches = provide(PostgreSQLProviderBatchRepository, provides=ProviderBatchRepositoryProtocol)
    staging = provide(OutboxEventStaging, provides=EventStagingProtocol)
    outbox = provide(PostgreSQLOutbox, provides=OutboxProtocol)
    wake_up = provide(NotifiedWakeUp, provides=OutboxWakeUpProtocol)

    @provide
    async def contents(
        self, settings: Settings, sessions: SessionProviderProtocol
    ) -> AsyncIterator[ContentStoreProtocol]:
        if settings.content_service_url is None:
            yield PostgreSQLContentStore(sessions)
            return
        # the HTTP client is slow to load, and the built-in store needs none
        client = resolve_name(f"{ADAPTERS}.content_service:ContentServiceClient")
        async with _remote_service("content service", _content_calls(settings)) as service:
            yield CachedContents(client(settings.content_service_url, service), settings.content_cache_texts)

    privacy = provide(PostgreSQLPrivacyRepository, provides=PrivacyRepositoryProtocol)
    run_lock = provide(AdvisoryRunLock, provides=RunLockProtocol)
    state = provide(PostgreSQLServiceState, provides=ServiceStateProtocol)


class AdapterProvider(Provider):
    """The outside world, within one process."""

    scope = Scope.APP

    clock = provide(SystemClock, provides=Clock)
    telemetry = provide(LoggedTelemetry, provides=TelemetryProtocol)

    @provide
    def tracing(self, settings: Settings) -> Iterator[Tracing]:
        if settings.otlp_endpoint is None:
            yield NO_TRACING
            return
        provider = exporting_provider(settings.otlp_endpoint, version("cj-assessment-service"))
        yield Tracing(provider)
        provider.shutdown()

    bus = provide(InProcessMessageBus)
    answers = provide(AnswerMessages, provides=AnswerDeliveryProtocol)

    # document readers and word lists are slow to load, and a service that gets its texts from a store needs neither

    @provide
    def files(self) -> EssayFilesProtocol:
        files: EssayFilesProtocol = resolve_name(f"{ADAPTERS}.essay_files.files:EssayFiles")()
        return files

    @provide
    def languages(self) -> LanguageGuessProtocol:
        guess: LanguageGuessProtocol = resolve_name(f"{ADAPTERS}.language_guess:WordListLanguageGuess")()
        return guess

    @provide
    def frequencies(self) -> WordFrequenciesProtocol:
        words: WordFrequenciesProtocol = resolve_name(f"{ADAPTERS}.word_frequencies:WordFrequencies")()
        return words

    @provide
    def keys(self, settings: Settings) -> PseudonymKeysProtocol:
        return PseudonymFile((settings.data_dir or default_data_root()) / KEY_FILE)

    @provide
    def judges(self, privacy: PrivacyPolicy) -> JudgeProviderProtocol:
        return LocalJudges(EntryPointJudges()) if privacy.local_only else EntryPointJudges()

    @provide
    def metrics(self) -> Metrics:
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        return Metrics(registry)

    @provide
    def publisher(self, bus: InProcessMessageBus) -> MessagePublisherProtocol:
        return bus

    dispatcher = provide(Dispatcher)

    @provide
    def sources(self, bus: InProcessMessageBus) -> MessageSourcesProtocol:
        return bus

    @provide
    def broker(self, bus: InProcessMessageBus) -> BrokerHealthProtocol:
        return bus

    dead_letters = provide(PostgreSQLDeadLetters, provides=DeadLetterProtocol)

    judging = provide(InProcessJudging)

    @provide
    def questions(self, dispatcher: Dispatcher) -> QuestionDispatchProtocol:
        return dispatcher

    @provide
    async def opened_judges(self, judges: JudgeProviderProtocol) -> AsyncIterator[OpenedJudges]:
        opened = OpenedJudges(judges)
        yield opened
        await opened.close()


class InProcessJudgingProvider(Provider):
    """Questions are answered in this process."""

    scope = Scope.APP

    @provide
    def interaction(self, judging: InProcessJudging) -> LLMInteractionProtocol:
        return judging


class WorkerJudgingProvider(Provider):
    """Questions are answered by our own workers."""

    scope = Scope.APP

    interaction = provide(WorkerJudging, provides=LLMInteractionProtocol)


class WorkflowProvider(Provider):
    """The steps of a batch."""

    scope = Scope.APP

    hydration = provide(ContentHydration)
    contexts = provide(ContextBuilder)
    setup = provide(AssignmentSetup)
    preparation = provide(BatchPreparation)
    checker = provide(BatchCompletionChecker)
    pool = provide(BatchPoolManager)
    retries = provide(BatchRetryProcessor)
    planning = provide(ComparisonProcessing)
    submission = provide(BatchSubmission)
    admission = provide(JudgeAdmission)
    provider_submission = provide(ProviderBatchSubmission)
    processor = provide(BatchProcessor)
    waves = provide(ComparisonBatchOrchestrator)
    coordinator = provide(GradeProjectionCoordinator)
    projector = provide(GradeProjector)
    finalizer = provide(BatchFinalizer)
    continuation = provide(WorkflowContinuation)
    orchestrator = provide(WorkflowOrchestrator)
    refusal = provide(RequestRefusal)
    ledger = provide(CallbackStateManager)
    persistence = provide(CallbackPersistenceService)
    callbacks = provide(BatchCallbackHandler)
    provider_collection = provide(ProviderBatchCollection)
    recovery = provide(BatchRecovery)
    runner = provide(HandOverRunner)

    @provide
    def hand_over(self, runner: HandOverRunner) -> HandOverProtocol:
        return runner

    overdue_questions = provide(OverdueQuestions)
    orphan_adoption = provide(OrphanAdoption)
    cancellation = provide(BatchCancellation)
    early_finish = provide(EarlyFinish)
    rerun = provide(BatchRerun)
    deletion = provide(BatchDeletion)
    reader = provide(BatchReader)
    directory = provide(BatchDirectory)
    acceptance = provide(BatchAcceptance)
    exclusion = provide(JudgeExclusion)


class EntryPointProvider(Provider):
    """What turns the outside world into values."""

    scope = Scope.APP

    request_handler = provide(CJRequestHandler)
    callback_handler = provide(LLMCallbackHandler)
    events = provide(EventProcessor)
    relay = provide(OutboxRelay)
    monitor = provide(BatchMonitor)
    provider_watch = provide(ProviderBatchWatch)
    state_watch = provide(ServiceStateWatch)
    services = provide(Services)


class HttpProvider(Provider):
    """What the HTTP application needs besides the steps."""

    scope = Scope.APP

    uploads = provide(UploadReader)
    requests = provide(RequestWriter)
    watch = provide(ProgressWatch)

    @provide
    def health(
        self,
        sessions: SessionProviderProtocol,
        batches: CJBatchRepositoryProtocol,
        clock: Clock,
        settings: Settings,
        broker: BrokerHealthProtocol,
    ) -> HealthCheck:
        has_broker = settings.kafka_bootstrap_servers is not None
        return HealthCheck(sessions, batches, clock, broker if has_broker else None)

    @provide
    def http(self, settings: Settings) -> HttpSettings:
        keys = token_keys(settings)
        return HttpSettings(
            host=settings.http_host,
            port=settings.http_port,
            tokens=TokenPolicy(keys, settings.jwt_issuer, settings.jwt_audience)
            if keys is not None
            else None,
            enable_admin_endpoints=settings.enable_admin_endpoints,
            requests_per_minute=settings.http_requests_per_minute,
            max_body_bytes=int(settings.http_max_body_megabytes * 2**20),
            metrics_port=settings.metrics_port,
        )


def _remote_service(name: str, policy: RemotePolicy) -> AbstractAsyncContextManager[object]:
    opened: AbstractAsyncContextManager[object]
    opened = resolve_name(f"{ADAPTERS}.remote_service:remote_service")(name, policy)
    return opened


def _content_calls(settings: Settings) -> RemotePolicy:
    return RemotePolicy(
        concurrency=settings.content_concurrency,
        first_wait=settings.judge_first_wait_seconds,
        longest_wait=settings.judge_longest_wait_seconds,
    )


def token_keys(settings: Settings) -> TokenKeys | None:
    """What tokens are checked with: published keys where they are named, and then no secret counts any more; None where
    nothing is named. Raises ConfigurationRejected.
    """
    if settings.jwks_url is not None and settings.jwks_file is not None:
        raise ConfigurationRejected(
            "CJ_ASSESSMENT_SERVICE_JWKS_URL and CJ_ASSESSMENT_SERVICE_JWKS_FILE both name the keys that sign tokens."
            " Set one of them."
        )
    if settings.jwks_url is not None:
        return KeySetUrl(settings.jwks_url)
    if settings.jwks_file is not None:
        return KeySetFile(settings.jwks_file)
    return SharedSecret(settings.jwt_secret.get_secret_value()) if settings.jwt_secret is not None else None


def make_container(settings: Settings, database_url: str, *overrides: Provider) -> AsyncContainer:
    """The whole service on one database, its messages carried by Kafka where the settings name one, else within this process;
    later providers replace earlier ones.
    """
    return make_async_container(
        PolicyProvider(settings),
        DatabaseProvider(database_url),
        AdapterProvider(),
        WorkflowProvider(),
        EntryPointProvider(),
        HttpProvider(),
        *_carriers(settings),
        _judging(settings),
        *overrides,
    )


def _judging(settings: Settings) -> Provider:
    match settings.judging:
        case Judging.IN_PROCESS:
            return InProcessJudgingProvider()
        case Judging.WORKERS:
            return WorkerJudgingProvider()
        case Judging.PROVIDER_SERVICE:
            # the HTTP client is slow to load
            provider: Provider = resolve_name(
                "cj_assessment_service.di_provider_service:ProviderServiceProvider"
            )()
            return provider
        case _:
            assert_never(settings.judging)


def _carriers(settings: Settings) -> Iterator[Provider]:
    if settings.kafka_bootstrap_servers is not None:
        # the client library is slow to load, and most commands carry their messages themselves
        yield resolve_name("cj_assessment_service.di_kafka:KafkaProvider")(settings.kafka_bootstrap_servers)
