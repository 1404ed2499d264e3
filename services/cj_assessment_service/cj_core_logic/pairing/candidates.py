"""Which pairs may be asked at all."""

from dataclasses import dataclass
from typing import assert_never

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.history import BoolArray, FloatArray, History, IntArray
from cj_assessment_service.domain.judges import EveryPair, JudgeOffer, OfferedPairs
from cj_assessment_service.domain.policies import PairingPolicy

_ALL_PAIRS_UP_TO = 3000
"""Larger batches look only at essays of similar score and at random ones, so that a wave costs O(n) memory."""

_NEIGHBOURS = 48
_RANDOM_ROUNDS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Pairs that may be asked, each once, as indices `left` < `right` of essays.

    `forward` (left shown first) and `backward` count their judgements so far, decided or outstanding; `spent` the
    attempts their failed question has used up; `may_forward` and `may_backward` tell which order may be shown.
    """

    left: IntArray
    right: IntArray
    forward: IntArray
    backward: IntArray
    spent: IntArray
    may_forward: BoolArray
    may_backward: BoolArray

    def __len__(self) -> int:
        return len(self.left)

    @property
    def covered(self) -> IntArray:
        """Judgements of each pair, decided or outstanding."""
        return self.forward + self.backward

    def joined(self, other: "Candidates") -> "Candidates":
        """These, then the others."""
        return Candidates(
            left=np.concatenate((self.left, other.left)),
            right=np.concatenate((self.right, other.right)),
            forward=np.concatenate((self.forward, other.forward)),
            backward=np.concatenate((self.backward, other.backward)),
            spent=np.concatenate((self.spent, other.spent)),
            may_forward=np.concatenate((self.may_forward, other.may_forward)),
            may_backward=np.concatenate((self.may_backward, other.may_backward)),
        )

    def take(self, places: IntArray | BoolArray | slice) -> "Candidates":
        """The candidates at these places, in their order."""
        return Candidates(
            left=self.left[places],
            right=self.right[places],
            forward=self.forward[places],
            backward=self.backward[places],
            spent=self.spent[places],
            may_forward=self.may_forward[places],
            may_backward=self.may_backward[places],
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Room:
    """How often each order of the pairs `keys` can still be asked of a recorded judge."""

    keys: IntArray
    forward: IntArray
    backward: IntArray


def candidates_among(
    keys: IntArray, history: History, offer: JudgeOffer, policy: PairingPolicy
) -> Candidates:
    """Those of the pairs at the sorted distinct `keys` that may be asked.

    A judge that answers every pair is asked for at most `max_judgements_per_pair` judgements of each and no oftener
    than `max_attempts_per_question` in vain. A recorded judge costs nothing and is asked for all it has: once a
    question failed too often, its next answer counts as one to a new question.
    """
    forward, backward, spent = (
        _values_at(keys, history.keys, values)
        for values in (history.forward, history.backward, history.spent)
    )
    match offer:
        case EveryPair():
            askable = (forward + backward < policy.max_judgements_per_pair) & (
                spent < policy.max_attempts_per_question
            )
            may_forward = may_backward = askable
        case OfferedPairs():
            room = _room(history, offer)
            may_forward = _values_at(keys, room.keys, room.forward) > 0
            may_backward = _values_at(keys, room.keys, room.backward) > 0
            spent = np.where(spent < policy.max_attempts_per_question, spent, 0)
        case _:
            assert_never(offer)
    everything = Candidates(
        keys // history.size, keys % history.size, forward, backward, spent, may_forward, may_backward
    )
    askable = may_forward | may_backward
    return everything if askable.all() else everything.take(askable)


def candidates_of(
    history: History, score: FloatArray, offer: JudgeOffer, policy: PairingPolicy, rng: np.random.Generator
) -> Candidates:
    """The pairs to choose a wave from; none only if no pair at all may be asked."""
    if isinstance(offer, OfferedPairs):
        return candidates_among(_room(history, offer).keys, history, offer, policy)
    if history.size > _ALL_PAIRS_UP_TO:
        near = candidates_among(_near_and_random_keys(score, rng), history, offer, policy)
        if len(near):
            return near
    return candidates_among(_all_keys(history.size), history, offer, policy)


def count_judgements(history: History, offer: JudgeOffer, policy: PairingPolicy) -> int:
    """How many more judgements could be had, were all further questions answered."""
    match offer:
        case EveryPair():
            cap, size = policy.max_judgements_per_pair, history.size
            exhausted = history.spent >= policy.max_attempts_per_question
            used = np.where(exhausted, cap, np.minimum(history.covered, cap))
            return cap * (size * (size - 1) // 2) - int(used.sum())
        case OfferedPairs():
            room = _room(history, offer)
            return int(room.forward.sum() + room.backward.sum())
        case _:
            assert_never(offer)


def _values_at(keys: IntArray, known: IntArray, values: IntArray) -> IntArray:
    """For each of the sorted distinct `keys` its value, 0 where it is not among the `known` ones."""
    found = np.zeros(len(keys), dtype=np.intp)
    if len(keys):
        place = np.minimum(np.searchsorted(keys, known), len(keys) - 1)
        hit = keys[place] == known
        found[place[hit]] = values[hit]
    return found


def _all_keys(size: int) -> IntArray:
    left, right = np.triu_indices(size, 1)
    return np.asarray(left * size + right, dtype=np.intp)


def _near_and_random_keys(score: FloatArray, rng: np.random.Generator) -> IntArray:
    """Each essay with its neighbours by score, and cycles through all essays in random order (which keep the graph in
    one piece: without random edges a matching among neighbours loses 10 to 25 % of its weight).
    """
    size = len(score)
    by_score = np.lexsort((rng.random(size), score))
    ends = [(by_score[:-step], by_score[step:]) for step in range(1, _NEIGHBOURS + 1)]
    for _ in range(_RANDOM_ROUNDS):
        cycle = rng.permutation(size)
        ends.append((cycle, np.roll(cycle, 1)))
    one = np.concatenate([first for first, _ in ends])
    other = np.concatenate([second for _, second in ends])
    return np.unique(np.minimum(one, other) * size + np.maximum(one, other))


def _room(history: History, offer: OfferedPairs) -> _Room:
    """Every question asked counts, failed ones too: a recording repeats itself."""
    place = {essay_id: index for index, essay_id in enumerate(history.essays)}
    known = [(pair, count) for pair, count in offer.counts if pair.first in place and pair.second in place]
    first = np.array([place[pair.first] for pair, _ in known], dtype=np.intp)
    second = np.array([place[pair.second] for pair, _ in known], dtype=np.intp)
    count = np.array([count for _, count in known], dtype=np.intp)
    keys, pair = np.unique(
        np.minimum(first, second) * history.size + np.maximum(first, second), return_inverse=True
    )

    def left_over(order: BoolArray, asked: IntArray) -> IntArray:
        offered = np.bincount(pair[order], count[order], len(keys)).astype(np.intp)
        return np.asarray(np.maximum(offered - _values_at(keys, history.keys, asked), 0), dtype=np.intp)

    return _Room(
        keys,
        left_over(first < second, history.forward_asked),
        left_over(first > second, history.backward_asked),
    )
