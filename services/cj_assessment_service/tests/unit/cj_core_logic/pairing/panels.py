"""Batches with several judges."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.pairing.arbitration import as_pairs_are_chosen
from cj_assessment_service.cj_core_logic.pairing.panel_wave import WavePolicies, for_panel, plan_panel_wave
from cj_assessment_service.cj_core_logic.pairing.retry import plan_retries
from cj_assessment_service.cj_core_logic.pairing.roster import joint_offer
from cj_assessment_service.cj_core_logic.pairing.situation import PairingSituation, Seat
from cj_assessment_service.domain.comparisons import (
    AskedComparison,
    AskedState,
    AssignedComparison,
    Winner,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judges import EveryPair, JudgeOffer
from cj_assessment_service.domain.policies import PanelPolicy
from cj_assessment_service.tests.unit.cj_core_logic.pairing.situations import (
    NO_LIMIT,
    items,
    policies,
)

Reply = Callable[[AssignedComparison], Winner | ErrorCode]


def seats(*shares: float, offer: JudgeOffer | None = None) -> tuple[Seat, ...]:
    """Judges "a", "b", ... that can be asked everything unless told otherwise."""
    return tuple(Seat(chr(97 + place), share, offer or EveryPair()) for place, share in enumerate(shares))


def arbiter(offer: JudgeOffer | None = None) -> tuple[Seat, ...]:
    return (Seat("arbiter", 1.0, offer or EveryPair()),)


def panel_of(
    count: int,
    primaries: Sequence[Seat],
    *asked: AskedComparison,
    arbiters: Sequence[Seat] = (),
    limit: int = NO_LIMIT,
) -> PairingSituation:
    return PairingSituation(
        items(count),
        asked,
        joint_offer(primaries, asked),
        limit,
        primaries=tuple(primaries),
        arbiters=tuple(arbiters),
    )


def said(judge: str, question: AskedComparison, winner: Winner) -> AskedComparison:
    return replace(question, judge=judge, winner=winner)


def wave_of(
    now: PairingSituation, policies: WavePolicies, seed: int, wave: int
) -> tuple[AssignedComparison, ...]:
    """As the workflow plans it: retries first."""
    seen = as_pairs_are_chosen(now)
    now = replace(now, offer=joint_offer(now.primaries, seen.asked))
    rng = np.random.default_rng([seed, wave])
    again = plan_retries(replace(seen, offer=now.offer), for_panel(policies.pairing, now), rng)
    return plan_panel_wave(now, again, policies, rng, np.random.default_rng([seed, wave, 1]))


def after(
    now: PairingSituation, wave: Sequence[AssignedComparison], number: int, reply: Reply
) -> PairingSituation:
    return replace(now, asked=(*now.asked, *(_asked(one, number, reply(one)) for one in wave)))


def _asked(one: AssignedComparison, wave: int, reply: Winner | ErrorCode) -> AskedComparison:
    if isinstance(reply, ErrorCode):
        return AskedComparison(
            one.planned.pair, wave, one.planned.attempt, AskedState.FAILED, reply, judge=one.judge
        )
    return AskedComparison(
        one.planned.pair, wave, one.planned.attempt, AskedState.DECIDED, judge=one.judge, winner=reply
    )


def by_lot(seed: int, failure_rate: float = 0.0) -> Reply:
    rng = np.random.default_rng(seed)

    def reply(_: AssignedComparison) -> Winner | ErrorCode:
        if rng.random() < failure_rate:
            return ErrorCode.TIMEOUT
        return Winner.FIRST if rng.random() < 0.5 else Winner.SECOND

    return reply


shares = st.lists(st.sampled_from([0.5, 1.0, 2.0, 3.0]), min_size=1, max_size=4)
wave_policies = st.builds(
    WavePolicies,
    policies,
    st.builds(
        PanelPolicy,
        second_share=st.sampled_from([0.0, 0.15, 1.0]),
        swap_share=st.sampled_from([0.0, 0.05, 1.0]),
        arbiter_share=st.sampled_from([0.0, 0.2, 1.0]),
    ),
)
