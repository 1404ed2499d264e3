"""Panels as they are asked in a real batch."""

from collections import Counter

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.simulation.run import simulated_waves
from cj_assessment_service.domain.policies import PanelPolicy
from cj_assessment_service.domain.simulations import Experiment, JudgeModel

GOOD, GUESSING = JudgeModel(), JudgeModel(discrimination=0.1)


@pytest.mark.parametrize("seed", range(2))
def test_judges_that_guess_are_found_among_pairs_chosen_by_information(seed: int) -> None:
    experiment = Experiment(50, 2.0, (GOOD, GUESSING, GOOD, GUESSING), max_cpe=24.0, panel=PanelPolicy())
    *_, last = simulated_waves(experiment, np.random.default_rng((7, seed)))
    assert last.record.near_random == (1, 3)


def test_a_simulated_panel_gives_second_opinions_within_its_comparisons() -> None:
    experiment = Experiment(20, 2.0, (GOOD, GOOD), max_cpe=4.0, panel=PanelPolicy(second_share=1.0))
    *_, last = simulated_waves(experiment, np.random.default_rng(1))
    asked = zip(last.judgements.first.tolist(), last.judgements.second.tolist(), strict=True)
    pairs = Counter(frozenset(pair) for pair in asked)
    assert len(last.judgements) == 40
    assert set(pairs.values()) == {2}
    assert np.bincount(last.judgements.judge).tolist() == [20, 20]
