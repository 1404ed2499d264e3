"""How far a scale can be trusted, and what the judges did."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean

from cj_assessment_service.cj_core_logic.results.cautions import cautions
from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.domain.comparisons import RecordedComparison, Winner
from cj_assessment_service.domain.grades import Calibration
from cj_assessment_service.domain.results import DesignCheck, JudgeSummary, Outlook, QualityBlock
from cj_assessment_service.domain.scores import JudgeTerms, Scoreboard


@dataclass(frozen=True, slots=True)
class CheckedScale:
    """A scale, what the choice of pairs did to it, and what more comparisons would do (None where none can be had)."""

    board: Scoreboard
    design: DesignCheck
    outlook: Outlook | None


def quality_block(
    overview: BatchOverview,
    scale: CheckedScale,
    comparisons: Sequence[RecordedComparison],
    calibration: Calibration | None,
) -> QualityBlock:
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
        warnings=cautions(overview, board, calibration, scale.design),
        reliability_limits=board.reliability_limits,
        separation_reliability_alt=None if ssr is None else 1.0 / (2.0 - ssr),
        separation=None if ssr is None else separation_index(ssr),
        design=scale.design,
        outlook=scale.outlook,
    )


def separation_index(separation_reliability: float) -> float:
    """The true spread of the scores in standard errors, G = sqrt(R / (1 - R)); 0 where there is more error than spread
    (Wright & Masters 1982, Rating Scale Analysis, ch. 5).
    """
    reliability = min(max(separation_reliability, 0.0), 1.0 - 1e-9)
    return math.sqrt(reliability / (1.0 - reliability))


def judge_summaries(
    comparisons: Sequence[RecordedComparison], board: Scoreboard | None
) -> tuple[JudgeSummary, ...]:
    """One row for each judge, by name."""
    judges = sorted({comparison.judge for comparison in comparisons})
    return tuple(_summary(judge, [c for c in comparisons if c.judge == judge], board) for judge in judges)


def _summary(judge: str, asked: Sequence[RecordedComparison], board: Scoreboard | None) -> JudgeSummary:
    decided = [c for c in asked if c.winner is not None]
    won = [c for c in decided if c.winner is not Winner.TIE]
    usages = [c.usage for c in asked if c.usage is not None]
    prices = [usage.cost for usage in usages]
    known = [price for price in prices if price is not None]
    return JudgeSummary(
        judge=judge,
        decisions=len(decided),
        failures=sum(c.error is not None for c in asked),
        agreement=_agreement(won, board),
        first_share=mean(c.winner is Winner.FIRST for c in won) if won else None,
        mean_seconds=mean(usage.seconds for usage in usages) if usages else None,
        prompt_tokens=sum(usage.prompt_tokens for usage in usages),
        completion_tokens=sum(usage.completion_tokens for usage in usages),
        cost=sum(known, Decimal(0)) if len(known) == len(prices) else None,
        terms=_terms(judge, board),
    )


def _terms(judge: str, board: Scoreboard | None) -> JudgeTerms | None:
    """None where the model told the judges not apart."""
    return (
        next((terms for terms in board.judges if terms.judge == judge), None) if board is not None else None
    )


def _agreement(won: Sequence[RecordedComparison], board: Scoreboard | None) -> float | None:
    """The share of decisions won by the essay with the higher final score; ties are left out."""
    if board is None or not won:
        return None
    scores = {score.essay_id: score.score for score in board.scores}
    return mean((scores[c.pair.first] > scores[c.pair.second]) == (c.winner is Winner.FIRST) for c in won)
