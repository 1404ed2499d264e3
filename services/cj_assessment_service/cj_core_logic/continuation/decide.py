"""What to do after a wave."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.continuation.rules import RULES, RuleName, Situation, more_to_learn
from cj_assessment_service.domain.decisions import Decision


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


def decide(situation: Situation) -> Decision:
    """Wait, ask more, finalise or fail."""
    return rule_on(situation).decision
