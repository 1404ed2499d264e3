"""What is known of the judges of a batch: how each decided, how far they agree, what they took."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from cj_assessment_service.domain.comparisons import AnswerRemark
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.domain.scores import NORMAL_95, JudgeTerms


class JudgeKind(StrEnum):
    """What stands behind the name of a judge."""

    RECORDED = "recorded"
    """Decisions made before, by people as a rule."""

    LANGUAGE_MODEL = "language_model"
    """Any judge that is none of the others."""

    OFFLINE = "offline"
    """Surface features."""

    SIMULATED = "simulated"


_KINDS = {
    "replay": JudgeKind.RECORDED,
    "offline": JudgeKind.OFFLINE,
    "simulated": JudgeKind.SIMULATED,
}


def kind_of(judge: str) -> JudgeKind:
    return _KINDS.get(JudgeSpec.parse(judge).kind, JudgeKind.LANGUAGE_MODEL)


@dataclass(frozen=True, slots=True)
class ObservedShare:
    """A share (0 to 1) that was seen over `pairs` different pairs of essays, each counted once with the share of its
    answers; `low` and `high` are the ends of its 95 % interval.
    """

    share: float
    low: float
    high: float
    pairs: int


@dataclass(frozen=True, slots=True)
class StatedCertainty:
    """How often the scale agreed where the judge stated this certainty (a confidence of 1 to 5, or a level from 1)."""

    stated: int
    agreed: ObservedShare


class Yardstick(StrEnum):
    """What the decisions of a judge are held against."""

    OTHERS = "others"
    """The scale of all other judges, so that nobody is compared with itself."""

    ALL = "all"
    """The whole scale, which this judge helped to make: there are too few decisions of others."""


@dataclass(frozen=True, slots=True)
class ScaleAgreement:
    """How often the essay with the higher score on the `yardstick` won; ties, and essays that cannot be told apart there,
    are left out. `by_confidence` and `by_level` are the same where the judge stated one, in rising order.
    """

    yardstick: Yardstick
    agreed: ObservedShare
    by_confidence: tuple[StatedCertainty, ...]
    by_level: tuple[StatedCertainty, ...]


@dataclass(frozen=True, slots=True)
class JudgeAgreement:
    """Over all `meetings` of two answers of different judges about the same pair, in whichever order it was shown.

    `equal`: the share with the same answer, a tie being an answer. `equal_winner`: the same among the meetings where both named
    a winner, None without any. `kappa`: Cohen's, None where chance alone would agree always.
    """

    meetings: int
    equal: float
    equal_winner: float | None
    kappa: float | None


@dataclass(frozen=True, slots=True)
class GroupAgreement:
    """Correlation of the scales of two groups of judges over the `essays` both compared. `disattenuated`: what it would be
    without either scale's own errors, and `limits` the ends of its 95 % interval, at most 1; both None where one of the scales
    is too unreliable (below 0.5) to say.
    """

    one: str
    other: str
    correlation: float
    disattenuated: float | None
    essays: int
    limits: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class MetJudges:
    """How two judges answered about the pairs both judged."""

    one: str
    other: str
    agreement: JudgeAgreement


@dataclass(frozen=True, slots=True)
class BetweenJudges:
    """How far the scale would come out the same with other judges of this sort. `judges` counts those that made it.

    `correlation` is the mean of the disattenuated correlations of their separate scales, `limits` its 95 % interval, and
    `reliability` how well the scale would agree with that of another panel as large; all None for a single judge, and where no
    judge's own scale is reliable enough to say. `scales` has every two judges, `kinds` every two kinds of judges, `met` the
    answers about the same pairs.
    """

    judges: int
    correlation: float | None
    limits: tuple[float, float] | None
    reliability: float | None
    reliability_limits: tuple[float, float] | None
    scales: tuple[GroupAgreement, ...]
    kinds: tuple[GroupAgreement, ...]
    met: tuple[MetJudges, ...]


@dataclass(frozen=True, slots=True)
class LengthPreference:
    """`longer`: how often the longer of the two texts (in characters) won. `beyond` is how much that is more than the scores
    on the scale of the other judges explain, in logits, with its standard error: the chance that the longer of two equally good
    texts wins is 1 / (1 + exp(-beyond)). Both None where there is no scale of others or too few decisions.
    """

    longer: ObservedShare
    beyond: float | None
    beyond_se: float | None

    @property
    def beyond_limits(self) -> tuple[float, float] | None:
        """The 95 % interval."""
        if self.beyond is None or self.beyond_se is None:
            return None
        return self.beyond - NORMAL_95 * self.beyond_se, self.beyond + NORMAL_95 * self.beyond_se


@dataclass(frozen=True, slots=True)
class RemarkCount:
    remark: AnswerRemark
    answers: int


@dataclass(frozen=True, slots=True)
class JudgeSummary:
    """One judge's share. `is_excluded`: its decisions do not enter the scale.

    `first_share` is the share of decisions won by the essay shown first, ties left out; `ties` that of ties. `flips`: how often
    an answer changed when the two texts were swapped; `repeats`: how often it stayed the same when they were shown again in the
    same order. `met` compares its answers with those of the judges that make the scale, itself left out. All are None where there
    is nothing to count.

    `reused` answers were recorded earlier and took nothing: they count as decisions, and neither in `median_seconds` nor in tokens
    nor in `cost` (USD). `cost` sums the known prices, `unpriced` counts the answers without one. `terms` are what the model says of
    the judge; of an excluded one, what it would say if that were restored; None where it made no decision.
    """

    judge: str
    kind: JudgeKind
    is_excluded: bool
    decisions: int
    failures: int
    reused: int
    agreement: ScaleAgreement | None
    met: JudgeAgreement | None
    first_share: ObservedShare | None
    ties: ObservedShare | None
    flips: ObservedShare | None
    repeats: ObservedShare | None
    length: LengthPreference | None
    median_seconds: float | None
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    cost: Decimal
    unpriced: int
    remarks: tuple[RemarkCount, ...]
    terms: JudgeTerms | None = None

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    @property
    def is_priced(self) -> bool:
        """Whether the whole cost is known."""
        return self.unpriced == 0
