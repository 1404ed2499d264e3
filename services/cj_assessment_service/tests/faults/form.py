"""How much is done to the service: a little with every change, a lot when asked for."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """`rounds` of killing, each at most `longest_round_seconds` after the one before, with `in_flight` batches at work;
    outages last `outage_seconds`; whoever waits for the end has `patience_seconds`.
    """

    rounds: int
    longest_round_seconds: float
    in_flight: int
    outage_seconds: float
    patience_seconds: float


SHORT = Form(rounds=5, longest_round_seconds=1.5, in_flight=3, outage_seconds=2.5, patience_seconds=120.0)
FULL = Form(rounds=100, longest_round_seconds=4.0, in_flight=6, outage_seconds=20.0, patience_seconds=600.0)


def chosen_form() -> Form:
    """The full one where CJ_FAULTS says `full`."""
    return FULL if os.environ.get("CJ_FAULTS") == "full" else SHORT
