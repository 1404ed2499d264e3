"""Shares over pairs of essays, with honest intervals: repeats of a pair by one judge are no new evidence."""

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.score_interval import wilson_limits
from cj_assessment_service.cj_core_logic.scoring.tallies import pairs_of, won_by_first
from cj_assessment_service.domain.judge_summaries import ObservedShare


def observed_share(shares: FloatArray) -> ObservedShare | None:
    """The mean of one share (0 to 1) for each pair; None without any.

    Wilson's interval (1927, J. Am. Statist. Assoc. 22, 209-212) for as many cases as there are pairs: exact in the usual sense
    where every share is 0 or 1, and too wide where some lie between, because a share varies no more than a single answer.
    """
    pairs = len(shares)
    if not pairs:
        return None
    share = float(shares.mean())
    return ObservedShare(share, *wilson_limits(share, pairs), pairs)


def share_over_pairs(judgements: Judgements, values: FloatArray) -> ObservedShare | None:
    """The share that `values` (0 to 1 for each judgement, nan for one that does not count) make up: the mean of each pair by
    each judge, and of these the mean.
    """
    counts = ~np.isnan(values)
    unit = _units(judgements)[counts]
    _, place = np.unique(unit, return_inverse=True)
    size = int(place.max(initial=-1)) + 1
    return observed_share(np.bincount(place, values[counts], size) / np.bincount(place, minlength=size))


def flip_rate(judgements: Judgements) -> ObservedShare | None:
    """How often a judge's answer about a pair changes with the order: over the pairs it was shown in both orders, the share of
    all couples of an answer in one order and one in the other that differ. A tie is an answer; None where no pair was.

    One less the position consistency of Shi et al. (2024, Judging the Judges, arXiv:2406.07791).
    """
    table = _answers_by_order(judgements)
    of_order = table.sum(axis=2)
    couples = of_order[:, 0] * of_order[:, 1]
    both = couples > 0
    equal = (table[:, 0] * table[:, 1]).sum(axis=1)
    return observed_share(1.0 - equal[both] / couples[both])


def repeat_consistency(judgements: Judgements) -> ObservedShare | None:
    """How often a judge gives the same answer again to the same question: over the pairs it was shown repeatedly in one order, the
    share of all couples of answers in the same order that are equal. A tie is an answer; None where nothing was repeated.
    """
    table = _answers_by_order(judgements)
    of_order = table.sum(axis=2)
    couples = (of_order * (of_order - 1.0) / 2.0).sum(axis=1)
    equal = (table * (table - 1.0) / 2.0).sum(axis=(1, 2))
    repeated = couples > 0
    return observed_share(equal[repeated] / couples[repeated])


def _units(judgements: Judgements) -> IntArray:
    """One number for each pair by each judge, whatever the order."""
    pairs = pairs_of(judgements)
    return np.asarray(judgements.judge * max(1, len(pairs)) + pairs.pair)


def _answers_by_order(judgements: Judgements) -> FloatArray:
    """Shape (units, 2 orders, 3 answers): how often each unit got each answer, seen from the lower-numbered essay."""
    turned = pairs_of(judgements).turned
    answer = np.rint(2.0 * (won_by_first(judgements) - 0.5)).astype(np.intp) * turned
    units, unit = np.unique(_units(judgements), return_inverse=True)
    table = np.zeros((len(units), 2, 3))
    np.add.at(table, (unit, (1 - turned) // 2, answer + 1), 1.0)
    return table
