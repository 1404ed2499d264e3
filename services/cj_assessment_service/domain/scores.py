"""The scale: scores, errors and how far they can be trusted."""

from dataclasses import dataclass

from cj_assessment_service.domain.identifiers import EssayId

NORMAL_95 = 1.959964
"""The 97.5 % point of the standard normal distribution."""


@dataclass(frozen=True, slots=True)
class EssayScore:
    """An essay on the scale. `score` and `se` in logits, centred on the mean of all essays; `component` numbers the
    connected part of the comparison graph the essay belongs to (scores compare within one component only).
    """

    essay_id: EssayId
    score: float
    se: float
    comparisons: int
    wins: int
    infit: float | None = None
    component: int = 0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        return (self.score - NORMAL_95 * self.se, self.score + NORMAL_95 * self.se)


@dataclass(frozen=True, slots=True)
class PositionEffect:
    """The judges' advantage of the essay shown first, in logits, with its standard error."""

    estimate: float
    se: float


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """One fit of the whole batch.

    `prior_sd`: the estimated spread of true scores (logits). `reliability`: 1 - mean posterior variance / prior
    variance. `separation_reliability` (SSR): 1 - mean(se^2) / var(score), None when the scores do not vary.
    `components`: connected parts of the comparison graph, 1 when all scores compare.
    """

    scores: tuple[EssayScore, ...]
    prior_sd: float
    reliability: float
    separation_reliability: float | None
    position: PositionEffect
    components: int
    decisions: int

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
