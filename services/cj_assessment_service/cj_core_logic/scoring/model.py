"""Everything the likelihood of the answers depends on but the parameters themselves."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.scoring.answers import Answers
from cj_assessment_service.cj_core_logic.scoring.arrays import IntArray
from cj_assessment_service.cj_core_logic.scoring.connectivity import components_of
from cj_assessment_service.cj_core_logic.scoring.design import Design, design_of
from cj_assessment_service.cj_core_logic.scoring.responses import Responses, responses_of
from cj_assessment_service.cj_core_logic.scoring.terms import JudgeGroups, Terms, first_terms, judge_groups
from cj_assessment_service.domain.policies import ScoringPolicy


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The answers under given terms of their judges."""

    answers: Answers
    groups: JudgeGroups
    component: IntArray
    terms: Terms
    design: Design
    responses: Responses

    def under(self, terms: Terms) -> "Model":
        """The same answers under other terms."""
        return _model(self.answers, self.groups, self.component, terms)


def first_model(answers: Answers, policy: ScoringPolicy) -> Model:
    """The answers under the terms one starts from."""
    return _model(answers, judge_groups(answers, policy), components_of(answers), first_terms(answers))


def _model(answers: Answers, groups: JudgeGroups, component: IntArray, terms: Terms) -> Model:
    design = design_of(answers, groups, terms, component)
    return Model(answers, groups, component, terms, design, responses_of(answers, terms))
