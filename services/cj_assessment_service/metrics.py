"""Every Prometheus instrument of the service, as one typed object."""

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


@dataclass(frozen=True, slots=True)
class Metrics:
    """Instruments of one registry; labels have few values by design, never ids."""

    registry: CollectorRegistry
    comparisons: Counter = field(init=False)
    answers_repeated: Counter = field(init=False)
    answers_orphaned: Counter = field(init=False)
    orphans_settled: Counter = field(init=False)
    questions_overdue: Counter = field(init=False)
    answers_reused: Counter = field(init=False)
    breakers_opened: Counter = field(init=False)
    fail_overs: Counter = field(init=False)
    questions_not_sent: Counter = field(init=False)
    waves: Counter = field(init=False)
    decisions: Counter = field(init=False)
    batches_started: Counter = field(init=False)
    batches_ended: Counter = field(init=False)
    batches_resumed: Counter = field(init=False)
    batches_left: Counter = field(init=False)
    reliability: Histogram = field(init=False)
    provider_batches: Counter = field(init=False)
    messages_parked: Counter = field(init=False)
    delivery_failures: Counter = field(init=False)
    database_connections: Gauge = field(init=False)

    def __post_init__(self) -> None:
        registry = self.registry
        for name, instrument in {
            "comparisons": Counter("cj_comparisons", "Answers recorded", ["status"], registry=registry),
            "answers_repeated": Counter(
                "cj_answers_repeated", "Known answers delivered again", registry=registry
            ),
            "answers_orphaned": Counter("cj_orphan_callbacks", "Answers nobody asked for", registry=registry),
            "orphans_settled": Counter(
                "cj_orphan_callbacks_settled",
                "Orphans that got or lost their question",
                ["end"],
                registry=registry,
            ),
            "questions_overdue": Counter(
                "cj_questions_overdue", "Questions not answered in time", ["action"], registry=registry
            ),
            "answers_reused": Counter(
                "cj_answers_reused", "Answers taken from earlier batches", registry=registry
            ),
            "breakers_opened": Counter(
                "cj_judge_breakers_opened", "Judges that could not be reached any more", registry=registry
            ),
            "fail_overs": Counter(
                "cj_judge_fail_overs", "Answers of a judge in the place of another", registry=registry
            ),
            "questions_not_sent": Counter(
                "cj_questions_not_sent", "Questions that never left", ["code"], registry=registry
            ),
            "waves": Counter("cj_waves", "Waves recorded", registry=registry),
            "decisions": Counter(
                "cj_workflow_decisions", "What followed a wave", ["decision"], registry=registry
            ),
            "batches_started": Counter("cj_batches_started", "Batches accepted", registry=registry),
            "batches_ended": Counter(
                "cj_batches_ended", "Batches ended", ["status", "reason"], registry=registry
            ),
            "batches_resumed": Counter(
                "cj_batches_resumed", "Batches taken up again", ["state"], registry=registry
            ),
            "batches_left": Counter(
                "cj_batches_left",
                "Batches that could not be carried on for now",
                ["fault"],
                registry=registry,
            ),
            "reliability": Histogram(
                "cj_wave_reliability",
                "Reliability after a wave",
                buckets=(0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0),
                registry=registry,
            ),
            "provider_batches": Counter(
                "cj_provider_batches", "Batches handed to providers", ["status"], registry=registry
            ),
            "messages_parked": Counter(
                "cj_messages_parked", "Unreadable messages", ["topic"], registry=registry
            ),
            "delivery_failures": Counter(
                "cj_delivery_failures", "Deliveries to repeat", ["topic"], registry=registry
            ),
            "database_connections": Gauge(
                "cj_database_connections", "Connections checked out of the pool", registry=registry
            ),
        }.items():
            object.__setattr__(self, name, instrument)
