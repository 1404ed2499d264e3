"""Decisions in, a scale and everything that must be said of it out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite, sqrt

import numpy as np

from cj_assessment_service.cj_core_logic.results.decision_judges import item_fit, judges_of, known
from cj_assessment_service.cj_core_logic.results.decision_residuals import residuals_of
from cj_assessment_service.cj_core_logic.results.decision_scale import refit_of, scale_of, settled
from cj_assessment_service.cj_core_logic.results.decision_warnings import analysis_warnings, named
from cj_assessment_service.cj_core_logic.results.endings import ranks_of
from cj_assessment_service.cj_core_logic.scoring.adaptivity import adaptive_suspected
from cj_assessment_service.cj_core_logic.scoring.arrays import IntArray
from cj_assessment_service.cj_core_logic.scoring.decision_columns import (
    judgements_in,
    only,
    with_unnamed_apart,
)
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.misfit import MeanSquares
from cj_assessment_service.cj_core_logic.scoring.null_reliability import null_reliability
from cj_assessment_service.cj_core_logic.scoring.split_half import judge_split_half, split_half
from cj_assessment_service.cj_core_logic.scoring.triads import cyclic_triads
from cj_assessment_service.domain.analyses import (
    AnalysedItem,
    AnalysisFigures,
    DecisionAnalysis,
    DecisionSource,
)
from cj_assessment_service.domain.analysis_plans import AnalysisPlan, ScaleModel
from cj_assessment_service.domain.decision_tables import DecisionTable, ShownOrder
from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.domain.policies import PositionTerm, TieTreatment
from cj_assessment_service.domain.scores import Scoreboard


@dataclass(frozen=True, slots=True, eq=False)
class FittedDecisions:
    """The scale with the decisions it was made from; `places` are theirs in the table."""

    table: DecisionTable
    plan: AnalysisPlan
    places: IntArray
    judgements: Judgements
    board: Scoreboard


def fit_decisions(table: DecisionTable, plan: AnalysisPlan) -> FittedDecisions:
    """Without the decisions of excluded judges and, where ties are to be dropped, without ties; no position effect where
    the table does not tell the order.

    Raises InputRejected when no decision is left or a judge to exclude is unknown, and what `scale_of` raises.
    """
    plan = replace(plan, policy=replace(plan.policy, position=_position_term(table, plan)))
    places = _used_places(table, plan)
    judgements = only(judgements_in(table), places)
    return FittedDecisions(table, plan, places, judgements, scale_of(judgements, plan))


def analyse(fitted: FittedDecisions, rng: np.random.Generator) -> DecisionAnalysis:
    """Without grades and criterion. `rng` draws halves, shuffles and pairs, in this order."""
    table, plan, judgements, board = fitted.table, fitted.plan, fitted.judgements, fitted.board
    residuals = residuals_of(judgements, board)
    items = _items(board, item_fit(judgements, residuals))
    terms = board.judges if plan.model is ScaleModel.MAP else ()
    judges = judges_of(judgements, terms, residuals, table.seconds[fitted.places])
    figures = _figures(fitted, rng)
    warnings = analysis_warnings(table, items, judges, figures)
    return DecisionAnalysis(
        source=DecisionSource(table.source, table.columns, table.total_rows, table.left_out, table.problems),
        plan=plan,
        decisions=len(judgements),
        items=items,
        judges=judges,
        figures=figures,
        warnings=(*warnings, *_lost_items(table, judgements)),
    )


def _position_term(table: DecisionTable, plan: AnalysisPlan) -> PositionTerm:
    if table.order is ShownOrder.UNKNOWN or plan.model is ScaleModel.EPS:
        return PositionTerm.ABSENT
    return plan.policy.position


def _used_places(table: DecisionTable, plan: AnalysisPlan) -> IntArray:
    unknown = sorted(plan.excluded_judges - set(table.judges))
    if unknown:
        raise _refused(
            table, f"There is no judge {named(unknown)}.", "Check the ids given with --exclude-judge."
        )
    excluded = np.array([judge in plan.excluded_judges for judge in table.judges], dtype=np.bool_)
    used = ~excluded[table.judge] if len(table) else np.zeros(0, dtype=np.bool_)
    if not used.any():
        what = "No decision is left without the excluded judges." if plan.excluded_judges else _NOTHING_READ
        raise _refused(table, what, "Check the file and the options.")
    if plan.policy.ties is TieTreatment.DROP:
        used &= table.outcome != 0
        if not used.any():
            raise _refused(
                table, "Every decision is a tie, and ties are to be dropped.", "Choose another --ties."
            )
    return np.flatnonzero(used)


MOST_EXAMINED = 300_000
"""Decisions; of more it is not examined how the pairs were chosen, which takes ten fits."""

_SAME_SCORE = 9
"""Decimals; smaller differences are rounding, and the items share a rank."""

_NOTHING_READ = "No row of it holds a decision that could be used."


def _refused(table: DecisionTable, what: str, remedy: str) -> InputRejected:
    rows = [
        InputProblem(f"{table.source}, row {one.row}", one.what, "Mend the row.")
        for one in table.problems[:10]
    ]
    return InputRejected((InputProblem(table.source, what, remedy), *rows))


def _items(board: Scoreboard, fit: MeanSquares) -> tuple[AnalysedItem, ...]:
    """By component, best first within each; what the model says of the fit goes before the residuals."""
    ranks: dict[str, int] = {}
    for part in range(board.components):
        members = [score for score in board.scores if score.component == part]
        ranks |= ranks_of([replace(score, score=round(score.score, _SAME_SCORE)) for score in members])
    items = []
    for place, score in enumerate(board.scores):
        low, high = score.interval
        items.append(
            AnalysedItem(
                item=score.essay_id,
                score=score.score,
                se=score.se,
                ci_low=low,
                ci_high=high,
                rank=ranks[score.essay_id],
                comparisons=score.comparisons,
                wins=score.wins,
                infit=known(fit.infit[place]) if score.infit is None else score.infit,
                outfit=known(fit.outfit[place]) if score.outfit is None else score.outfit,
                component=score.component,
            )
        )
    return tuple(sorted(items, key=lambda item: (item.component, item.rank, item.item)))


def _figures(fitted: FittedDecisions, rng: np.random.Generator) -> AnalysisFigures:
    plan, judgements, board = fitted.plan, fitted.judgements, fitted.board
    refit = refit_of(plan)
    told, apart = settled(judgements, plan), with_unnamed_apart(judgements)
    apart = told if apart is judgements else settled(apart, plan)
    halves = split_half(apart, refit, plan.split_halves, rng) if plan.split_halves else None
    by_judges = judge_split_half(told, refit, plan.split_halves, rng) if plan.split_halves else None
    null = null_reliability(apart, refit, plan.null_draws, rng) if plan.null_draws else None
    suspected = adaptive_suspected(apart, refit, rng) if len(apart) <= MOST_EXAMINED else None
    ssr = board.separation_reliability
    has_prior = plan.model is ScaleModel.MAP
    has_position = plan.policy.position is PositionTerm.ESTIMATED
    return AnalysisFigures(
        sigma=board.prior_sd if has_prior else None,
        log_likelihood=board.log_likelihood,
        reliability=board.reliability if isfinite(board.reliability) else None,
        reliability_ci=board.reliability_limits,
        ssr=ssr,
        ssr_alt=None if ssr is None else 1.0 / (2.0 - ssr),
        separation=None if ssr is None else _separation(ssr),
        split_half_median=None if halves is None else halves.median,
        split_half_ci=None if halves is None else (halves.low, halves.high),
        judge_split_half=None if by_judges is None else by_judges.median,
        null_reliability=null,
        position=board.position if has_position else None,
        tie_parameter=board.tie_parameter,
        components=board.components,
        cyclic_triads=cyclic_triads(judgements).cyclic,
        adaptive_suspected=suspected,
        converged=board.converged,
    )


def _separation(ssr: float) -> float | None:
    """sqrt(ssr / (1 - ssr)), 0 where there is none (Wright & Masters 1982, ch. 5); None for a scale without errors."""
    if ssr >= 1.0:
        return None
    return sqrt(max(ssr, 0.0) / (1.0 - ssr))


def _lost_items(table: DecisionTable, judgements: Judgements) -> Sequence[str]:
    lost = sorted(set(table.items) - set(judgements.essays))
    if not lost:
        return ()
    return (f"Items without any decision that was used, and therefore without a score: {named(lost)}.",)
