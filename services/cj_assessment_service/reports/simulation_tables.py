"""A simulation as tables and as one JSON document."""

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import fields

from cj_assessment_service.domain.simulations import (
    CurvePoint,
    JudgeModel,
    Need,
    SimulationResult,
    StrategySummary,
)
from cj_assessment_service.reports.document import Json

SCHEMA = "cj-simulation/1"
MARKS = (4.0, 8.0, 12.0, 20.0)
"""Comparisons per essay at which intervals and claims are told."""

_COLUMNS = tuple(field.name for field in fields(CurvePoint))


def curves_csv(result: SimulationResult) -> str:
    """A row for each strategy and number of comparisons per essay; empty where a figure is unknown."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(("strategy", *_COLUMNS))
    for summary in result.strategies:
        for point in summary.curve:
            writer.writerow((summary.strategy, *_cells(point)))
    return buffer.getvalue()


def simulation_json(result: SimulationResult) -> str:
    return json.dumps(simulation_document(result), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def simulation_document(result: SimulationResult) -> Mapping[str, Json]:
    """Comparisons per essay are null where they were never enough."""
    experiment = result.experiment
    return {
        "schema": SCHEMA,
        "essays": experiment.essays,
        "sd": experiment.sd,
        "max_cpe": experiment.max_cpe,
        "target_reliability": experiment.continuation.target_reliability,
        "runs": result.runs,
        "seed": result.seed,
        "judges": [_judge(judge) for judge in experiment.judges],
        "strategies": [_strategy(summary) for summary in result.strategies],
    }


def marks_of(summary: StrategySummary) -> tuple[CurvePoint, ...]:
    """The curve at `MARKS`, as far as it goes; its end where it is shorter than all."""
    last = summary.curve[-1].cpe
    return tuple(summary.at(mark) for mark in MARKS if mark <= last) or (summary.curve[-1],)


def _cells(point: CurvePoint) -> tuple[str, ...]:
    values = (getattr(point, name) for name in _COLUMNS)
    return tuple(
        "" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)
        for value in values
    )


def _judge(judge: JudgeModel) -> Mapping[str, Json]:
    return {
        "bias": judge.bias,
        "error": judge.error,
        "discrimination": judge.discrimination,
        "levels": judge.levels,
        "thresholds": list(judge.cuts),
        "grading": judge.grading.value,
        "soft": judge.soft.value,
        "confidence": None if judge.confidence is None else judge.confidence.value,
        "ties": judge.ties,
    }


def _strategy(summary: StrategySummary) -> Mapping[str, Json]:
    stop = summary.stop
    return {
        "strategy": summary.strategy,
        "cpe_needed": [{"r_squared": target, **_need(need)} for target, need in summary.needs],
        "at": [
            {
                "cpe": point.cpe,
                "r_squared": point.r_squared,
                "reliability": point.reliability,
                "claimed_minus_true": point.reliability - point.r_squared,
                "coverage": point.coverage,
                "rmse": point.rmse,
            }
            for point in marks_of(summary)
        ],
        "stopping": None
        if stop is None
        else {
            "runs": stop.runs,
            "stopped": stop.stopped,
            "cpe": stop.cpe,
            "r_squared": stop.r_squared,
            "r_squared_p10": stop.r_squared_low,
        },
    }


def _need(need: Need) -> Mapping[str, Json]:
    return {
        name: value if math.isfinite(value) else None
        for name, value in (("median", need.median), ("least", need.least), ("most", need.most))
    }
