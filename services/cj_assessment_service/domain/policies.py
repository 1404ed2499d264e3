"""Numbers that steer a batch, as frozen values built from the settings."""

from dataclasses import dataclass
from enum import StrEnum


class TieTreatment(StrEnum):
    """What a tie means: an outcome of its own (Davidson 1970), half a win for each, or nothing."""

    DAVIDSON = "davidson"
    HALF = "half"
    DROP = "drop"


class PositionTerm(StrEnum):
    """Whether the essay shown first may have an advantage."""

    ESTIMATED = "estimated"
    ABSENT = "absent"


class JudgeTermsUse(StrEnum):
    """Whether judges may differ in discrimination and position effect, or count as one."""

    SEPARATE = "separate"
    POOLED = "pooled"


@dataclass(frozen=True, slots=True)
class ScoringPolicy:
    """What the model of the scale allows for."""

    ties: TieTreatment = TieTreatment.DAVIDSON
    position: PositionTerm = PositionTerm.ESTIMATED
    judge_terms: JudgeTermsUse = JudgeTermsUse.SEPARATE


DEFAULT_SCORING = ScoringPolicy()


class Judging(StrEnum):
    """Where questions are answered: in this process, by our own workers behind Kafka, or by an external service that takes
    them over HTTP and answers as messages.
    """

    IN_PROCESS = "in_process"
    WORKERS = "workers"
    PROVIDER_SERVICE = "provider_service"


class PairStrategy(StrEnum):
    """How the pairs of a wave are chosen once the random start is over."""

    INFORMATION = "information"
    """Most expected information about differences that are still uncertain."""

    A_OPTIMAL = "a_optimal"
    """Largest expected fall of the mean posterior variance."""

    OPTIMAL_GRAPH = "optimal_graph"
    """Few comparisons, similar scores, large errors, by weight."""

    PROGRESSIVE = "progressive"
    """At random at first, by information more and more."""

    SWISS = "swiss"
    """Neighbours by score, as in a Swiss tournament."""

    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class PairingPolicy:
    """`strategy` chooses the pairs after the random start (why this default: docs/decisions/0008). `count_weight` prefers
    essays with few comparisons, `proximity_weight` pairs of similar score (both unitless and of `optimal_graph` only). An
    essay whose grade is wholly undecided between two counts as 1 + `boundary_weight` essays. Each anchor meets
    `min_anchor_links` essays that are no anchors, as soon as half of its comparisons suffice. A pair is never asked
    successfully more than `max_judgements_per_pair` times for each judge that is asked in every wave, unless the requester's
    own plan does.
    Where judges answer within a day, a wave has `rounds_in_batches` rounds of every essay instead of one.
    """

    strategy: PairStrategy = PairStrategy.INFORMATION
    count_weight: float = 1.0
    proximity_weight: float = 0.5
    boundary_weight: float = 1.0
    min_anchor_links: int = 4
    max_judgements_per_pair: int = 4
    max_attempts_per_question: int = 3
    rounds_in_batches: int = 4


@dataclass(frozen=True, slots=True)
class PanelPolicy:
    """What is asked only to know how far the judges can be trusted, and what is left to arbiters.

    Of the new pairs of a wave, the share `second_share` is put to a second primary judge as well, where there is one, and
    `swap_share` to the same judge again, both in the other order where that can be asked: agreement and flips are measured
    on them. They cost budget and count like any comparison (what they cost in reliability: docs/decisions/0010). Arbiters
    get at most `arbiter_share` of a wave, and at least one question where there is one for them.
    """

    second_share: float = 0.15
    swap_share: float = 0.05
    arbiter_share: float = 0.2

    def __post_init__(self) -> None:
        if not all(0.0 <= share <= 1.0 for share in (self.second_share, self.swap_share, self.arbiter_share)):
            raise ValueError(f"a share is between 0 and 1: {self}")


@dataclass(frozen=True, slots=True)
class ContinuationPolicy:
    """When a batch may stop.

    The goal of a batch that names none is `target_reliability`. It is reached once the true reliability is at least the
    target with the probability `certainty`, and every essay has `min_comparisons_per_essay`, so that no batch stops on
    its random start. A batch of two or three essays ends when every essay leads the next one by `deciding_lead`
    judgements. It fails when the share of readable answers is below `min_success_rate`, early if even the upper 95 %
    bound is.
    """

    target_reliability: float = 0.9
    certainty: float = 0.6
    min_comparisons_per_essay: int = 5
    deciding_lead: int = 3
    min_success_rate: float = 0.8
    min_answers_for_early_abort: int = 12


@dataclass(frozen=True, slots=True)
class BudgetPolicy:
    """The default budget grows with the number of essays: `per_essay` comparisons for each (two essays share one)."""

    per_essay: int = 8

    def default_for(self, essays: int) -> int:
        """At least 1, so that a budget always exists."""
        return max(1, self.per_essay * essays)


@dataclass(frozen=True, slots=True)
class LoadingPolicy:
    """How texts are fetched: at most `concurrency` at once."""

    concurrency: int = 16


