"""The judge for experiments: it never reads a text and answers by a known truth with known faults.

True abilities are drawn from N(0, sd^2). What the judge feels is latent = first - second + bias + noise, all in logits,
with standard logistic noise and an advantage `bias` of the text shown first. The sign names the winner, so the winner
follows Bradley and Terry (1952): P(first wins) = 1 / (1 + exp(-(first - second + bias))). The level counts the limits that
|latent| exceeds, the cumulative logit model (McCullagh 1980, Regression models for ordinal data); confidence and probability
follow latent as well. Every draw is a stable
hash of the seed and of what is asked, so answers depend neither on the order of arrival nor on the process.
"""

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from statistics import NormalDist
from typing import Final

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
from cj_assessment_service.domain.judges import FREE, ComparisonTask, JudgeSpec, JudgeTraits, Quote
from cj_assessment_service.domain.simulations import Soft
from cj_assessment_service.protocols import JudgeProtocol

NOTICE = "The simulated judge does not read the texts; its answers are drawn by chance. Use it for experiments only."
DEFAULT_SEED = 1
DEFAULT_LEVELS = 2
LEVEL_LIMITS: Final[Mapping[int, tuple[float, ...]]] = {2: (), 4: (2.245,), 6: (1.433, 3.226)}
"""Where |latent| passes into the next level, in logits, by the number of different answers. Quantiles of |d + noise| with
d ~ N(0, 2 * 2^2) and standard logistic noise: among essays of sd 2 all levels occur equally often.
"""

CONFIDENCE_LIMITS: Final = (0.2, 0.6, 1.5, 3.5)
"""Where |latent| passes into confidence 2, 3, 4 and 5, in logits: high numbers are common, as models have it."""

_NUMBERS = ("sd", "bias", "error", "fail", "delay", "ties", "grading")
_SMALLEST_DRAW = 2.0**-54
_LOGISTIC_VARIANCE = math.pi**2 / 3
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class SimulationPolicy:
    """`sd` of true abilities and `bias` towards the first text in logits, `error` the share of answers made by a coin
    (their level by lot), `fail` the share of unreadable answers, `delay` seconds before each answer.

    `levels` counts the different answers, 2 (a bare winner), 4 or 6. `grading` is the share of levels that follow the
    difference; the others are drawn by lot. `ties` is about the share of ties among random pairs without bias, where
    ties are allowed. `soft` says what probability the judge gives the first text. Raises ValueError out of range.
    """

    sd: float = 2.0
    bias: float = 0.0
    error: float = 0.0
    fail: float = 0.0
    delay: float = 0.0
    ties: float = 0.0
    grading: float = 1.0
    levels: int = DEFAULT_LEVELS
    seed: int = DEFAULT_SEED
    soft: Soft = Soft.NONE

    def __post_init__(self) -> None:
        shares = (self.error, self.fail, self.ties, self.grading)
        if not all(map(math.isfinite, (self.sd, self.bias, self.delay, *shares))):
            raise ValueError("every number must be finite")
        if self.sd < 0 or self.delay < 0:
            raise ValueError("sd and delay must be at least 0")
        if not all(0 <= share <= 1 for share in shares) or self.ties == 1:
            raise ValueError("error, fail, grading and ties must be between 0 and 1, ties below 1")
        if self.levels not in LEVEL_LIMITS:
            raise ValueError("levels must be 2, 4 or 6")

    @property
    def tie_limit(self) -> float:
        """Of |latent|, below which neither text is better, in logits: a quantile of the normal distribution with the
        variance of latent differences.
        """
        spread = math.sqrt(2 * self.sd**2 + _LOGISTIC_VARIANCE)
        return spread * NormalDist().inv_cdf((1 + self.ties) / 2)


@dataclass(frozen=True, slots=True)
class _Draws:
    """All that chance decides about one answer, each uniform between 0 and 1."""

    failure: float
    mistake: float
    decision: float
    grading: float
    lot: float
    whim: float

    @property
    def noise(self) -> float:
        """Standard logistic."""
        return math.log1p(-self.decision) - math.log(max(self.decision, _SMALLEST_DRAW))


