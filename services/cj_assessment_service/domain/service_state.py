"""How much work lies in the database of the service, and how long it has lain there."""

from dataclasses import dataclass

from cj_assessment_service.domain.batches import BatchState


@dataclass(frozen=True, slots=True)
class Backlog:
    """Things that wait: how many (no more than COUNTED_AT_MOST are counted), and for how many seconds the oldest has."""

    waiting: int
    oldest_seconds: float


COUNTED_AT_MOST = 10_000
"""A backlog longer than this is reported with this number: counting all of it would burden a database in trouble."""


@dataclass(frozen=True, slots=True)
class ServiceState:
    """All open work at one moment.

    `open_batches` has every non-terminal state. `stuck` batches are those the monitor would take up now; `failed_comparisons`
    count in open batches only; `overdue_questions` were sent longer ago than their deadline. Of the newest, `outbox_given_up`
    events are not tried any more, and `unprojected` batches ended well without either grades or the reason why there are
    none, which must never happen.
    """

    open_batches: tuple[tuple[BatchState, int], ...]
    stuck: int
    outstanding_questions: int
    overdue_questions: int
    failed_comparisons: int
    outbox: Backlog
    outbox_given_up: int
    orphans: Backlog
    dead_letters: int
    unprojected: int


@dataclass(frozen=True, slots=True)
class Patience:
    """Ages in seconds: of a hand-over whose holder is gone, of a batch that is silent, of a question that is overdue."""

    claim: float
    idle: float
    question: float
