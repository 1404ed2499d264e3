"""The scale: scores, errors and how far they can be trusted."""

from dataclasses import dataclass
from enum import StrEnum

from cj_assessment_service.domain.identifiers import EssayId

NORMAL_95 = 1.959964
"""The 97.5 % point of the standard normal distribution."""


@dataclass(frozen=True, slots=True)
class EssayScore:
    """An essay on the scale. `score` and `se` in logits, centred on the mean of all essays; `component` numbers the
    connected part of the comparison graph the essay belongs to (scores compare within one component only).

    `infit` and `outfit` are mean squares, 1 as expected, None without comparisons. `limits` are the ends of the 95 %
    interval where they were computed from the posterior itself; None where they follow from `se`. Ties are no wins.
    """

    essay_id: EssayId
    score: float
    se: float
    comparisons: int
    wins: int
    infit: float | None = None
    component: int = 0
    outfit: float | None = None
    limits: tuple[float, float] | None = None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        if self.limits is not None:
            return self.limits
        return (self.score - NORMAL_95 * self.se, self.score + NORMAL_95 * self.se)


@dataclass(frozen=True, slots=True)
class PositionEffect:
    """The judges' advantage of the essay shown first, in logits, with its standard error."""

    estimate: float
    se: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        return self.estimate - NORMAL_95 * self.se, self.estimate + NORMAL_95 * self.se


class EvidenceForm(StrEnum):
    """What of a judge's answers the scale is made of."""

    WINNER = "winner"
    LEVELS = "levels"
    PROBABILITIES = "probabilities"
    CONFIDENCE = "confidence"


class GradingUse(StrEnum):
    """What became of what a judge said beyond the winner: levels ("slightly better"), probabilities, confidence."""

    NONE_GIVEN = "none_given"
    USED = "used"
    IGNORED = "ignored"
    """The levels proved to say nothing beyond the winner, so only the winner counts."""

    UNPROVEN = "unproven"
    """Probabilities or confidence have not proved to say more than the winner, so only the winner counts."""


class JudgeFlag(StrEnum):
    """Why a person should look at a judge."""

    NEAR_RANDOM = "near_random"
    POSITION_BIAS = "position_bias"
    MISFIT = "misfit"
    LEVELS_IGNORED = "levels_ignored"
    FEW_DECISIONS = "few_decisions"


@dataclass(frozen=True, slots=True)
class JudgeTerms:
    """One judge under the model d = discrimination (theta_first - theta_second) + position.

    `agreement` is the share of its decisions (ties left out) won by the essay with the higher score; None without any.
    `discrimination` is 1 for a judge like the others and 0 for one that answers by chance. `position` is the advantage
    of the essay shown first. `form` is what of its answers counts, and `grading` how strongly that counts beyond the
    winner, 0 (not at all) to 1 (fully); None where it said nothing more. `infit` and `outfit` are mean squares, None without decisions.
    """

    judge: str
    decisions: int
    agreement: float | None
    infit: float | None
    outfit: float | None
    position: PositionEffect
    discrimination: float
    discrimination_se: float
    tie_rate: float
    grading_use: GradingUse
    form: EvidenceForm
    grading: float | None
    flags: tuple[JudgeFlag, ...]


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """One fit of the whole batch.

    `prior_sd`: the estimated spread of true scores (logits). `reliability`: 1 - mean posterior variance / prior
    variance, with the 95 % interval `reliability_limits` that follows from not knowing that spread.
    `separation_reliability` (SSR): 1 - mean(se^2) / var(score), None when the scores do not vary. `position` is the
    mean over the judges, `judges` has one row for each, by name. `tie_parameter` is Davidson's nu, None without ties.
    `components`: connected parts of the comparison graph, 1 when all scores compare. `converged` is False where the method
    ended without an optimum (only conventions that define such an end do).
    """

    scores: tuple[EssayScore, ...]
    prior_sd: float
    reliability: float
    separation_reliability: float | None
    position: PositionEffect
    components: int
    decisions: int
    judges: tuple[JudgeTerms, ...] = ()
    reliability_limits: tuple[float, float] | None = None
    tie_parameter: float | None = None
    log_likelihood: float | None = None
    converged: bool = True

    def of(self, essay_id: EssayId) -> EssayScore:
        """Raises KeyError for an essay that was not fitted."""
        for score in self.scores:
            if score.essay_id == essay_id:
                return score
        raise KeyError(essay_id)

    def ranked(self) -> tuple[EssayScore, ...]:
        """Best first; equal scores in the order of their ids."""
        return tuple(sorted(self.scores, key=lambda score: (-score.score, score.essay_id)))

    @property
    def mean_se(self) -> float:
        return sum(score.se for score in self.scores) / len(self.scores) if self.scores else 0.0

    @property
    def max_se(self) -> float:
        return max((score.se for score in self.scores), default=0.0)
