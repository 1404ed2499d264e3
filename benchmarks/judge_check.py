"""How often `cj judges check` is right about a judge: simulated checks of judges whose worth is known.

Twelve essays, two of each of six grades. A judge of accuracy p answers every question rightly with probability p, whatever
the grades: the hardest case for the screening, which expects clear pairs to be easier. A judge `by distance` answers as
Bradley and Terry (1952) say, from abilities `STEP` logits apart for each grade.
"""

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from statistics import median
from uuid import UUID

import numpy as np

from benchmarks.figures import Bench, Figure
from cj_assessment_service.cj_core_logic.scorecard.accuracy import LONGEST_WINS, Baseline
from cj_assessment_service.cj_core_logic.scorecard.assembly import CheckRecord, evidence_of
from cj_assessment_service.cj_core_logic.scorecard.check_plan import plan_of
from cj_assessment_service.cj_core_logic.scorecard.checked_answers import (
    SwappedAnswers,
    checked_answers,
)
from cj_assessment_service.cj_core_logic.scorecard.consistency import order_effect
from cj_assessment_service.cj_core_logic.scorecard.screening import (
    goes_on,
    most_questions_for_a_useless_judge,
    screen,
)
from cj_assessment_service.cj_core_logic.scorecard.verdict_rules import rule_on
from cj_assessment_service.domain.comparisons import OrientedPair, RecordedComparison, Winner
from cj_assessment_service.domain.identifiers import EssayId, RequestId
from cj_assessment_service.domain.judge_checks import (
    CheckDesign,
    CheckFrame,
    GradedEssay,
    ScreeningPolicy,
    ScreeningState,
)
from cj_assessment_service.domain.judges import EveryPair
from cj_assessment_service.domain.scorecards import CheckEnding, JudgeVerdict, VerdictPolicy

