"""Which essay of a pair the judge sees first."""

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.candidates import Candidates
from cj_assessment_service.cj_core_logic.pairing.history import History
from cj_assessment_service.domain.comparisons import OrientedPair


def fair_complement(
    pairs: Candidates, history: History, rng: np.random.Generator
) -> tuple[OrientedPair, ...]:
    """The pairs, in their order, each shown the way its judge can be asked and that is fairest.

    A pair seen oftener one way round is turned. Otherwise the essays' skews (times first minus times second) decide:
    the smaller goes first, which costs least in skew_first^2 + skew_second^2, and a coin when they are equal. Each
    decision counts for the next ones.
    """
    skew = history.skew.tolist()
    columns = zip(
        pairs.left.tolist(),
        pairs.right.tolist(),
        (pairs.backward - pairs.forward).tolist(),
        pairs.may_forward.tolist(),
        pairs.may_backward.tolist(),
        (rng.random(len(pairs)) < 0.5).tolist(),
        strict=True,
    )
    oriented = []
    for left, right, owed, may_forward, may_backward, coin in columns:
        preference = owed or skew[right] - skew[left]
        forward = preference > 0 if preference else coin
        left_first = may_forward and (forward or not may_backward)
        first, second = (left, right) if left_first else (right, left)
        skew[first] += 1
        skew[second] -= 1
        oriented.append(OrientedPair(history.essays[first], history.essays[second]))
    return tuple(oriented)
