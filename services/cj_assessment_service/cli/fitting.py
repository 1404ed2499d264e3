"""The work of `cj fit`."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isfinite
from pathlib import Path
from pkgutil import resolve_name
from statistics import pstdev
from time import perf_counter

import numpy as np

from cj_assessment_service.cj_core_logic.grade_projection.grading import grade_all
from cj_assessment_service.cj_core_logic.results.criterion import Criterion, criterion_agreement, criterion_of
from cj_assessment_service.cj_core_logic.results.decision_analysis import (
    FittedDecisions,
    analyse,
    fit_decisions,
)
from cj_assessment_service.cj_core_logic.results.decision_warnings import named
from cj_assessment_service.cli.fit_order import FaultyRows, FitOrder
from cj_assessment_service.cli.fit_words import items_table, judges_table, outcome_lines
from cj_assessment_service.cli.given import read_scale
from cj_assessment_service.cli.installed import current_installation
from cj_assessment_service.cli.output import ResultFile, prepare_folder, write_results
from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.domain.analyses import DecisionAnalysis
from cj_assessment_service.domain.analysis_plans import AnalysisPlan
from cj_assessment_service.domain.decision_tables import DecisionTable, KnownGrade
from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.domain.grades import GradeScale, ProjectedGrades, ProjectionUnavailable
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.protocols import DecisionFilesProtocol
from cj_assessment_service.reports.document import Json

SPLIT_HALVES, NULL_DRAWS = 100, 200
"""How often decisions are halved and shuffled when nobody says, as long as the file is not very long."""

_AFFORDABLE_HALVINGS, _AFFORDABLE_SHUFFLES = 1_000_000, 2_000_000
"""Decisions times draws, so that a long file takes minutes and not hours."""

_FEWEST_DRAWS = 5
_MOST_PROBLEMS = 50

_REMEDY = "Name another folder with --out, and run the command again."

MakeFiles = Callable[[DecisionAnalysis, float], tuple[ResultFile, ...]]
MakeDocument = Callable[[DecisionAnalysis, float], dict[str, Json]]


def fit_order(order: FitOrder, talk: Talk) -> None:
    """Reads, analyses, writes and tells. Raises InputRejected for files that cannot be used, GaveUp where no scale exists,
    ConfigurationRejected and ResultsNotWritten for the folder.
    """
    started = perf_counter()
    files = current_installation().decision_files
    prepare_folder(order.out)
    scale = None if order.scale is None else read_scale(order.scale)
    with talk.waiting("Reading the decisions"):
        table = _read_decisions(files, order)
        known = (
            () if order.anchors is None or scale is None else _read_grades(files, order.anchors, table, scale)
        )
        criterion = (
            None if order.criterion is None else criterion_of(files.read_criterion(order.criterion), scale)
        )
    with talk.waiting("Analysing the decisions"):
        fitted = fit_decisions(table, _affordable(order, len(table)))
        analysis = analyse(fitted, np.random.default_rng(order.seed))
        if order.anchors is not None and scale is not None:
            analysis = _graded(analysis, fitted, known, scale)
        if criterion is not None:
            analysis = _compared(analysis, criterion)
    seconds = perf_counter() - started
    with talk.waiting("Writing the results"):
        make_files: MakeFiles = resolve_name("cj_assessment_service.cli.fit_files:fit_files")
        written = make_files(analysis, seconds)
        write_results(order.out, written, _REMEDY)
    _tell(order, analysis, [order.out / file.name for file in written], seconds, talk)


def _read_decisions(files: DecisionFilesProtocol, order: FitOrder) -> DecisionTable:
    table = files.read(order.decisions)
    if order.faulty_rows is FaultyRows.REFUSED and table.problems:
        raise InputRejected(_row_problems(table))
    return table


def _row_problems(table: DecisionTable) -> tuple[InputProblem, ...]:
    listed = tuple(
        InputProblem(f"{table.source}, row {one.row}", one.what, "Mend the row or take it out.")
        for one in table.problems[:_MOST_PROBLEMS]
    )
    more = len(table.problems) - len(listed)
    if not more:
        return listed
    return (
        *listed,
        InputProblem(table.source, f"There are {more:,} problems more.", "Without --strict all are listed."),
    )


def _read_grades(
    files: DecisionFilesProtocol, path: Path, table: DecisionTable, scale: GradeScale
) -> tuple[KnownGrade, ...]:
    """Raises InputRejected for grades the scale does not have, and when none of the items was compared."""
    known = files.read_known_grades(path)
    grades = ", ".join((*((scale.below_lowest,) if scale.below_lowest else ()), *scale.grades))
    wrong = tuple(
        InputProblem(
            one.where,
            f"The scale {scale.scale_id} has no grade {one.grade!r}.",
            f"The grades of {scale.scale_id} are {grades}.",
        )
        for one in known
        if not scale.accepts(one.grade)
    )
    if wrong:
        raise InputRejected(wrong)
    if not {one.item for one in known} & set(table.items):
        what = f"None of its items occurs in {table.source}."
        raise InputRejected((InputProblem(path.name, what, "Write the items as they are written there."),))
    return known


def _affordable(order: FitOrder, decisions: int) -> AnalysisPlan:
    return replace(
        order.plan,
        split_halves=_draws(order.split_halves, SPLIT_HALVES, _AFFORDABLE_HALVINGS // max(1, decisions)),
        null_draws=_draws(order.null_draws, NULL_DRAWS, _AFFORDABLE_SHUFFLES // max(1, decisions)),
    )


def _draws(asked: int | None, usual: int, affordable: int) -> int:
    if asked is not None:
        return asked
    return min(usual, affordable) if affordable >= _FEWEST_DRAWS else 0


def _graded(
    analysis: DecisionAnalysis, fitted: FittedDecisions, known: Sequence[KnownGrade], scale: GradeScale
) -> DecisionAnalysis:
    grades = {one.item: one.grade for one in known}
    outcome = grade_all(scale, grades, _with_spread(fitted.board))
    projections = (
        {one.essay_id: one for one in outcome.projections} if isinstance(outcome, ProjectedGrades) else {}
    )
    items = tuple(
        replace(item, known_grade=grades.get(item.item), projection=projections.get(item.item))
        for item in analysis.items
    )
    strangers = sorted(grades.keys() - {item.item for item in analysis.items})
    warnings = (
        (f"Known grades of items without a score count for nothing: {named(strangers)}.",)
        if strangers
        else ()
    )
    return replace(
        analysis,
        items=items,
        scale=scale,
        calibration=outcome.calibration if isinstance(outcome, ProjectedGrades) else None,
        projection_unavailable=outcome.reason if isinstance(outcome, ProjectionUnavailable) else None,
        warnings=(*analysis.warnings, *warnings),
    )


def _with_spread(board: Scoreboard) -> Scoreboard:
    """Grades need to know how far scores lie apart; where no prior says it, the scores do."""
    if isfinite(board.prior_sd) and board.prior_sd > 0.0:
        return board
    return replace(board, prior_sd=pstdev(score.score for score in board.scores))


def _compared(analysis: DecisionAnalysis, criterion: Criterion) -> DecisionAnalysis:
    agreement = criterion_agreement(analysis.items, criterion)
    if analysis.figures.components == 1:
        return replace(analysis, criterion=agreement)
    warning = "The agreement with the criterion mixes groups that were never compared with each other: it says little."
    return replace(analysis, criterion=agreement, warnings=(*analysis.warnings, warning))


def _tell(
    order: FitOrder, analysis: DecisionAnalysis, written: Sequence[Path], seconds: float, talk: Talk
) -> None:
    make_document: MakeDocument = resolve_name("cj_assessment_service.reports.fit_summary:summary_document")
    talk.send({**make_document(analysis, seconds), "output": str(order.out)})
    talk.show(items_table(analysis))
    talk.show(judges_table(analysis))
    for line in outcome_lines(analysis):
        talk.say(line)
    for warning in analysis.warnings:
        talk.say(warning, "yellow")
    talk.say(f"Written: {', '.join(str(path) for path in written)}")
