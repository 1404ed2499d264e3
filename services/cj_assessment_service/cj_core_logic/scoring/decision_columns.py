"""Decisions of other tools as judgements, and parts of judgements."""

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.domain.decision_tables import DecisionTable


def judgements_in(table: DecisionTable) -> Judgements:
    """Every readable decision, in the order of the table."""
    return Judgements(
        essays=table.items,
        judges=table.judges,
        first=table.first,
        second=table.second,
        judge=table.judge,
        outcome=table.outcome,
        level=table.level,
        p_first=table.p_first,
        weight=table.weight,
    )


def only(judgements: Judgements, places: IntArray) -> Judgements:
    """The judgements at these places, about the essays and judges that occur in them and no others."""
    part = judgements.take(places)
    essays, essay_place = np.unique(np.concatenate((part.first, part.second)), return_inverse=True)
    judges, judge_place = np.unique(part.judge, return_inverse=True)
    return Judgements(
        essays=tuple(judgements.essays[place] for place in essays),
        judges=tuple(judgements.judges[place] for place in judges),
        first=essay_place[: len(part)],
        second=essay_place[len(part) :],
        judge=judge_place,
        outcome=part.outcome,
        level=part.level,
        p_first=part.p_first,
        weight=part.weight,
    )
