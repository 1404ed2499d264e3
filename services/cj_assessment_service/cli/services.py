"""What the commands work with; put together by the application, so that no command knows how."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

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
    dead_letters: DeadLetterProtocol
    judges: JudgeProviderProtocol
    files: EssayFilesProtocol
    languages: LanguageGuessProtocol
    frequencies: WordFrequenciesProtocol
    keys: PseudonymKeysProtocol
    privacy: PrivacyPolicy
    run_lock: RunLockProtocol
    clock: Clock


@dataclass(frozen=True, slots=True)
class Installation:
    """How a command reaches the application: `open` runs it for as long as the block lasts. What needs no database is
    there without it.
    """

    open: Callable[[], AbstractAsyncContextManager[Services]]
    database: Callable[[], DatabaseServerProtocol]
    decision_files: DecisionFilesProtocol
