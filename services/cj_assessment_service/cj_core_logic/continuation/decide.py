"""What to do after a wave."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.continuation.rules import RULES, RuleName, Situation, more_to_learn
from cj_assessment_service.domain.batches import BatchSnapshot
from cj_assessment_service.domain.decisions import Decision
from cj_assessment_service.domain.policies import ContinuationPolicy
from cj_assessment_service.domain.scores import Scoreboard


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision and the rule that made it."""

    rule: RuleName
    decision: Decision


def rule_on(situation: Situation) -> Ruling:
    """The first rule with an opinion decides; there always is one, so no batch is ever left without a next move."""
    for rule in RULES:
        if (decision := rule.apply(situation)) is not None:
            return Ruling(rule.name, decision)
    return Ruling(RuleName.MORE_TO_LEARN, more_to_learn(situation))


def decide(
    snapshot: BatchSnapshot, board: Scoreboard | None, askable: int, policy: ContinuationPolicy
) -> Decision:
    """Wait, ask more, finalise or fail. `board` is the scale of the snapshot's judgements (None without any),
    `askable` the number of questions that could still be asked if the budget were endless (0: saturated), and
    `snapshot.quiet_waves` includes the wave that led to `board`.
    """
    return rule_on(Situation(snapshot, board, askable, policy)).decision
