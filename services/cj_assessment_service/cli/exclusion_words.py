"""What excluding or restoring a judge changed, for people and for programs."""

from collections.abc import Mapping

from rich.table import Table

from cj_assessment_service.cli.tables import NOTHING, Column, table_of
from cj_assessment_service.domain.scale_changes import EssayMove, ScaleChange
from cj_assessment_service.reports.document import Json
from cj_assessment_service.reports.wording import counted, signed

MOST_MOVES = 10


def change_lines(change: ScaleChange) -> tuple[str, ...]:
    """First what was done, then what it changed."""
    is_out = change.judge in change.excluded
    decisions = counted(change.decisions, "decision")
    done = (
        f"{change.judge} is excluded from batch {change.batch_id}: {decisions} kept in the ledger, not counted."
        if is_out
        else f"{change.judge} is back in batch {change.batch_id}: {decisions} counted again."
    )
    return (done, *_scale_lines(change), *_others(change))


def moves_table(change: ScaleChange) -> Table:
    """The essays that moved most."""
    graded = any(move.grade_before is not None or move.grade_after is not None for move in change.moves)
    columns: tuple[Column[EssayMove], ...] = (
        Column("essay", lambda move: move.name or move.essay_id, may_shrink=True),
        Column("rank", lambda move: _change(move.rank_before, move.rank_after), is_number=True),
        Column(
            "score", lambda move: f"{signed(move.score_before)} → {signed(move.score_after)}", is_number=True
        ),
        *((Column("grade", lambda move: _change(move.grade_before, move.grade_after)),) if graded else ()),
    )
    table = table_of(columns, change.moves[:MOST_MOVES])
    table.title = "Moved most"
    return table


def change_document(change: ScaleChange) -> Mapping[str, Json]:
    return {
        "batch": change.batch_id,
        "judge": change.judge,
        "excluded_judges": list(change.excluded),
        "decisions": change.decisions,
        "rank_correlation": change.rank_correlation,
        "reliability_before": change.reliability_before,
        "reliability_after": change.reliability_after,
        "grades_changed": len(change.grades_changed),
        "moves": [_move_document(move) for move in change.moves],
    }


def _scale_lines(change: ScaleChange) -> tuple[str, ...]:
    if not change.moves or change.reliability_before is None or change.reliability_after is None:
        return ("Nothing was decided yet, so there is no scale that could change.",)
    rho = change.rank_correlation
    order = "cannot be compared" if rho is None else f"correlate with {rho:.3f}"
    figures = (
        f"Ranks before and after {order}; reliability {change.reliability_before:.2f} before,"
        f" {change.reliability_after:.2f} after."
    )
    return (
        figures,
        _largest(change.moves[0]),
        _grades(change),
        f"Write the results again with: cj results {change.batch_id}",
    )


def _largest(move: EssayMove) -> str:
    ranks = _change(move.rank_before, move.rank_after)
    return (
        f"Largest move: {move.name or move.essay_id}, score {signed(move.score_before)} → {signed(move.score_after)},"
        f" rank {ranks}."
    )


def _grades(change: ScaleChange) -> str:
    changed = change.grades_changed
    if not changed:
        return "No grade changed."
    named = ", ".join(
        f"{move.name or move.essay_id} {_change(move.grade_before, move.grade_after)}"
        for move in changed[:MOST_MOVES]
    )
    more = f" and {len(changed) - MOST_MOVES} more" if len(changed) > MOST_MOVES else ""
    return f"{counted(len(changed), 'grade')} changed: {named}{more}."


def _others(change: ScaleChange) -> tuple[str, ...]:
    others = [judge for judge in change.excluded if judge != change.judge]
    return (f"Also excluded: {', '.join(others)}.",) if others else ()


def _change(before: object, after: object) -> str:
    words = [NOTHING if each is None else str(each) for each in (before, after)]
    return words[0] if words[0] == words[1] else " → ".join(words)


def _move_document(move: EssayMove) -> Mapping[str, Json]:
    return {
        "essay": move.essay_id,
        "rank_before": move.rank_before,
        "rank_after": move.rank_after,
        "score_before": move.score_before,
        "score_after": move.score_after,
        "grade_before": move.grade_before,
        "grade_after": move.grade_after,
    }
