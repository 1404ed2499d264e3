"""Every Prometheus instrument of the service, as one typed object."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

OTHER = "other"
"""The label of everything that came after a label had all the values it may have."""

_BATCH_SECONDS = (10, 30, 60, 120, 300, 600, 1200, 3600, 7200, 21600, 86400)
_WORK_SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 2, 5)
_LATENCY_SECONDS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 120)
_COMPARISONS = (0, 10, 25, 50, 100, 200, 500, 1000, 2000, 5000)
_ITERATIONS = (1, 2, 3, 5, 8, 12, 20, 30, 50)
_PERCENT = (10, 20, 30, 40, 50, 60, 70, 80, 90, 100)
_SCORE_CHANGES = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2)
_RELIABILITIES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0)


class BoundedLabel:
    """A label whose values come from outside. The first `limit` keep their names, all later ones share one: every value is a
    time series for as long as the process lives.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._known: set[str] = set()

    def of(self, value: str) -> str:
        if value not in self._known:
            if len(self._known) >= self._limit:
                return OTHER
            self._known.add(value)
        return value


class BatchMetrics:
    """One batch: started, waves, end. Everything of an end is counted with it, once."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.started = Counter("cj_batches_started", "Batches accepted", registry=registry)
        self.repeated_requests = Counter(
            "cj_requests_repeated", "Requests whose batch existed already", registry=registry
        )
        self.ended = Counter("cj_batches_ended", "Batches ended", ["status", "reason"], registry=registry)
        self.seconds = Histogram(
            "huleedu_cj_assessment_duration_seconds",
            "From the acceptance of a batch to its end",
            buckets=_BATCH_SECONDS,
            registry=registry,
        )
        self.comparisons = Histogram(
            "huleedu_cj_comparisons_made",
            "Comparisons answered in a batch that ended",
            buckets=_COMPARISONS,
            registry=registry,
        )
        self.iterations = Histogram(
            "cj_iterations_per_batch", "Waves of a batch that ended", buckets=_ITERATIONS, registry=registry
        )
        self.budget_used = Histogram(
            "cj_budget_used_percentage",
            "Share of its budget a batch had asked when it ended",
            buckets=_PERCENT,
            registry=registry,
        )
        self.progress = Histogram(
            "cj_batch_progress_percentage",
            "Share of its budget a batch had answered after a wave",
            buckets=_PERCENT,
            registry=registry,
        )
        self.finishing_seconds = Histogram(
            "cj_last_answer_to_end_seconds",
            "From the recording of the last answer of a batch to its end",
            buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300),
            registry=registry,
        )
        self.waves = Counter("cj_waves", "Waves recorded", registry=registry)
        self.decisions = Counter(
            "cj_workflow_decisions", "What followed a wave", ["decision"], registry=registry
        )
        self.reliability = Histogram(
            "cj_wave_reliability", "Reliability after a wave", buckets=_RELIABILITIES, registry=registry
        )
        self.score_change = Histogram(
            "cj_score_stability_changes",
            "Largest change of a score (logits) in the last wave of a batch",
            buckets=_SCORE_CHANGES,
            registry=registry,
        )
        self.errors_inflated = Counter(
            "cj_bt_se_inflated_batches", "Batches published with large standard errors", registry=registry
        )
        self.coverage_sparse = Counter(
            "cj_bt_sparse_coverage_batches", "Batches published with few comparisons", registry=registry
        )
        self.recovered = Counter(
            "cj_stuck_batches_recovered", "Batches taken up again", ["state"], registry=registry
        )
        self.left = Counter(
            "cj_batches_left", "Batches that could not be carried on for now", ["fault"], registry=registry
        )
        self.stuck_failed = Counter(
            "cj_stuck_batches_failed", "Batches the monitor had to end", registry=registry
        )
        self.operations = Counter(
            "cj_assessment_operations",
            "Stages of work on batches",
            ["operation", "status"],
            registry=registry,
        )
        self.stage_seconds = Histogram(
            "cj_stage_duration_seconds",
            "How long a stage took",
            ["stage"],
            buckets=(*_WORK_SECONDS, 10, 30, 60, 300),
            registry=registry,
        )
        self.prompts_fetched = Counter(
            "huleedu_cj_prompt_fetch_success", "Tasks and rubrics fetched", registry=registry
        )
        self.prompts_missed = Counter(
            "huleedu_cj_prompt_fetch_failures", "Tasks and rubrics not fetched", ["reason"], registry=registry
        )


class AnswerMetrics:
    """What became of questions and their answers, counted when they are recorded."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.comparisons = Counter("cj_comparisons", "Answers recorded", ["status"], registry=registry)
        self.failures = Counter(
            "cj_failed_comparisons", "Questions that failed", ["failure_reason"], registry=registry
        )
        self.callbacks = Counter(
            "cj_callbacks_processed", "Answers that arrived", ["status"], registry=registry
        )
        self.latency = Histogram(
            "cj_callback_latency_seconds",
            "From the judge's answer to its recording",
            buckets=_LATENCY_SECONDS,
            registry=registry,
        )
        self.recording_seconds = Histogram(
            "cj_callback_processing_duration_seconds",
            "The transaction that records a group of answers",
            buckets=_WORK_SECONDS,
            registry=registry,
        )
        self.orphaned = Counter("cj_orphan_callbacks", "Answers nobody asked for", registry=registry)
        self.orphans_settled = Counter(
            "cj_orphan_callbacks_settled",
            "Orphans that got their question, or were given up",
            ["end"],
            registry=registry,
        )
        self.reused = Counter("cj_answers_reused", "Answers taken from earlier batches", registry=registry)
        self.retry_waves = Counter(
            "cj_retry_batches_submitted",
            "Waves in which failed questions were asked again",
            registry=registry,
        )
        self.retries = Counter(
            "cj_retried_comparisons", "Failed questions that were asked again", registry=registry
        )
        self.successful_retries = Counter(
            "cj_successful_retries", "Questions answered after they had failed", registry=registry
        )
        self.permanently_failed = Counter(
            "cj_permanently_failed_comparisons",
            "Pairs whose last question had failed when their scale was published",
            registry=registry,
        )
        self.overdue = Counter(
            "cj_questions_overdue", "Deadlines of questions that passed", ["outcome"], registry=registry
        )


