"""One comparison: planned, asked, answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from cj_assessment_service.domain.answers import HIGHEST_LEVEL
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import BatchId, EssayId, RequestId


class Winner(StrEnum):
    """Which of the two, in the order they were shown. A tie only where the judge was allowed one."""

    FIRST = "first"
    SECOND = "second"
    TIE = "tie"


class AnswerRemark(StrEnum):
    """Why a person should look at what a judge said: it may have listened to a text instead of judging it."""

    QUOTES_FENCE = "quotes_fence"
    """It repeats the marks that part the texts from the question."""

    ADDRESSES_WRITER = "addresses_writer"
    """It speaks to whoever wrote one of the texts."""


class PairMode(StrEnum):
    """Why a pair is asked: never judged before, judged before, or its last question failed."""

    COVERAGE = "coverage"
    RESAMPLING = "resampling"
    RETRY = "retry"


@dataclass(frozen=True, slots=True, order=True)
class OrientedPair:
    """Two different essays in the order the judge sees them."""

    first: EssayId
    second: EssayId

    def __post_init__(self) -> None:
        if self.first == self.second:
            raise ValueError(f"an essay cannot be compared with itself: {self.first}")

    @property
    def swapped(self) -> "OrientedPair":
        return OrientedPair(self.second, self.first)

    @property
    def unordered(self) -> tuple[EssayId, EssayId]:
        """The same key for both orders."""
        return (self.first, self.second) if self.first < self.second else (self.second, self.first)


class PlanUse(StrEnum):
    """What becomes of the pairs a requester gives."""

    FIRST = "first"
    """They are asked first, then whatever the strategy chooses."""

    ONLY = "only"
    """They are asked and nothing else ever is."""


@dataclass(frozen=True, slots=True)
class PairPlan:
    """Pairs given by the requester, asked in their order and shown exactly as they stand; a pair that stands there twice
    is asked twice. Raises ValueError without any pair.
    """

    pairs: tuple[OrientedPair, ...]
    use: PlanUse

    def __post_init__(self) -> None:
        if not self.pairs:
            raise ValueError("a plan names at least one pair")


@dataclass(frozen=True, slots=True)
class PlannedComparison:
    """A pair chosen for the next wave; `attempt` counts from 1 and rises when a failed question is repeated."""

    pair: OrientedPair
    mode: PairMode
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class WavePlan:
    """The comparisons of one wave, in the order they will be recorded; empty when nothing is left to ask."""

    comparisons: tuple[PlannedComparison, ...]

    def __bool__(self) -> bool:
        return bool(self.comparisons)

    def __len__(self) -> int:
        return len(self.comparisons)


@dataclass(frozen=True, slots=True)
class AssignedComparison:
    """A comparison of the next wave and the judge it is put to."""

    planned: PlannedComparison
    judge: str


@dataclass(frozen=True, slots=True)
class ComparisonRequest:
    """A recorded comparison that `judge` must answer.

    `repeat` counts the questions about this pair in the same order that this judge was asked before within the batch and
    did not fail to answer (0 for the first time).
    """

    request_id: RequestId
    batch_id: BatchId
    wave: int
    pair: OrientedPair
    judge: str
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class SentQuestion:
    """What makes a recorded question the same as another one: `content_key` is equal where judge, settings, prompt, texts,
    order and repeat are, in whatever batch.
    """

    request_id: RequestId
    content_key: str
    prompt_version: str


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When questions are overdue: those last sent before `sent_before`, and those recorded before `recorded_before` that were
    never sent. Where their batch got any answer since, it is not them that are late but their judges that are busy.
    """

    sent_before: datetime
    recorded_before: datetime


@dataclass(frozen=True, slots=True)
class OverdueQuestion:
    """A question without an answer after its deadline; `sendings` counts how often it was handed to the judges."""

    request: ComparisonRequest
    sendings: int