BOTH_ORDERS = Path(__file__).parents[2] / "shared" / "data" / "llm_both_orders" / "judgements.csv"
CHOICES = {"A": Winner.FIRST, "B": Winner.SECOND, "C": Winner.TIE}
GRADES, PER_GRADE = 6, 2
CHECKS_FOR_A_REPEAT = 200
BASELINE_ACCURACY = 0.6
SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)
RANKS = {EssayId(f"essay-{n:02}"): n // PER_GRADE for n in range(GRADES * PER_GRADE)}
ESSAYS = tuple(GradedEssay(essay_id, rank) for essay_id, rank in RANKS.items())

Answer = Callable[[int, np.random.Generator], Winner]
"""From the grades the first essay lies above the second (below 0: under)."""


@dataclass(frozen=True, slots=True)
class Judge:
    """`condemned_at_least` and `condemned_at_most` are the goals for the share of checks that end with `do not use`."""

    name: str
    answer: Answer
    condemned_at_least: float = 0.0
    condemned_at_most: float = 1.0


@dataclass(frozen=True, slots=True)
class Checked:
    verdict: JudgeVerdict
    questions: int
    accuracy: float


def longer(pairs: Sequence[OrientedPair], rng: np.random.Generator) -> Baseline:
    """A baseline that is right on `BASELINE_ACCURACY` of the pairs, and says the same of a pair in either order."""
    right = {pair.unordered: rng.random() < BASELINE_ACCURACY for pair in dict.fromkeys(pairs)}
    return Baseline(
        LONGEST_WINS,
        tuple(
            Winner.FIRST
            if right[pair.unordered] is (RANKS[pair.first] > RANKS[pair.second])
            else Winner.SECOND
            for pair in pairs
        ),
    )


def by_accuracy(accuracy: float) -> Answer:
    def answer(ahead: int, rng: np.random.Generator) -> Winner:
        right = rng.random() < accuracy
        return Winner.FIRST if right is (ahead > 0) else Winner.SECOND

    return answer


def by_distance(step: float, bias: float = 0.0) -> Answer:
    def answer(ahead: int, rng: np.random.Generator) -> Winner:
        wins = rng.random() < 1.0 / (1.0 + math.exp(-(step * ahead + bias)))
        return Winner.FIRST if wins else Winner.SECOND

    return answer


JUDGES = (
    Judge("always names the first", lambda _ahead, _rng: Winner.FIRST, condemned_at_least=1.0),
    Judge("always names the second", lambda _ahead, _rng: Winner.SECOND, condemned_at_least=1.0),
    Judge("always calls a tie", lambda _ahead, _rng: Winner.TIE, condemned_at_least=1.0),
    Judge("tosses a coin", by_accuracy(0.5), condemned_at_least=0.95),
    Judge("always wrong", by_accuracy(0.0), condemned_at_least=1.0),
    Judge("accuracy 0.60 on every pair", by_accuracy(0.6)),
    Judge("accuracy 0.75 on every pair", by_accuracy(0.75), condemned_at_most=0.05),
    Judge("accuracy 0.80 on every pair", by_accuracy(0.8), condemned_at_most=0.05),
    Judge("accuracy 0.90 on every pair", by_accuracy(0.9), condemned_at_most=0.05),
    Judge("by distance, 0.6 logits a grade", by_distance(0.6), condemned_at_most=0.05),
    Judge("by distance, 1.2 logits a grade", by_distance(1.2), condemned_at_most=0.05),
    Judge("the same, 0.5 logits for the first", by_distance(1.2, 0.5), condemned_at_most=0.05),
    Judge("the same, 2 logits for the first", by_distance(1.2, 2.0), condemned_at_most=0.05),
    Judge("the same, 6 logits for the first", by_distance(1.2, 6.0), condemned_at_least=0.95),
)


@dataclass(frozen=True, slots=True)
class Session:
    """One judge's answers of one repetition: the pairs asked in both orders."""

    judge: str
    swapped: tuple[SwappedAnswers, ...]


async def measure(bench: Bench) -> tuple[Figure, ...]:
    checks = CHECKS_FOR_A_REPEAT * bench.effort.repeats
    most = most_questions_for_a_useless_judge(ScreeningPolicy())
    first = Figure("questions until a judge that always names one place is sent away", "never", "", str(most))
    return (first, *(figure_for(judge, checks) for judge in JUDGES), *order_figures(recorded_sessions()))


def recorded_sessions() -> tuple[Session, ...]:
    """Real answers in both orders, each question put three times. Loudly nothing where the shared data is not there."""
    if not BOTH_ORDERS.exists():
        print(f"SKIPPED: the answers in both orders are not at {BOTH_ORDERS}.")
        return ()
    said: dict[tuple[str, str], dict[tuple[str, str, str], Winner]] = defaultdict(dict)
    with BOTH_ORDERS.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["choice"] in CHOICES:
                question = (row["question"], row["first"], row["second"])
                said[row["judge"], row["repeat"]][question] = CHOICES[row["choice"]]
    return tuple(Session(judge, in_both_orders(answers)) for (judge, _), answers in sorted(said.items()))


def in_both_orders(answers: Mapping[tuple[str, str, str], Winner]) -> tuple[SwappedAnswers, ...]:
    return tuple(
        SwappedAnswers(winner, answers[number, second, first], Winner.FIRST)
        for (number, first, second), winner in answers.items()
        if first < second and (number, second, first) in answers
    )


def order_figures(sessions: Sequence[Session]) -> tuple[Figure, ...]:
    """Each repetition's interval should hold what the other repetitions estimate."""
    figures = []
    for judge in sorted({session.judge for session in sessions}):
        effects = [order_effect(session.swapped) for session in sessions if session.judge == judge]
        found = [effect for effect in effects if effect is not None]
        held = [one.low <= other.estimate <= one.high for one, other in permutations(found, 2)]
        said = "; ".join(f"{each.estimate:+.2f} [{each.low:+.2f}, {each.high:+.2f}]" for each in found)
        figures.append(
            Figure(f"position effect of {judge}", "", "intervals hold the repeats", said, all(held))
        )
    return tuple(figures)


def figure_for(judge: Judge, checks: int) -> Figure:
    done = [check(judge.answer, np.random.default_rng([7, number])) for number in range(checks)]
    verdicts = Counter(one.verdict for one in done)
    shares = ", ".join(
        f"{verdict.value} {verdicts[verdict] / checks:.3f}" for verdict in JudgeVerdict if verdicts[verdict]
    )
    condemned = verdicts[JudgeVerdict.DO_NOT_USE] / checks
    has_goal = judge.condemned_at_least > 0.0 or judge.condemned_at_most < 1.0
    goal = (
        f"condemned in >= {judge.condemned_at_least:g}"
        if judge.condemned_at_least
        else f"condemned in <= {judge.condemned_at_most:g}"
    )
    return Figure(
        judge.name,
        "",
        goal if has_goal else "",
        f"{shares}; mean accuracy {sum(one.accuracy for one in done) / checks:.2f};"
        f" questions {spread([one.questions for one in done])}",
        judge.condemned_at_least <= condemned <= judge.condemned_at_most if has_goal else None,
    )


def spread(values: Sequence[int]) -> str:
    return f"{median(values):g} [{min(values)}, {max(values)}]"


def check(answer: Answer, rng: np.random.Generator) -> Checked:
    """Asks, looks and asks on as the command does."""
    seed = int(rng.integers(2**31))
    plan = plan_of(CheckFrame(ESSAYS, CheckDesign().pairs, EveryPair(), frozenset(), frozenset(), seed))
    asked: list[RecordedComparison] = []
    screening = screen((), ScreeningPolicy())
    looks = 0
    while goes_on(screening, looks, plan):
        asked += [recorded(pair, answer, rng) for pair in plan.screening[looks]]
        looks += 1
        screening = screen(checked_answers(asked, ESSAYS), ScreeningPolicy())
    ending = CheckEnding.SCREENED_OUT
    if screening.state is not ScreeningState.CONDEMNED:
        asked += [recorded(pair, answer, rng) for pair in plan.after(looks)]
        ending = CheckEnding.COMPLETE
    baseline = longer([one.pair for one in asked], rng)
    record = CheckRecord(tuple(asked), plan.questions, ending, screening, ESSAYS, (baseline,))
    evidence = evidence_of(record)
    accuracy = evidence.accuracy.share if evidence.accuracy is not None else math.nan
    return Checked(rule_on(evidence, VerdictPolicy()).verdict, len(asked), accuracy)


def recorded(pair: OrientedPair, answer: Answer, rng: np.random.Generator) -> RecordedComparison:
    return RecordedComparison(
        request_id=RequestId(UUID(int=0)),
        sequence=0,
        wave=1,
        judge="simulated",
        pair=pair,
        winner=answer(RANKS[pair.first] - RANKS[pair.second], rng),
        confidence=None,
        justification=None,
        error=None,
        usage=None,
        submitted_at=SOME_TIME,
        completed_at=SOME_TIME,
    )
