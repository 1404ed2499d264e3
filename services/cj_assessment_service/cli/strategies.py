"""Pairing strategies by the names users know."""

from collections.abc import Mapping
from types import MappingProxyType

from cj_assessment_service.domain.policies import PairingPolicy

DEFAULT_STRATEGY = "optimal_graph"
STRATEGIES: Mapping[str, PairingPolicy] = MappingProxyType({DEFAULT_STRATEGY: PairingPolicy()})
