"""The figures of an analysis as one versioned JSON document, published as docs/schemas/fit-summary-v1.schema.json."""

import json
import math
from collections.abc import Mapping

from cj_assessment_service.domain.analyses import AnalysisFigures, DecisionAnalysis, Interval
from cj_assessment_service.reports.document import Json

SCHEMA = "cj-fit-summary/1"

MOST_PROBLEMS = 100
"""Those listed here; problems.csv has them all."""


def summary_document(analysis: DecisionAnalysis, seconds: float) -> Mapping[str, Json]:
    """`seconds` is what reading and analysing took. None stands for what cannot be told; a number that JSON has no word for
    (infinite) is told so too. The figures of a criterion are there only where one was given.
    """
    return {
        "schema": SCHEMA,
        "n_items": len(analysis.items),
        "n_decisions": analysis.decisions,
        "n_judges": len(analysis.judges),
        "model": analysis.plan.model.value,
        **_figures(analysis.figures),
        "seconds": round(seconds, 3),
        **_criterion(analysis),
        "rows": analysis.source.total_rows,
        "rows_left_out": analysis.source.left_out,
        "problems": [
            {"row": problem.row, "fault": problem.fault.value, "what": problem.what}
            for problem in analysis.source.problems[:MOST_PROBLEMS]
        ],
        "warnings": list(analysis.warnings),
        "grades_unavailable": analysis.projection_unavailable.value
        if analysis.projection_unavailable
        else None,
    }


def summary_json(document: Mapping[str, Json]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _figures(figures: AnalysisFigures) -> Mapping[str, Json]:
    position = figures.position
    return {
        "sigma": _finite(figures.sigma),
        "log_likelihood": _finite(figures.log_likelihood),
        "reliability": _finite(figures.reliability),
        "reliability_ci": _interval(figures.reliability_ci),
        "ssr": _finite(figures.ssr),
        "ssr_alt": _finite(figures.ssr_alt),
        "separation": _finite(figures.separation),
        "split_half_median": _finite(figures.split_half_median),
        "split_half_ci": _interval(figures.split_half_ci),
        "judge_split_half": _finite(figures.judge_split_half),
        "null_reliability": _finite(figures.null_reliability),
        "position_effect": _finite(position.estimate) if position else None,
        "position_effect_se": _finite(position.se) if position else None,
        "tie_parameter": _finite(figures.tie_parameter),
        "components": figures.components,
        "cyclic_triads": figures.cyclic_triads,
        "adaptive_suspected": figures.adaptive_suspected,
        "converged": figures.converged,
    }


def _criterion(analysis: DecisionAnalysis) -> Mapping[str, Json]:
    criterion = analysis.criterion
    if criterion is None:
        return {}
    return {
        "criterion_items": criterion.items,
        "spearman": criterion.spearman,
        "kendall": criterion.kendall,
        "pearson": criterion.pearson,
        "qwk": criterion.qwk,
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _interval(interval: Interval | None) -> Json:
    return None if interval is None else [_finite(interval[0]), _finite(interval[1])]
