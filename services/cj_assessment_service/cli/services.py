"""What the commands work with; put together by the application, so that no command knows how."""

from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum

from cj_assessment_service.cj_core_logic.assignment_setup import AssignmentSetup
from cj_assessment_service.cj_core_logic.batch_deletion import BatchDeletion
from cj_assessment_service.cj_core_logic.batch_reader import BatchReader
from cj_assessment_service.cj_core_logic.batch_recovery import BatchRecovery
from cj_assessment_service.cj_core_logic.judge_exclusion import JudgeExclusion
from cj_assessment_service.cj_core_logic.provider_batch_collection import ProviderBatchCollection
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.policies import PrivacyPolicy
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    DatabaseServerProtocol,
    DeadLetterProtocol,
    DecisionFilesProtocol,
    EssayFilesProtocol,
    JudgeProviderProtocol,
    LanguageGuessProtocol,
    MessagePublisherProtocol,
    PrivateFilesProtocol,
    PseudonymKeysProtocol,
    RunLockProtocol,
    SessionProviderProtocol,
    WordFrequenciesProtocol,
)


@dataclass(frozen=True, slots=True)
class Services:
    """A running application: database up to date, judges at work, messages flowing."""

    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    reader: BatchReader
    setup: AssignmentSetup
    recovery: BatchRecovery
    deletion: BatchDeletion
    provider_batches: ProviderBatchCollection
    exclusion: JudgeExclusion
    publisher: MessagePublisherProtocol
    judges: JudgeProviderProtocol
    files: EssayFilesProtocol
    languages: LanguageGuessProtocol
    frequencies: WordFrequenciesProtocol
    keys: PseudonymKeysProtocol
    privacy: PrivacyPolicy
    run_lock: RunLockProtocol
    clock: Clock


class ServicePart(StrEnum):
    """What can run, and scale, alone."""

    HTTP = "http"
    CONSUME = "consume"
    RELAY = "relay"
    MONITOR = "monitor"


EVERY_PART = frozenset(ServicePart)


@dataclass(frozen=True, slots=True)
class ServeOrder:
    """`embedded`: on this machine's own PostgreSQL, with messages that never leave the process."""

    parts: frozenset[ServicePart]
    embedded: bool


WhenReady = Callable[[str | None], None]
"""Told once that everything is at work, and at which address the HTTP API listens; None where it is not served."""


@dataclass(frozen=True, slots=True)
class TokenSigning:
    """What a token must say to be believed here. `secret` signs those of a development machine, None where there is none;
    `has_public_keys` says that the service believes the owners of keys instead.
    """

    issuer: str
    audience: str
    secret: str | None = field(repr=False)
    has_public_keys: bool
    is_production: bool


@dataclass(frozen=True, slots=True)
class Administration:
    """What it takes to look after a service, which may run elsewhere."""

    signing: TokenSigning
    texts: EssayFilesProtocol
    private_files: PrivateFilesProtocol
    clock: Clock


@dataclass(frozen=True, slots=True)
class Installation:
    """How a command reaches the application: `open` runs it for as long as the block lasts, `serve` and `work` until the
    process is told to stop. What needs no database is there without it. What is sent again from `dead_letters` arrives while or
    after the block lasts.
    """

    open: Callable[[], AbstractAsyncContextManager[Services]]
    dead_letters: Callable[[], AbstractAsyncContextManager[DeadLetterProtocol]]
    database: Callable[[], DatabaseServerProtocol]
    decision_files: DecisionFilesProtocol
    serve: Callable[[ServeOrder, WhenReady], Coroutine[None, None, None]]
    work: Callable[[Callable[[], None]], Coroutine[None, None, None]]
    administration: Callable[[], Administration]
