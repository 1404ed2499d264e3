"""One simulated batch, wave by wave."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

import numpy as np

from cj_assessment_service.cj_core_logic.continuation.decide import decide
from cj_assessment_service.cj_core_logic.continuation.rules import Situation
from cj_assessment_service.cj_core_logic.pairing.panel_wave import WavePolicies, plan_panel_wave
from cj_assessment_service.cj_core_logic.pairing.planner import plan_wave
from cj_assessment_service.cj_core_logic.pairing.situation import PairingSituation, Seat
from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.fit import fit_judgements
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.simulation.answers import Answers, panel_answers
from cj_assessment_service.cj_core_logic.simulation.truth_check import checked
from cj_assessment_service.domain.batches import BatchSnapshot, Scoring, StopReason
from cj_assessment_service.domain.comparisons import (
    AskedComparison,
    AskedState,
    AssignedComparison,
    DecidedComparison,
    WavePlan,
    Winner,
)
from cj_assessment_service.domain.decisions import Finalise
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.imaginary_batch import ENDLESS, imaginary_snapshot
from cj_assessment_service.domain.judges import EveryPair
from cj_assessment_service.domain.policies import ContinuationPolicy
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.domain.simulations import Experiment, SimulatedRun, WaveRecord

_WINNERS = {1: Winner.FIRST, -1: Winner.SECOND, 0: Winner.TIE}


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """All judgements so far, the scale fitted to them, and how both compare with the truth."""

    judgements: Judgements
    board: Scoreboard
    record: WaveRecord


def simulate(experiment: Experiment, rng: np.random.Generator) -> SimulatedRun:
    """One run of the experiment. With generators of equal seed, experiments that differ only in policies or judges look at the
    same essays.
    """
    return SimulatedRun(tuple(wave.record for wave in simulated_waves(experiment, rng)))


def simulate_seed(experiment: Experiment, seed: tuple[int, ...]) -> SimulatedRun:
    """The same from a seed, which travels to other processes more cheaply than a generator."""
    return simulate(experiment, np.random.default_rng(seed))


def simulate_until(experiment: Experiment, target: float, seed: tuple[int, ...]) -> SimulatedRun:
    """The same, ended with the first wave whose true r^2 reaches the target."""
    records: list[WaveRecord] = []
    for wave in simulated_waves(experiment, np.random.default_rng(seed)):
        records.append(wave.record)
        if wave.record.r_squared >= target:
            break
    return SimulatedRun(tuple(records))


def simulated_waves(experiment: Experiment, rng: np.random.Generator) -> Iterator[Wave]:
    """The waves of one run: planned, answered and fitted as in a real batch, but for the ledger between them."""
    nature, planner, bench = rng.spawn(3)
    truth = (
        nature.normal(0.0, experiment.sd, experiment.essays) if experiment.sd else np.zeros(experiment.essays)
    )
    ledger = _Ledger(experiment, truth)
    items = tuple(EssayItem(essay_id) for essay_id in ledger.essays)
    while left := ceil(experiment.max_cpe * experiment.essays / 2) - len(ledger.asked):
        situation = PairingSituation(
            items, tuple(ledger.asked), EveryPair(), left, primaries=ledger.judges if experiment.panel else ()
        )
        plan = _planned(experiment, situation, planner)
        if not plan:
            return
        ledger.ask(plan, bench)
        judgements = ledger.judgements()
        board = fit_judgements(judgements, experiment.scoring)
        items = tuple(EssayItem(essay.essay_id, score=essay.score, se=essay.se) for essay in board.scores)
        snapshot = imaginary_snapshot(items, tuple(ledger.asked), tuple(ledger.decided))
        stop = _stop_reason(snapshot, board, experiment.continuation)
        yield Wave(judgements, board, checked(board, truth, stop))


def _planned(
    experiment: Experiment, situation: PairingSituation, rng: np.random.Generator
) -> Sequence[AssignedComparison]:
    """Without a panel policy nobody is named yet."""
    if experiment.panel is None:
        plan = plan_wave(situation, experiment.pairing, rng)
        return [AssignedComparison(one, "") for one in plan.comparisons]
    policies = WavePolicies(experiment.pairing, experiment.panel)
    return plan_panel_wave(situation, WavePlan(()), policies, rng, rng)


def _stop_reason(snapshot: BatchSnapshot, board: Scoreboard, policy: ContinuationPolicy) -> StopReason | None:
    """Why a batch with an endless budget would end here; None where it would go on."""
    decision = decide(Situation(snapshot, Scoring(board), ENDLESS, policy))
    return decision.reason if isinstance(decision, Finalise) else None


@dataclass(slots=True, eq=False)
class _Ledger:
    """What was asked and answered, in columns that grow by a piece with every wave."""

    experiment: Experiment
    truth: FloatArray
    essays: tuple[EssayId, ...] = field(init=False)
    judges: tuple[Seat, ...] = field(init=False)
    asked: list[AskedComparison] = field(default_factory=list)
    decided: list[DecidedComparison] = field(default_factory=list)
    _place: dict[EssayId, int] = field(init=False)
    _first: list[IntArray] = field(default_factory=list)
    _second: list[IntArray] = field(default_factory=list)
    _seat: list[IntArray] = field(default_factory=list)
    _answers: list[Answers] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.essays = tuple(map(EssayId, _numbered("essay", len(self.truth))))
        names = _numbered("judge", len(self.experiment.judges))
        self.judges = tuple(Seat(name, 1.0, EveryPair()) for name in names)
        self._place = {essay_id: place for place, essay_id in enumerate(self.essays)}

    def ask(self, plan: Sequence[AssignedComparison], rng: np.random.Generator) -> None:
        """Whoever is named answers; where nobody is, every judge gets the same share of the questions, by lot."""
        planned = [one.planned for one in plan]
        first = np.array([self._place[one.pair.first] for one in planned], dtype=np.intp)
        second = np.array([self._place[one.pair.second] for one in planned], dtype=np.intp)
        seat = self._seats(plan, rng)
        answers = panel_answers(self.experiment.judges, seat, self.truth[first] - self.truth[second], rng)
        self._answers.append(answers)
        self._first.append(first)
        self._second.append(second)
        self._seat.append(seat)
        wave = len(self._answers)
        self.asked += [
            AskedComparison(one.planned.pair, wave, one.planned.attempt, AskedState.DECIDED, judge=one.judge)
            for one in plan
        ]
        self.decided += [
            DecidedComparison(one.pair, _WINNERS[outcome], "simulated", level or None)
            for one, outcome, level in zip(
                planned, answers.outcome.tolist(), answers.level.tolist(), strict=True
            )
        ]

    def _seats(self, plan: Sequence[AssignedComparison], rng: np.random.Generator) -> IntArray:
        place = {seat.judge: number for number, seat in enumerate(self.judges)}
        if self.experiment.panel is not None:
            return np.array([place[one.judge] for one in plan], dtype=np.intp)
        in_turn = (len(self.asked) + np.arange(len(plan))) % len(place)
        return rng.permutation(in_turn).astype(np.intp)

    def judgements(self) -> Judgements:
        first = np.concatenate(self._first)
        return Judgements(
            essays=self.essays,
            judges=tuple(seat.judge for seat in self.judges),
            first=first,
            second=np.concatenate(self._second),
            judge=np.concatenate(self._seat),
            outcome=np.concatenate([answers.outcome for answers in self._answers]),
            level=np.concatenate([answers.level for answers in self._answers]),
            p_first=np.concatenate([answers.p_first for answers in self._answers]),
            confidence=np.concatenate([answers.confidence for answers in self._answers]),
            weight=np.ones(len(first)),
        )


def _numbered(kind: str, count: int) -> tuple[str, ...]:
    """Names whose alphabetical order is that of their numbers."""
    digits = len(str(count))
    return tuple(f"{kind}-{number:0{digits}}" for number in range(1, count + 1))
