"""Pairing policies by the names of their strategies, as users write them."""

from collections.abc import Mapping
from types import MappingProxyType

from cj_assessment_service.domain.policies import PairingPolicy, PairStrategy

STRATEGIES: Mapping[str, PairingPolicy] = MappingProxyType(
    {strategy.value: PairingPolicy(strategy=strategy) for strategy in PairStrategy}
)
DEFAULT_STRATEGY = PairingPolicy().strategy.value
"""The one an assessment uses unless told otherwise."""