@dataclass(frozen=True, slots=True)
class ProviderBatchPolicy:
    """Providers that answer within a day are asked every `look_seconds` how far they are."""

    look_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class OutboxPolicy:
    """How events leave; all times in seconds.

    Up to `most_at_once` events are taken for `lease_seconds`, which must be longer than it takes to publish them. One that
    could not be published is tried again after `first_back_off`, twice that, four times… up to `longest_back_off`, and given
    up after `most_attempts`: more than a day, so that the outage of a broker costs none. Published events are kept for
    `retention_seconds`. A relay that is not notified looks by itself every `look_seconds`.
    """

    most_at_once: int = 500
    lease_seconds: float = 60.0
    first_back_off: float = 1.0
    longest_back_off: float = 60.0
    most_attempts: int = 2000
    retention_seconds: float = 7 * 24 * 3600.0
    look_seconds: float = 5.0

    def back_off(self, attempts: int) -> float | None:
        """After so many failed attempts; None when the last one was the last."""
        if attempts >= self.most_attempts:
            return None
        doublings = min(attempts - 1, 32)  # the longest is reached long before
        return min(self.first_back_off * 2.0**doublings, self.longest_back_off)


@dataclass(frozen=True, slots=True)
class LeasePolicy:
    """How long a preparation or a hand-over may last before another process takes it over, how long a batch may be silent
    that waits for nothing, and how often the monitor looks; all in seconds. What was taken over `most_take_overs` times
    without getting any further is given up.
    """

    claim_seconds: float = 120.0
    idle_seconds: float = 900.0
    sweep_seconds: float = 30.0
    most_take_overs: int = 5


@dataclass(frozen=True, slots=True)
class DeadlinePolicy:
    """A question has `answer_seconds` to be answered after it was sent, and `unsent_seconds` to be sent after it was
    recorded. It is sent at most `most_sendings` times, then it has failed. Answers to questions nobody knows are kept for
    `orphan_seconds`.
    """

    answer_seconds: float = 900.0
    unsent_seconds: float = 120.0
    most_sendings: int = 2
    orphan_seconds: float = 30 * 86_400.0


@dataclass(frozen=True, slots=True)
class QualityPolicy:
    """When operators are told that a published scale is weak: its mean or largest standard error (logits) is above
    `mean_se` or `max_se`, or its essays have fewer comparisons on average than `comparisons_per_essay`.
    """

    mean_se: float = 0.8
    max_se: float = 1.6
    comparisons_per_essay: float = 3.0


@dataclass(frozen=True, slots=True)
class PrivacyPolicy:
    """`local_only`: no judge of this installation may send texts elsewhere, whatever a batch asks for."""

    local_only: bool = False


@dataclass(frozen=True, slots=True)
class DispatchPolicy:
    """How questions are brought to judges; all times in seconds.

    At most `concurrency` questions are with a destination at once. A passing fault is asked again, `attempts` times in all,
    after `first_wait`, twice that, four times… up to `longest_backoff`, or after what the provider asks for; where that is
    more than `longest_wait` the question fails. After `faults_to_open` faults in a row a judge is left alone for
    `cooldown`; one that cannot be reached for `patience` is not waited for any longer.

    Beginnings of prompts of at least `cached_prefix_characters` (about 1,024 tokens, the least that providers cache) are
    sent once before the others follow, and again after `cache_lifetime` without a question.
    """

    concurrency: int = 16
    attempts: int = 3
    first_wait: float = 1.0
    longest_backoff: float = 20.0
    longest_wait: float = 60.0
    faults_to_open: int = 5
    cooldown: float = 15.0
    patience: float = 120.0
    cached_prefix_characters: int = 3500
    cache_lifetime: float = 300.0


@dataclass(frozen=True, slots=True)
class WorkerPolicy:
    """A judge worker has at most `concurrency` questions at once, remembers the last `remembered_answers` it gave, and takes
    at most `drain_seconds` to finish when it is told to stop.
    """

    concurrency: int = 32
    remembered_answers: int = 5000
    drain_seconds: float = 25.0


@dataclass(frozen=True, slots=True)
class RemotePolicy:
    """How another service is called over HTTP; all times in seconds. At most `concurrency` calls are under way, each attempt
    takes at most `timeout`. A passing fault is tried again, `attempts` times in all, after `first_wait` to `longest_backoff`
    and twice as long each time, or after what the service asks for; where that is more than `longest_wait` the call fails.
    """

    concurrency: int = 16
    attempts: int = 3
    timeout: float = 30.0
    first_wait: float = 1.0
    longest_backoff: float = 30.0
    longest_wait: float = 60.0


@dataclass(frozen=True, slots=True)
class KafkaPolicy:
    """How Kafka is reached and used; times in seconds.

    Consumer groups are named after `group`. A consumer that is silent for `session_timeout` loses its partitions to others. A
    message that is not with the broker after `delivery_timeout` counts as not sent. Topics made here get `partitions`
    partitions: so many consumers can share one. `client_options` are handed to the client library as they are
    (`security.protocol` and the like).
    """

    bootstrap_servers: str
    group: str = "cj_assessment_consumer_group"
    session_timeout: float = 45.0
    delivery_timeout: float = 15.0
    partitions: int = 12
    client_options: tuple[tuple[str, str], ...] = ()
