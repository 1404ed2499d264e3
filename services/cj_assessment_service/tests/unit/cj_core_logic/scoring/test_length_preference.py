"""Whether a judge goes by length, and how much of it is its own."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.length_preference import length_preference
from cj_assessment_service.tests.unit.cj_core_logic.scoring.columns import columns, swapped

ESSAYS = 60
LENGTHS = np.arange(100.0, 100.0 + 10.0 * ESSAYS, 10.0)
SCORES = np.random.default_rng(3).normal(0.0, 1.5, ESSAYS)


def judged(preference: float, place: float, pairs: int, seed: int = 4) -> Judgements:
    """By a judge that sees `SCORES` and adds `preference` to the longer text and `place` to the one shown first."""
    rng = np.random.default_rng(seed)
    two = np.array([rng.permutation(ESSAYS)[:2] for _ in range(pairs)])
    longer = np.sign(LENGTHS[two[:, 0]] - LENGTHS[two[:, 1]])
    lead = SCORES[two[:, 0]] - SCORES[two[:, 1]] + preference * longer + place
    won = np.where(rng.random(pairs) < expit(lead), 1, -1)
    return columns([(a, b, 0, w) for (a, b), w in zip(two.tolist(), won.tolist(), strict=True)], ESSAYS)


def test_the_share_of_the_longer_text_is_counted_by_hand() -> None:
    # essay 1 is longer than 0, 2 as long as 1; of three decisions the longer one won two, the tie and the equals do not count
    judgements = columns([(0, 1, 0, -1), (1, 0, 0, -1), (2, 0, 0, 1), (1, 2, 0, 1), (0, 1, 0, 0)], 3)
    found = length_preference(judgements, np.array([10.0, 20.0, 20.0]), None)
    assert found is not None
    assert (found.longer.share, found.longer.pairs) == (0.75, 2)
    assert found.beyond is None


def test_texts_of_equal_or_unknown_length_say_nothing() -> None:
    judgements = columns([(0, 1, 0, 1)], 2)
    assert length_preference(judgements, np.array([10.0, 10.0]), None) is None
    assert length_preference(judgements, np.array([10.0, np.nan]), None) is None


@pytest.mark.parametrize("preference", [0.0, 1.0])
def test_the_preference_beyond_the_scores_is_found_whatever_side_is_favoured(preference: float) -> None:
    found = length_preference(judged(preference, 0.8, 1500), LENGTHS, SCORES)
    assert found is not None
    assert found.beyond_limits is not None
    low, high = found.beyond_limits
    assert low < preference < high
    assert high - low < 0.6


def test_swapping_sides_changes_nothing_and_reversing_lengths_its_sign() -> None:
    judgements = judged(0.5, 0.3, 200)
    found = length_preference(judgements, LENGTHS, SCORES)
    turned = length_preference(swapped(judgements), LENGTHS, SCORES)
    shortest = length_preference(judgements, -LENGTHS, SCORES)
    assert found is not None
    assert turned is not None
    assert shortest is not None
    assert turned.beyond == pytest.approx(found.beyond)
    assert shortest.beyond == pytest.approx(-(found.beyond or 0.0))
    assert shortest.longer.share == pytest.approx(1.0 - found.longer.share)


def test_the_estimate_agrees_with_a_general_optimiser() -> None:
    judgements = judged(0.5, 0.3, 120)
    side = np.sign(LENGTHS[judgements.first] - LENGTHS[judgements.second])
    design = np.column_stack(
        (np.ones(120), side * (SCORES[judgements.first] - SCORES[judgements.second]), side / 2)
    )
    won = judgements.outcome * side

    def loss(at: NDArray[np.float64]) -> float:
        return float(np.logaddexp(0.0, -won * (design @ at)).sum() + (at @ at) / (2 * 2.5**2))

    found = length_preference(judgements, LENGTHS, SCORES)
    assert found is not None
    assert found.beyond == pytest.approx(minimize(loss, np.zeros(3), tol=1e-10).x[0], abs=1e-4)


def test_repeats_of_the_same_pairs_make_nothing_surer() -> None:
    once = judged(0.5, 0.0, 150)
    repeated = once.take(np.tile(np.arange(150), 4))
    one, four = (length_preference(each, LENGTHS, SCORES) for each in (once, repeated))
    assert one is not None
    assert four is not None
    assert four.beyond_se == pytest.approx(one.beyond_se, rel=0.15)
    assert four.longer == one.longer


def test_a_judge_that_always_takes_the_longer_has_a_finite_preference() -> None:
    judgements = judged(0.0, 0.0, 100)
    longer = np.sign(LENGTHS[judgements.first] - LENGTHS[judgements.second]).astype(np.intp)
    found = length_preference(replace(judgements, outcome=longer), LENGTHS, SCORES)
    assert found is not None
    assert found.beyond_limits is not None
    assert found.longer.share == 1.0
    assert 0.0 < found.beyond_limits[0] < found.beyond_limits[1] < 20.0


def test_few_pairs_do_not_part_length_from_quality() -> None:
    found = length_preference(judged(1.0, 0.0, 15), LENGTHS, SCORES)
    assert found is not None
    assert found.beyond is None