@dataclass(frozen=True, slots=True)
class SimulatedJudge(JudgeProtocol):
    policy: SimulationPolicy

    @property
    def traits(self) -> JudgeTraits:
        return JudgeTraits(notice=NOTICE)

    def quote(self, task: ComparisonTask) -> Quote:  # noqa: ARG002 - every question is free
        return FREE

    async def compare(self, task: ComparisonTask) -> JudgeReply:
        if self.policy.delay:
            await asyncio.sleep(self.policy.delay)
        draws = _draws_for(self.policy.seed, task.request)
        usage = JudgeUsage("simulated", "bradley-terry", seconds=self.policy.delay, cost=Decimal(0))
        if draws.failure < self.policy.fail:
            return JudgeFailure(
                ErrorCode.INVALID_RESPONSE, "The simulated judge gave an unreadable answer on purpose.", usage
            )
        by_coin = draws.mistake < self.policy.error
        difference = 0.0 if by_coin else self._difference(task.request)
        latent = difference + draws.noise
        tie = task.answers.allows_ties and not by_coin and abs(latent) < self.policy.tie_limit
        graded = task.answers.asks_margin and not tie and self.policy.levels > 2
        felt = abs(latent) if draws.grading < self.policy.grading and not by_coin else None
        return Verdict(
            winner=Winner.TIE if tie else _preferred(latent),
            usage=usage,
            justification="Drawn by the simulated judge.",
            confidence=1.0 + sum(abs(latent) > limit for limit in CONFIDENCE_LIMITS),
            level=self._level(felt, draws.lot) if graded else None,
            p_first=self._p_first(latent, draws.whim),
        )

    async def close(self) -> None:
        """Nothing is held open."""

    def _level(self, felt: float | None, lot: float) -> int:
        """By lot where nothing was felt."""
        limits = LEVEL_LIMITS[self.policy.levels]
        return 1 + (int(lot * (len(limits) + 1)) if felt is None else sum(felt > limit for limit in limits))

    def _p_first(self, latent: float, whim: float) -> float | None:
        match self.policy.soft:
            case Soft.NONE:
                return None
            case Soft.WORTHLESS:
                return whim
            case soft:
                return (1.0 + math.tanh(soft.sharpness * latent / 2.0)) / 2.0

    def _difference(self, request: ComparisonRequest) -> float:
        first = true_ability(self.policy.seed, self.policy.sd, request.pair.first)
        second = true_ability(self.policy.seed, self.policy.sd, request.pair.second)
        return first - second + self.policy.bias


def _preferred(latent: float) -> Winner:
    return Winner.FIRST if latent > 0 else Winner.SECOND


def true_ability(seed: int, sd: float, essay_id: EssayId) -> float:
    """What the simulated judge holds to be true of the essay, in logits."""
    return sd * float(_stable_generator(("ability", str(seed), essay_id)).standard_normal())


def open_judge(spec: JudgeSpec) -> JudgeProtocol:
    """`simulated:sd=2,bias=0.3,error=0.05,levels=6,ties=0.2,grading=1,fail=0.1,delay=0,seed=1,soft=overconfident`, each
    part optional. Raises InvalidJudge.
    """
    spec.options_among()
    try:
        return SimulatedJudge(_parse_policy(spec.argument))
    except ValueError as error:
        raise InvalidJudge(
            f"The simulated judge cannot be set up with {spec.argument!r}: {error}. "
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
    if unknown := sorted(given.keys() - {*_NUMBERS, "levels", "seed", "soft"}):
        raise ValueError(
            f"it knows nothing of {', '.join(unknown)}, only of {', '.join(_NUMBERS)}, levels, seed and soft"
        )
    soft = given.pop("soft", Soft.NONE.value)
    if soft not in set(Soft):
        raise ValueError(f"soft is {', '.join(Soft)}, not {soft!r}")
    levels = int(given.pop("levels", DEFAULT_LEVELS))
    seed = int(given.pop("seed", DEFAULT_SEED))
    numbers = {name: float(value) for name, value in given.items()}
    return SimulationPolicy(levels=levels, seed=seed, soft=Soft(soft), **numbers)


def _draws_for(seed: int, request: ComparisonRequest) -> _Draws:
    pair = request.pair
    parts = ("answer", str(seed), str(request.wave), str(request.repeat), pair.first, pair.second)
    return _Draws(*_stable_generator(parts).random(6).tolist())


def _stable_generator(parts: Sequence[str]) -> Generator:
    digest = sha256(_SEPARATOR.join(parts).encode()).digest()
    return Generator(PCG64(int.from_bytes(digest)))
