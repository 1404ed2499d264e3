"""Everything the likelihood of the answers depends on but the parameters themselves."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.scoring.answers import Answers
from cj_assessment_service.cj_core_logic.scoring.connectivity import components_of
from cj_assessment_service.cj_core_logic.scoring.design import Design, design_of
from cj_assessment_service.cj_core_logic.scoring.pair_graph import pair_graph
from cj_assessment_service.cj_core_logic.scoring.responses import Responses, responses_of
from cj_assessment_service.cj_core_logic.scoring.terms import JudgeGroups, Terms, first_terms, judge_groups
from cj_assessment_service.domain.policies import ScoringPolicy


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The answers under given terms of their judges."""

    answers: Answers
    groups: JudgeGroups
    terms: Terms
    design: Design
    responses: Responses

    @property
    def has_terms(self) -> bool:
        """Whether anything about the judges is to be learned besides position effects."""
        return bool(
            self.groups.own_discrimination.any() or self.answers.is_tie.any() or self.terms.grading.any()
        )

    def under(self, terms: Terms) -> "Model":
        """The same answers under other terms."""
        design = design_of(self.answers, self.groups, terms, self.design.component, self.design.graph)
        return Model(self.answers, self.groups, terms, design, responses_of(self.answers, terms))


def first_model(answers: Answers, policy: ScoringPolicy) -> Model:
    """The answers under the terms one starts from."""
    groups, terms = judge_groups(answers, policy), first_terms(answers)
    design = design_of(
        answers,
        groups,
        terms,
        components_of(answers.first, answers.second, len(answers.essays)),
        pair_graph(answers),
    )
    return Model(answers, groups, terms, design, responses_of(answers, terms))
