"""What a check found out about a judge."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judge_checks import Screening


class JudgeVerdict(StrEnum):
    """Whether a judge may be relied on."""

    USE = "use"
    USE_WITH_BOTH_ORDERS = "use with both orders"
    DO_NOT_USE = "do not use"
    UNDECIDED = "undecided"
    """The check ended before it could tell."""


class VerdictRule(StrEnum):
    """Which rule made the verdict."""

    SCREENED_OUT = "screened_out"
    UNREADABLE = "unreadable"
    TOO_FEW_ANSWERS = "too_few_answers"
    MOSTLY_TIES = "mostly_ties"
    NO_BETTER_THAN_CHANCE = "no_better_than_chance"
    TELLING_NOTHING = "telling_nothing"
    NO_BETTER_THAN_BASELINE = "no_better_than_baseline"
    LEANS_ON_POSITION = "leans_on_position"
    ORDER_DECIDES = "order_decides"
    FIT_FOR_USE = "fit_for_use"


@dataclass(frozen=True, slots=True)
class Ruling:
    """The verdict with the rule that made it and its reason in a sentence or two."""

    verdict: JudgeVerdict
    rule: VerdictRule
    reason: str


@dataclass(frozen=True, slots=True)
class VerdictPolicy:
    """The limits of the rules; why they lie where they do is told in docs/judge-check.md.

    A judge needs `readable_share` of its answers readable, at most `most_ties` ties, and an accuracy whose 95 % interval
    lies above `chance`. Where a baseline is right in `baseline_share` there is no room to be better. It needs both orders when two equal essays would be told apart by their place with
    `position_limit` logits, or when the order changes `order_limit` more of its answers than asking again does.
    """

    fewest_pairs: int = 15
    readable_share: float = 0.8
    most_ties: float = 0.5
    chance: float = 0.5
    baseline_share: float = 0.9
    position_limit: float = 0.85
    order_limit: float = 0.2


class CheckEnding(StrEnum):
    """Why a check asked no more."""

    COMPLETE = "complete"
    SCREENED_OUT = "screened_out"
    COST_CAP = "cost_cap"
    TIME_CAP = "time_cap"
    JUDGE_FAILED = "judge_failed"

    @property
    def is_cap(self) -> bool:
        return self in {CheckEnding.COST_CAP, CheckEnding.TIME_CAP}


@dataclass(frozen=True, slots=True)
class Share:
    """A share of `count` cases (0 to 1) with its 95 % interval."""

    share: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Difference:
    """An estimate that is 0 where there is no effect, with its 95 % interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rival:
    """What something that needs no judge gets right on the very same questions, and how much more the judge does."""

    name: str
    accuracy: Share
    advantage: Difference


@dataclass(frozen=True, slots=True)
class DistanceRow:
    """The answers about essays so many grades apart; `rivals` are the shares the rivals get right, in their order."""

    distance: int
    accuracy: Share
    rivals: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class HumanRow:
    """What people said of the same essays: their own accuracy, how often judge and person named the same essay, and two
    people did. None where they never met on a pair.
    """

    decisions: int
    people: int
    accuracy: Share | None
    agreement_with_judge: Share | None
    agreement_among_people: Share | None


class ClaimSource(StrEnum):
    """In what a judge said how sure it is."""

    CONFIDENCE = "confidence"
    P_FIRST = "p_first"


@dataclass(frozen=True, slots=True)
class ClaimBin:
    """Answers with about the same claim: the mean probability `claimed` of being right, and the share that is."""

    label: str
    claimed: float
    right: Share


@dataclass(frozen=True, slots=True)
class ClaimCurve:
    """Claims against truth. `expected_error` is the expected calibration error; `discrimination` the probability that a
    right answer claims more than a wrong one (0.5: the claims say nothing), None where all answers are right or all wrong.
    """

    source: ClaimSource
    bins: tuple[ClaimBin, ...]
    expected_error: float
    discrimination: float | None


@dataclass(frozen=True, slots=True)
class FailureKind:
    code: ErrorCode
    count: int
    message: str | None


@dataclass(frozen=True, slots=True)
class Spending:
    """What the answers took. Seconds, tokens and money are those of answers given now; `reused` ones cost nothing. `spent`
    sums the known prices, `unpriced` counts the answers without one. `cost_per_100` readable answers is None where it is
    unknown.
    """

    answers: int
    reused: int
    median_seconds: float | None
    p95_seconds: float | None
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    spent: Decimal
    unpriced: int
    cost_per_100: Decimal | None


@dataclass(frozen=True, slots=True)
class Consistency:
    """How a judge agrees with itself. `flips` is the share of pairs asked in both orders whose winner changed with the
    order, `repeated` the share of questions put again that got the same answer, `ties` the share of answers that are one.
    `position` is the advantage of the essay shown first in logits, None where no answer changed with the order.
    """

    flips: Share | None
    position: Difference | None
    repeated: Share | None
    ties: Share | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All figures of a check; the verdict rests on these and on nothing else.

    `accuracy` is the share of readable answers that name the essay with the higher grade, a tie counting half; None
    before the first. `kappa` is Cohen's against chance, None where chance alone would agree always.
    """

    ending: CheckEnding
    planned: int
    asked: int
    decided: int
    pairs: int
    screening: Screening
    accuracy: Share | None
    kappa: float | None
    rivals: tuple[Rival, ...]
    by_distance: tuple[DistanceRow, ...]
    consistency: Consistency
    claims: tuple[ClaimCurve, ...]
    human: HumanRow | None
    failures: tuple[FailureKind, ...]
    spending: Spending

    @property
    def failed(self) -> int:
        """Questions the judge was asked and gave no readable answer to; those that never left are nobody's fault."""
        return sum(kind.count for kind in self.failures if not kind.code.blames_nobody)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The verdict on a judge with all that speaks for it. `essays` have known grades on the scale `scale`; `batches` hold
    the questions and answers.
    """

    judge: str
    scale: str
    essays: int
    language: str
    batches: tuple[int, ...]
    ruling: Ruling
    evidence: Evidence
    notice: str | None = None
