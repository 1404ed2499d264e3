"""The judge that needs no network: a fixed rule on the surface of the two texts.

Quality = sum over five features of weight * (value - typical) / spread, each term held within ±5. All weights are 1 or
-1: unit weights on standardised predictors order cases about as well as fitted ones and cannot be fitted to one
language or task (Dawes 1979, The robust beauty of improper linear models). `typical` and `spread` are round figures
for school texts of 50 to 300 words and the same for every language.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import JudgeReply, JudgeUsage, OrientedPair, Verdict, Winner
from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.judges import FREE, ComparisonTask, JudgeSpec, JudgeTraits, Quote
from cj_assessment_service.implementations.judges.surface_features import SurfaceFeatures, surface_features
from cj_assessment_service.protocols import JudgeProtocol

NOTICE = "The offline judge counts words; it does not understand a text. Use it for trying out and testing, never for grading."
_USAGE = JudgeUsage(provider="offline", model="surface-features-v1", seconds=0.0, cost=Decimal(0))
_CACHED_TEXTS = 4096
_LIMIT = 5.0
_CONFIDENCE_STEPS = (0.5, 1.5, 3.0, 5.0)
"""Differences of quality from which the confidence is 2, 3, 4 and 5; class sets spread by about 3."""

_LEVEL_STEPS = (1.8, 4.1)
"""Differences of quality from which the level is 2 and 3: a third of the pairs of a class set each, if quality is
normal with a standard deviation of 3.
"""


@dataclass(frozen=True, slots=True)
class Feature:
    """One term of the sum; `praise` says what the text with the higher term does."""

    read: Callable[[SurfaceFeatures], float | None]
    typical: float
    spread: float
    weight: float
    praise: str

    def term(self, features: SurfaceFeatures) -> float:
        """0 where the feature could not be read."""
        value = self.read(features)
        if value is None:
            return 0.0
        return self.weight * max(-_LIMIT, min(_LIMIT, (value - self.typical) / self.spread))


FEATURES: tuple[Feature, ...] = (
    Feature(lambda f: f.length, 5.0, 0.6, 1.0, "is longer"),
    Feature(lambda f: f.diversity, 7.5, 1.5, 1.0, "varies its words more"),
    Feature(lambda f: f.rarity, 2.5, 0.25, 1.0, "uses rarer words"),
    Feature(lambda f: f.sentence_length, 2.6, 0.4, 1.0, "has longer sentences"),
    Feature(lambda f: f.unknown_share, 0.02, 0.03, -1.0, "has fewer words that no word list knows"),
)


class OfflineJudge(JudgeProtocol):
    """The same two texts always get the same answer, in either order."""

    def __init__(self) -> None:
        self._terms: Callable[[str, str], tuple[float, ...]] = lru_cache(_CACHED_TEXTS)(_terms)

    @property
    def traits(self) -> JudgeTraits:
        return JudgeTraits(notice=NOTICE)

    def quote(self, task: ComparisonTask) -> Quote:  # noqa: ARG002 - every question is free
        return FREE

    async def compare(self, task: ComparisonTask) -> JudgeReply:
        first = self._terms(task.first_text, task.language)
        second = self._terms(task.second_text, task.language)
        margin = sum(first) - sum(second)
        if margin == 0:
            return _neither(task.request.pair, task.answers)
        leads = [a - b if margin > 0 else b - a for a, b in zip(first, second, strict=True)]
        return Verdict(
            winner=Winner.FIRST if margin > 0 else Winner.SECOND,
            usage=_USAGE,
            justification=f"The better text {_main_reasons(leads)}.",
            confidence=1.0 + sum(abs(margin) >= step for step in _CONFIDENCE_STEPS),
            level=1 + sum(abs(margin) >= step for step in _LEVEL_STEPS) if task.answers.asks_margin else None,
        )

    async def close(self) -> None:
        """Nothing is held open."""


def open_judge(spec: JudgeSpec) -> JudgeProtocol:
    """Raises InvalidJudge for any argument or option: there is nothing to choose."""
    spec.options_among()
    if spec.argument:
        raise InvalidJudge("The offline judge takes no argument; write offline and nothing more.")
    return OfflineJudge()


def quality(text: str, language: str) -> float:
    """The judge's measure of one text, without unit; a class set spreads by about 3."""
    return sum(_terms(text, language))


def _terms(text: str, language: str) -> tuple[float, ...]:
    features = surface_features(text, language)
    return tuple(feature.term(features) for feature in FEATURES)


def _main_reasons(leads: list[float]) -> str:
    """The two features that speak most for the winner, the stronger one first."""
    order = sorted(range(len(leads)), key=lambda index: -leads[index])
    return " and ".join(FEATURES[index].praise for index in order[:2] if leads[index] > 0)


def _neither(pair: OrientedPair, answers: AnswerForm) -> Verdict:
    """A tie where one is allowed, else a toss that falls on the same essay whichever is shown first."""
    if answers.allows_ties:
        return Verdict(Winner.TIE, _USAGE, "On the surface neither text is better.", confidence=1.0)
    first, second = (sha256(essay_id.encode()).digest() for essay_id in (pair.first, pair.second))
    return Verdict(
        winner=Winner.FIRST if first > second else Winner.SECOND,
        usage=_USAGE,
        justification="On the surface neither text is better; the choice is arbitrary.",
        confidence=1.0,
        level=1 if answers.asks_margin else None,
    )
