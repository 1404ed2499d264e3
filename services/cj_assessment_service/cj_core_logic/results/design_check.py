"""What the choice of pairs did to the reliability of a batch."""

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.earned_forms import in_earned_forms
from cj_assessment_service.cj_core_logic.scoring.fit import fit_roughly
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.null_reliability import null_reliability
from cj_assessment_service.domain.batches import BatchOverview, StopReason
from cj_assessment_service.domain.policies import DEFAULT_SCORING, PairStrategy
from cj_assessment_service.domain.results import DesignCheck
from cj_assessment_service.domain.scores import Scoreboard

RANDOM_START = 4.0
"""Comparisons per essay up to which pairs are chosen without regard to scores."""

MOST_DRAWS, FEWEST_DRAWS = 20, 3
DRAWN_JUDGEMENTS = 30_000
"""In all draws together, or the coin tosses of a large batch would take longer than its report is worth."""


def check_design(overview: BatchOverview, judgements: Judgements, rng: np.random.Generator) -> DesignCheck:
    """Takes some seconds of processor time. The coin tosses are read by the model that reads the judgements."""
    settled = in_earned_forms(judgements, DEFAULT_SCORING)
    draws = min(max(DRAWN_JUDGEMENTS // len(judgements), FEWEST_DRAWS), MOST_DRAWS)
    return DesignCheck(
        is_adaptive=is_adaptive(overview, len(judgements) / len(judgements.essays)),
        null_reliability=null_reliability(settled, _refit, draws, rng),
    )


def is_adaptive(overview: BatchOverview, judgements_per_essay: float) -> bool:
    """Whether pairs were chosen by score: from the end of the random start on, unless they all were drawn by lot, or every
    question there was has been asked, in whatever order.
    """
    chosen_otherwise = (
        overview.settings.strategy is PairStrategy.RANDOM or overview.stop_reason is StopReason.SATURATED
    )
    return 2 * judgements_per_essay > RANDOM_START and not chosen_otherwise


def _refit(judgements: Judgements) -> Scoreboard:
    return fit_roughly(judgements, DEFAULT_SCORING)