@dataclass(frozen=True, slots=True)
class JudgeUsage:
    """What an answer took: `seconds` of waiting, tokens, and the price in USD (None: the price is unknown).

    `cached_tokens` are those of the `prompt_tokens` that the provider had read before. `attempts` counts how often the
    question left, `characters_sent` what left with it in all (0 where nothing leaves this machine).
    """

    provider: str
    model: str
    seconds: float
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: Decimal | None = None
    cached_tokens: int = 0
    attempts: int = 1
    characters_sent: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge said of the two texts it was shown. `confidence` is its own, 1 (guess) to 5 (certain); `level` says
    how much better the winner is (a place in MARGINS, from 1), None for a tie and where no margin was named. `p_first` is
    the probability (0 to 1) the judge gave the first text, None where it gives none.
    """

    winner: Winner
    usage: JudgeUsage
    justification: str | None = None
    confidence: float | None = None
    level: int | None = None
    p_first: float | None = None
    remarks: tuple[AnswerRemark, ...] = ()

    def __post_init__(self) -> None:
        if self.p_first is not None and not 0 <= self.p_first <= 1:
            raise ValueError(f"a probability must be between 0 and 1, not {self.p_first}")
        if self.confidence is not None and not 1 <= self.confidence <= 5:
            raise ValueError(f"confidence must be between 1 and 5, not {self.confidence}")
        if self.level is not None and (self.winner is Winner.TIE or not 1 <= self.level <= HIGHEST_LEVEL):
            raise ValueError(
                f"a level is between 1 and {HIGHEST_LEVEL} and needs a winner: {self.level} with {self.winner}"
            )


@dataclass(frozen=True, slots=True)
class JudgeFailure:
    """No verdict could be had. Never a default winner, never a wrong answer. `retry_after` are the seconds the provider
    asks to wait for; None where it asks for nothing.
    """

    code: ErrorCode
    message: str
    usage: JudgeUsage | None = None
    retry_after: float | None = None


JudgeReply = Verdict | JudgeFailure


@dataclass(frozen=True, slots=True)
class Outcome:
    """The reply to one recorded request, as the ledger writes it. `judge` is the one that answered in the place of the
    one that was asked, None where that one did. `is_reused`: the answer was recorded earlier and costs nothing now.
    """

    request_id: RequestId
    reply: JudgeReply
    completed_at: datetime
    judge: str | None = None
    is_reused: bool = False


def withdrawn(requests: Sequence[ComparisonRequest], at: datetime) -> tuple[Outcome, ...]:
    """The end of questions that nobody waits for any more; no judge is to blame for them."""
    failure = JudgeFailure(ErrorCode.QUESTION_WITHDRAWN, "The batch ended before this question was answered.")
    return tuple(Outcome(request.request_id, failure, at) for request in requests)


@dataclass(frozen=True, slots=True)
class RecordedOutcome:
    """An outcome the ledger has just taken in, with the batch it belongs to."""

    batch_id: BatchId
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What became of a group of outcomes: new ones, answers already known, and answers nobody asked for."""

    recorded: tuple[RecordedOutcome, ...]
    repeated: tuple[RequestId, ...]
    unknown: tuple[RequestId, ...]


@dataclass(frozen=True, slots=True)
class AnswerSource:
    """How many judgements of a batch one judge gave through one model of one provider."""

    judge: str
    provider: str
    model: str
    judgements: int


@dataclass(frozen=True, slots=True)
class DecidedComparison:
    """A judgement as scoring reads it. `level` says how much better the winner is, 1 for slightly and rising; None
    where the judge named a bare winner or a tie. `p_first` and `confidence` as in the verdict.
    """

    pair: OrientedPair
    winner: Winner
    judge: str
    level: int | None = None
    p_first: float | None = None
    confidence: float | None = None

    def __post_init__(self) -> None:
        if self.level is not None and (self.level < 1 or self.winner is Winner.TIE):
            raise ValueError(f"a level is at least 1 and needs a winner: {self.level} with {self.winner}")

    @property
    def winning_essay(self) -> EssayId | None:
        """None for a tie."""
        if self.winner is Winner.TIE:
            return None
        return self.pair.first if self.winner is Winner.FIRST else self.pair.second


class AskedState(StrEnum):
    """What became of a question."""

    OUTSTANDING = "outstanding"
    DECIDED = "decided"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class AskedComparison:
    """A question already asked, as pairing reads it. `judge` is empty where it makes no difference who was asked, `winner`
    None where nothing was decided.
    """

    pair: OrientedPair
    wave: int
    attempt: int
    state: AskedState
    error_code: ErrorCode | None = None
    judge: str = ""
    winner: Winner | None = None


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A planned comparison with the id it is recorded under."""

    request: ComparisonRequest
    mode: PairMode
    attempt: int


@dataclass(frozen=True, slots=True)
class ComparisonHistory:
    """Every question of a batch, in the order they were recorded, and the judgements among them."""

    asked: tuple[AskedComparison, ...]
    decided: tuple[DecidedComparison, ...]


@dataclass(frozen=True, slots=True)
class RecordedComparison:
    """One row of the ledger with everything known about it, for reports and exports. `error_message` is what the judge
    said of its failure; `prompt_version` names the words it was asked in, None where it was never sent.
    """

    request_id: RequestId
    sequence: int
    wave: int
    judge: str
    pair: OrientedPair
    winner: Winner | None
    confidence: float | None
    justification: str | None
    error: ErrorCode | None
    usage: JudgeUsage | None
    submitted_at: datetime
    completed_at: datetime | None
    error_message: str | None = None
    level: int | None = None
    p_first: float | None = None
    prompt_version: str | None = None
    is_reused: bool = False
    remarks: tuple[AnswerRemark, ...] = ()

    @property
    def judgement(self) -> DecidedComparison | None:
        """As scoring reads it; None where nothing was decided."""
        if self.winner is None:
            return None
        return DecidedComparison(
            self.pair, self.winner, self.judge, self.level, self.p_first, self.confidence
        )

    @property
    def signed_level(self) -> int | None:
        """The level seen from the first text: negative where the second is better; None without one."""
        if self.level is None:
            return None
        return self.level if self.winner is Winner.FIRST else -self.level
