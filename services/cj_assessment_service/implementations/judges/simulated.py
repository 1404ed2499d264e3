"""The judge for experiments: it never reads a text and answers by a known truth with known faults.

True abilities are drawn from N(0, sd^2); the answer follows Bradley and Terry (1952) with an advantage `bias` (logits)
of the text shown first: P(first wins) = 1 / (1 + exp(-(first - second + bias))). Every draw is a stable hash of the seed
and of what is asked, so answers depend neither on the order of arrival nor on the process.
"""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from numpy.random import PCG64, Generator

from cj_assessment_service.domain.comparisons import (
    ComparisonRequest,
    JudgeFailure,
    JudgeReply,
    JudgeUsage,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.errors import ErrorCode, InvalidJudge
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judges import ComparisonTask, EveryPair, JudgeOffer
from cj_assessment_service.protocols import JudgeProtocol

NOTICE = "The simulated judge does not read the texts; its answers are drawn by chance. Use it for experiments only."
DEFAULT_SEED = 1
_NUMBERS = ("sd", "bias", "error", "fail", "delay")
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class SimulationPolicy:
    """`sd` of true abilities and `bias` towards the first text in logits, `error` the share of answers made by a coin,
    `fail` the share of unreadable answers, `delay` seconds before each answer. Raises ValueError out of range.
    """

    sd: float = 2.0
    bias: float = 0.0
    error: float = 0.0
    fail: float = 0.0
    delay: float = 0.0
    seed: int = DEFAULT_SEED

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.sd, self.bias, self.error, self.fail, self.delay))):
            raise ValueError("every number must be finite")
        if self.sd < 0 or self.delay < 0:
            raise ValueError("sd and delay must be at least 0")
        if not (0 <= self.error <= 1 and 0 <= self.fail <= 1):
            raise ValueError("error and fail must be between 0 and 1")


@dataclass(frozen=True, slots=True)
class SimulatedJudge(JudgeProtocol):
    policy: SimulationPolicy

    @property
    def offer(self) -> JudgeOffer:
        return EveryPair()

    @property
    def notice(self) -> str | None:
        return NOTICE

    async def compare(self, task: ComparisonTask) -> JudgeReply:
        if self.policy.delay:
            await asyncio.sleep(self.policy.delay)
        request = task.request
        draws = _draws_for(self.policy.seed, request)
        failure, mistake, decision = draws.random(3)
        usage = JudgeUsage("simulated", "bradley-terry", seconds=self.policy.delay, cost=Decimal(0))
        if failure < self.policy.fail:
            return JudgeFailure(
                ErrorCode.INVALID_RESPONSE, "The simulated judge gave an unreadable answer on purpose.", usage
            )
        chance = 0.5 if mistake < self.policy.error else self._first_wins(request)
        return Verdict(
            winner=Winner.FIRST if decision < chance else Winner.SECOND,
            usage=usage,
            justification="Drawn by the simulated judge.",
            confidence=float(1 + round(8 * abs(chance - 0.5))),
        )

    async def close(self) -> None:
        """Nothing is held open."""

    def _first_wins(self, request: ComparisonRequest) -> float:
        first = true_ability(self.policy.seed, self.policy.sd, request.pair.first)
        second = true_ability(self.policy.seed, self.policy.sd, request.pair.second)
        return 0.5 * (1.0 + math.tanh((first - second + self.policy.bias) / 2.0))


def true_ability(seed: int, sd: float, essay_id: EssayId) -> float:
    """What the simulated judge holds to be true of the essay, in logits."""
    return sd * float(_stable_generator(("ability", str(seed), essay_id)).standard_normal())


def open_judge(argument: str) -> JudgeProtocol:
    """`sd=2,bias=0.3,error=0.05,fail=0.1,delay=0,seed=1`, each part optional. Raises InvalidJudge."""
    try:
        return SimulatedJudge(_parse_policy(argument))
    except ValueError as error:
        raise InvalidJudge(
            f"The simulated judge cannot be set up with {argument!r}: {error}. "
            "Write for example simulated:sd=2,bias=0.3,error=0.05,seed=1."
        ) from error


def _parse_policy(argument: str) -> SimulationPolicy:
    """Raises ValueError."""
    given: dict[str, str] = {}
    for part in filter(None, map(str.strip, argument.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise ValueError(f"{part!r} has no value")
        if name in given:
            raise ValueError(f"{name} is given twice")
        given[name] = value
    if unknown := sorted(given.keys() - {*_NUMBERS, "seed"}):
        raise ValueError(f"it knows nothing of {', '.join(unknown)}, only of {', '.join(_NUMBERS)} and seed")
    seed = int(given.pop("seed", DEFAULT_SEED))
    return SimulationPolicy(seed=seed, **{name: float(value) for name, value in given.items()})


def _draws_for(seed: int, request: ComparisonRequest) -> Generator:
    pair = request.pair
    return _stable_generator(
        ("answer", str(seed), str(request.wave), str(request.repeat), pair.first, pair.second)
    )


def _stable_generator(parts: Sequence[str]) -> Generator:
    digest = sha256(_SEPARATOR.join(parts).encode()).digest()
    return Generator(PCG64(int.from_bytes(digest)))
