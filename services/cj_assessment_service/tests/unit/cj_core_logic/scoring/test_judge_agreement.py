"""Agreement between judges and between kinds of judges."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given

from cj_assessment_service.cj_core_logic.scoring.judge_agreement import group_reliability, judge_agreement
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.literature import fit_literature
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.tests.unit.cj_core_logic.scoring.columns import (
    columns,
    simulated,
    some_judgements,
)


def eps(judgements: Judgements) -> Scoreboard:
    return fit_literature(judgements, 0.3)


def met(judgements: Judgements) -> list[tuple[int, int]]:
    """The answers of every two judges about one pair, 1 for the essay with the lower number."""
    rows = []
    for place in range(len(judgements)):
        first, second = int(judgements.first[place]), int(judgements.second[place])
        answer = int(judgements.outcome[place]) * (1 if first < second else -1)
        rows.append((frozenset((first, second)), int(judgements.judge[place]), answer))
    return [(a[2], b[2]) for a, b in combinations(rows, 2) if a[0] == b[0] and a[1] != b[1]]


def kappa(meetings: Sequence[tuple[int, int]]) -> float | None:
    """Cohen's, every meeting entered four times: for both judges and both namings of the pair."""
    table = np.zeros((3, 3))
    for a, b in meetings:
        for one, other in ((a, b), (b, a), (-a, -b), (-b, -a)):
            table[one + 1, other + 1] += 1.0
    table /= table.sum()
    chance = float(table.sum(axis=0) @ table.sum(axis=1))
    return (float(np.trace(table)) - chance) / (1.0 - chance) if chance < 1.0 else None


@given(some_judgements())
def test_agreement_is_what_meeting_by_meeting_counting_finds(judgements: Judgements) -> None:
    meetings, found = met(judgements), judge_agreement(judgements)
    if not meetings:
        assert found is None
        return
    assert found is not None
    decided = [a == b for a, b in meetings if a and b]
    assert found.meetings == len(meetings)
    assert found.equal == pytest.approx(np.mean([a == b for a, b in meetings]))
    assert found.equal_winner == (pytest.approx(np.mean(decided)) if decided else None)
    expected = kappa(meetings)
    assert found.kappa == (None if expected is None else pytest.approx(expected, abs=1e-9))


def test_groups_of_like_minds_correlate_as_far_as_their_errors_let_them() -> None:
    rng = np.random.default_rng(1)
    judgements = simulated(rng.normal(0.0, 2.0, 40), 60, rng, judges=6)
    (found,) = group_reliability(judgements, ["people"] * 3 + ["machines"] * 3, eps)
    assert (found.one, found.other) == ("machines", "people")
    assert 0.85 < found.correlation < 1.0
    assert found.disattenuated == pytest.approx(1.0, abs=0.1)


def test_an_unreliable_group_is_not_corrected() -> None:
    rng = np.random.default_rng(2)
    judgements = simulated(np.zeros(20), 8, rng, judges=2)
    assert [found.disattenuated for found in group_reliability(judgements, ["a", "b"], eps)] == [None]


def test_a_group_that_cannot_be_fitted_is_left_out_and_a_missing_one_refused() -> None:
    judgements = columns([(0, 1, 0, 1), (1, 2, 0, 1)], 3, 2)
    assert group_reliability(judgements, ["a", "b"], eps) == ()
    with pytest.raises(ValueError, match="1 groups were given for 2 judges"):
        group_reliability(judgements, ["a"], eps)
