"""How far a scale can be trusted."""

import math
from collections.abc import Sequence

from cj_assessment_service.cj_core_logic.results.cautions import cautions
from cj_assessment_service.cj_core_logic.results.checked_scale import CheckedScale
from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.domain.comparisons import RecordedComparison
from cj_assessment_service.domain.grades import Calibration
from cj_assessment_service.domain.results import QualityBlock


def quality_block(
    overview: BatchOverview,
    scale: CheckedScale,
    comparisons: Sequence[RecordedComparison],
    calibration: Calibration | None,
) -> QualityBlock:
    """`comparisons` are those that make the scale."""
    board = scale.board
    essays = len(board.scores)
    pairs = essays * (essays - 1) / 2
    covered = len({c.pair.unordered for c in comparisons if c.winner is not None})
    ssr = board.separation_reliability
    return QualityBlock(
        reliability=board.reliability,
        separation_reliability=ssr,
        prior_sd=board.prior_sd,
        mean_se=board.mean_se,
        max_se=board.max_se,
        components=board.components,
        coverage=covered / pairs if pairs else 0.0,
        comparisons_per_essay=2 * board.decisions / essays if essays else 0.0,
        position=board.position,
        success_rate=overview.progress.success_rate,
        warnings=cautions(overview, scale, calibration),
        reliability_limits=board.reliability_limits,
        separation_reliability_alt=None if ssr is None else 1.0 / (2.0 - ssr),
        separation=None if ssr is None else separation_index(ssr),
        design=scale.design,
        outlook=scale.outlook,
        between_judges=scale.panel.between,
    )


def separation_index(separation_reliability: float) -> float:
    """The true spread of the scores in standard errors, G = sqrt(R / (1 - R)); 0 where there is more error than spread
    (Wright & Masters 1982, Rating Scale Analysis, ch. 5).
    """
    reliability = min(max(separation_reliability, 0.0), 1.0 - 1e-9)
    return math.sqrt(reliability / (1.0 - reliability))