class JudgingMetrics:
    """Calls of judges, and what they took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.provider_label = BoundedLabel(10)
        self.model_label = BoundedLabel(20)
        self.requests = Counter(
            "cj_llm_requests", "Questions sent to judges", ["batching_mode"], registry=registry
        )
        self.first_waves = Counter(
            "cj_llm_batches_started", "Batches that asked their first questions", registry=registry
        )
        self.calls = Counter(
            "cj_assessment_llm_api_calls",
            "Calls of judges, repeated ones included",
            ["provider", "model", "status"],
            registry=registry,
        )
        self.seconds = Histogram(
            "cj_llm_response_seconds",
            "How long judges took",
            ["provider"],
            buckets=(0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120),
            registry=registry,
        )
        self.tokens = Counter(
            "cj_llm_tokens", "Tokens of recorded answers", ["provider", "model", "kind"], registry=registry
        )
        self.cost = Counter(
            "cj_llm_cost_usd", "Known prices of recorded answers", ["provider", "model"], registry=registry
        )
        self.unpriced = Counter(
            "cj_llm_unpriced_answers", "Recorded answers of unknown price", registry=registry
        )
        self.cache_hits = Counter(
            "cj_llm_prompt_cache_hits",
            "Answers whose provider had read part of the prompt before",
            ["provider"],
            registry=registry,
        )
        self.breakers_opened = Counter(
            "cj_judge_breakers_opened", "Judges that could not be reached any more", registry=registry
        )
        self.fail_overs = Counter(
            "cj_judge_fail_overs", "Answers of a judge in the place of another", registry=registry
        )
        self.not_sent = Counter(
            "cj_questions_not_sent", "Questions that never left", ["code"], registry=registry
        )
        self.provider_batches = Counter(
            "cj_provider_batches", "Batches handed to providers", ["status"], registry=registry
        )


class MessageMetrics:
    """What travels between processes."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.topic_label = BoundedLabel(30)
        self.queue_latency = Histogram(
            "kafka_message_queue_latency_seconds",
            "From the sending of a request to its receipt",
            buckets=(*_LATENCY_SECONDS, 600, 3600),
            registry=registry,
        )
        self.parked = Counter(
            "cj_messages_parked", "Messages that went to a dead-letter topic", ["topic"], registry=registry
        )
        self.delivery_failures = Counter(
            "cj_delivery_failures", "Deliveries to repeat", ["topic"], registry=registry
        )
        self.published = Counter(
            "cj_outbox_published", "Events that left the outbox", ["topic"], registry=registry
        )
        self.publishing_failures = Counter(
            "cj_outbox_publish_failures", "Events that could not leave", ["topic"], registry=registry
        )
        self.consumer_lag = Gauge(
            "cj_consumer_lag", "Messages of a topic not yet handled", ["topic"], registry=registry
        )


