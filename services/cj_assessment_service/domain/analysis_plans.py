"""What an analysis of decisions is asked."""

from dataclasses import dataclass
from enum import StrEnum

from cj_assessment_service.domain.policies import DEFAULT_SCORING, ScoringPolicy


class ScaleModel(StrEnum):
    """How scores are estimated: with an estimated prior, by plain maximum likelihood, or as the literature does (eps)."""

    MAP = "map"
    ML = "ml"
    EPS = "eps"


@dataclass(frozen=True, slots=True)
class AnalysisPlan:
    """`eps` is the literature's correction of extreme win counts. `split_halves` and `null_draws` say how often the data is
    halved and shuffled; 0 leaves the figure out.
    """

    model: ScaleModel = ScaleModel.MAP
    policy: ScoringPolicy = DEFAULT_SCORING
    eps: float = 0.3
    excluded_judges: frozenset[str] = frozenset()
    split_halves: int = 100
    null_draws: int = 200
