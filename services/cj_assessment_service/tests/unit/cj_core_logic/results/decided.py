"""Tables of decisions, written down as who beat whom."""

from collections.abc import Sequence

import numpy as np

from cj_assessment_service.domain.decision_tables import UNNAMED_JUDGE, DecisionTable, ShownOrder
from cj_assessment_service.domain.identifiers import EssayId


def decided(*pairs: str, judges: Sequence[str] = (), order: ShownOrder = ShownOrder.KNOWN) -> DecisionTable:
    """`a>b`, `a<b` or `a=b`, in the order shown; judges in turn."""
    rows = [(pair[0], {">": 1, "<": -1, "=": 0}[pair[1]], pair[2]) for pair in pairs]
    items = sorted({name for one, _, other in rows for name in (one, other)})
    names = sorted(set(judges)) or [UNNAMED_JUDGE]
    turns = [names.index(judges[row % len(judges)]) if judges else 0 for row in range(len(rows))]
    nothing = np.full(len(rows), np.nan)
    return DecisionTable(
        source="decisions.csv",
        columns=(),
        order=order,
        items=tuple(EssayId(name) for name in items),
        judges=tuple(names),
        groups=(),
        row=np.arange(2, len(rows) + 2, dtype=np.intp),
        first=np.array([items.index(one) for one, _, _ in rows], dtype=np.intp),
        second=np.array([items.index(other) for _, _, other in rows], dtype=np.intp),
        judge=np.array(turns, dtype=np.intp),
        group=np.full(len(rows), -1, dtype=np.intp),
        outcome=np.array([outcome for _, outcome, _ in rows], dtype=np.intp),
        level=np.zeros(len(rows), dtype=np.intp),
        p_first=nothing,
        weight=np.ones(len(rows)),
        seconds=nothing,
        confidence=nothing,
        total_rows=len(rows),
        problems=(),
    )


ROUND = ("a>b", "b>c", "a>c", "c>d", "b>d", "a>d", "b<a", "c<b", "d<c", "b>a")
"""Four items, nearly in the order of the alphabet."""
