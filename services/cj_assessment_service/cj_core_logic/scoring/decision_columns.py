"""Decisions of other tools as judgements, and parts of judgements."""

from dataclasses import replace

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.domain.decision_tables import UNNAMED_JUDGE, DecisionTable


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
        confidence=table.confidence,
        weight=table.weight,
    )


def only(judgements: Judgements, places: IntArray) -> Judgements:
    """The judgements at these places, about the essays and judges that occur in them and no others."""
    part = judgements.take(places)
    essays, essay_place = np.unique(np.concatenate((part.first, part.second)), return_inverse=True)
    judges, judge_place = np.unique(part.judge, return_inverse=True)
    return replace(
        part,
        essays=tuple(judgements.essays[place] for place in essays),
        judges=tuple(judgements.judges[place] for place in judges),
        first=essay_place[: len(part)],
        second=essay_place[len(part) :],
        judge=judge_place,
        scales=tuple(judgements.scales[place] for place in judges) if judgements.scales else (),
    )


def with_unnamed_apart(judgements: Judgements) -> Judgements:
    """Decisions of whom nobody knows the judge shared out among stand-ins, each of whom meets no pair twice: a pair that
    occurs ten times was judged ten times, and not ten times by one judge who repeats itself. The scales of the levels are
    to be settled afterwards.
    """
    if UNNAMED_JUDGE not in judgements.judges:
        return judgements
    unnamed = judgements.judge == judgements.judges.index(UNNAMED_JUDGE)
    nth = np.zeros(len(judgements), dtype=np.intp)
    nth[unnamed] = 1 + _occurrence(_pairs(judgements)[unnamed])
    names = np.array(
        [*judgements.judges, *(f"{UNNAMED_JUDGE} {number:09}" for number in range(1, nth.max() + 1))]
    )
    seat = np.where(unnamed, len(judgements.judges) - 1 + nth, judgements.judge)
    used, judge = np.unique(names[seat], return_inverse=True)
    return replace(judgements, judges=tuple(str(name) for name in used), judge=judge, scales=())


def _pairs(judgements: Judgements) -> IntArray:
    """The same number for both orders of a pair."""
    low = np.minimum(judgements.first, judgements.second)
    return np.asarray(
        low * len(judgements.essays) + np.maximum(judgements.first, judgements.second), dtype=np.intp
    )


def _occurrence(keys: IntArray) -> IntArray:
    """How often each key occurred before."""
    _, key, count = np.unique(keys, return_inverse=True, return_counts=True)
    order = np.argsort(key, kind="stable")
    before = np.empty(len(keys), dtype=np.intp)
    before[order] = np.arange(len(keys)) - np.repeat(np.cumsum(count) - count, count)
    return before