class HttpMetrics:
    """Calls over HTTP, by the template of their route."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "cj_assessment_http_requests",
            "Calls answered",
            ["method", "endpoint", "status_code"],
            registry=registry,
        )
        self.seconds = Histogram(
            "cj_assessment_http_request_duration_seconds",
            "From the call to the end of its answer",
            ["method", "endpoint"],
            registry=registry,
        )
        self.instructions = Counter(
            "cj_admin_instruction_operations",
            "Calls about assessment instructions",
            ["operation", "status"],
            registry=registry,
        )


class DatabaseMetrics:
    """The pool of connections of this process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.connections = Gauge(
            "cj_database_connections", "Connections checked out of the pool", registry=registry
        )
        self.connections_limit = Gauge(
            "cj_database_connections_limit", "Connections the pool may open", registry=registry
        )


class StateMetrics:
    """Read from the database all at once, at intervals; the same in every process that reads them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.read_at = Gauge(
            "cj_service_state_read_timestamp_seconds", "When these were read last", registry=registry
        )
        self.batches = Gauge("cj_batch_state", "Open batches", ["state"], registry=registry)
        self.stuck = Gauge("cj_stuck_batches_detected", "Batches that stand still", registry=registry)
        self.outstanding = Gauge(
            "cj_outstanding_questions", "Questions of open batches without an answer", registry=registry
        )
        self.overdue = Gauge(
            "cj_overdue_questions", "Outstanding questions past their deadline", registry=registry
        )
        self.failed_pool = Gauge(
            "cj_failed_pool_size", "Failed comparisons of open batches", registry=registry
        )
        self.outbox = Gauge("cj_outbox_waiting", "Events that wait in the outbox", registry=registry)
        self.outbox_lag = Gauge(
            "cj_outbox_lag_seconds", "For how long the oldest waiting event has waited", registry=registry
        )
        self.outbox_given_up = Gauge(
            "cj_outbox_given_up", "Events that are not tried any more", registry=registry
        )
        self.orphans = Gauge("cj_orphans_waiting", "Answers that wait for their question", registry=registry)
        self.orphan_age = Gauge(
            "cj_orphans_oldest_seconds", "For how long the oldest orphan has waited", registry=registry
        )
        self.dead_letters = Gauge(
            "cj_dead_letters_waiting", "Dead letters kept in the database", registry=registry
        )
        self.unprojected = Gauge(
            "cj_ended_without_projection",
            "Recently ended batches with neither grades nor the reason why there are none",
            registry=registry,
        )


class Metrics:
    """The instruments of one registry; labels have few values by design, never ids."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.batches = BatchMetrics(registry)
        self.answers = AnswerMetrics(registry)
        self.judging = JudgingMetrics(registry)
        self.messages = MessageMetrics(registry)
        self.http = HttpMetrics(registry)
        self.database = DatabaseMetrics(registry)
        self.state = StateMetrics(registry)
