"""Each judge's answers in the richest form that has earned it.

A judge may name a margin, give a probability or say how sure it is; which of these tells most about the essays is found out.
The answers are fitted in every form that was given, and a form is worth what the rest of the scale knows of it:

    score = sum over answers of  log p(winner, level | all other answers) - log (share of that level among the judge's own)

the estimated information, in nats, that the judge's answers in this form share with the scale (Cover & Thomas 2006, Elements of
Information Theory, ch. 2; left-out answers instead of new ones: Geisser & Eddy 1979, JASA 74, 153-160). It compares across forms, for
whatever has many levels has low shares as well. Margins were asked for and are believed unless they prove worthless;
whatever else must beat them, or the bare winner, by `PROOF`.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.answer_forms import in_forms, strength
from cj_assessment_service.cj_core_logic.scoring.answers import Answers, sums_at
from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.expectation_propagation import left_out
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.learning import Learned, learned
from cj_assessment_service.cj_core_logic.scoring.spread import most_likely
from cj_assessment_service.cj_core_logic.scoring.terms import own_terms
from cj_assessment_service.domain.policies import ScoringPolicy
from cj_assessment_service.domain.scores import EvidenceForm

PROOF = 3.0
"""Nats: odds of 20 to 1 (strong evidence in the words of Kass & Raftery 1995, JASA 90, 773-795)."""

Forms = tuple[EvidenceForm, ...]

_GRADED = (EvidenceForm.LEVELS, EvidenceForm.PROBABILITIES, EvidenceForm.CONFIDENCE)


def in_earned_forms(judgements: Judgements, policy: ScoringPolicy) -> Judgements:
    """The judgements with settled `scales`; they stay as they are where that has been done."""
    if judgements.scales:
        return judgements
    group = _groups(judgements, policy)
    choices = _choices(judgements, group)
    if all(len(open_to) == 1 for open_to in choices):
        return in_forms(judgements, group, [open_to[0] for open_to in choices])
    return _learned_best(judgements, group, choices, policy).judgements


def learned_in_earned_forms(judgements: Judgements, policy: ScoringPolicy) -> Learned:
    """The same with what was learned from them."""
    if judgements.scales:
        return learned(judgements, policy)
    group = _groups(judgements, policy)
    return _learned_best(judgements, group, _choices(judgements, group), policy)


def _learned_best(
    judgements: Judgements, group: IntArray, choices: Sequence[Forms], policy: ScoringPolicy
) -> Learned:
    """Every form is tried by all groups open to it at once, while the others keep to the one that needs no proof."""
    tried: dict[Forms, Learned] = {}
    for form in EvidenceForm:
        forms = tuple(form if form in open_to else open_to[0] for open_to in choices)
        if any(form in open_to for open_to in choices) and forms not in tried:
            tried[forms] = learned(in_forms(judgements, group, forms), policy)
    best = _best(choices, tried, group) if len(tried) > 1 else next(iter(tried))
    return tried[best] if best in tried else learned(in_forms(judgements, group, best), policy)


def _groups(judgements: Judgements, policy: ScoringPolicy) -> IntArray:
    """Judges who choose their form together, because there are too few decisions of each."""
    decisions = sums_at(judgements.judge, np.ones(len(judgements)), len(judgements.judges))
    own = own_terms(decisions, policy)
    return np.unique(np.where(own, np.cumsum(own), 0), return_inverse=True)[1].astype(np.intp)


def _choices(judgements: Judgements, group: IntArray) -> tuple[Forms, ...]:
    """The forms open to each group: first the one that needs no proof."""
    rows = group[judgements.judge]
    open_to: list[list[EvidenceForm]] = [[] for _ in range(int(group.max()) + 1)]
    for form in _GRADED:
        said = strength(judgements, form)
        for number, forms in enumerate(open_to):
            if np.unique(said[(rows == number) & np.isfinite(said)]).size > 1:
                forms.append(form)
    return tuple(map(_with_first, open_to))


def _with_first(given: Sequence[EvidenceForm]) -> Forms:
    if not given or given[0] is EvidenceForm.LEVELS:
        return tuple(given) or (EvidenceForm.LEVELS,)
    return (EvidenceForm.WINNER, *given)


def _best(choices: Sequence[Forms], tried: Mapping[Forms, Learned], group: IntArray) -> Forms:
    """For each group the form of the highest score; of equal ones the first."""
    gains = {forms: _gains(found, group) for forms, found in tried.items()}
    best = []
    for number, open_to in enumerate(choices):
        needs_no_proof = open_to[0]
        worth = {
            form: next(float(gain[number]) for forms, gain in gains.items() if forms[number] is form)
            - (0.0 if form is needs_no_proof else PROOF)
            for form in open_to
        }
        best.append(max(open_to, key=worth.__getitem__))
    return tuple(best)


def _gains(found: Learned, group: IntArray) -> FloatArray:
    """The score of each group under the most likely spread, shape (groups,); what all forms have in common is left out."""
    answers = found.model.answers
    counts = (answers.level > 0) & (found.model.terms.grading[answers.judge] > 0.0)
    score = left_out(found.model, most_likely(found.model, found.posterior))
    score -= np.where(counts, answers.weight * _log_shares(answers, group), 0.0)
    return sums_at(group[answers.judge], score, int(group.max()) + 1)


def _log_shares(answers: Answers, group: IntArray) -> FloatArray:
    """Of each row's level among those of its group; of no meaning where there is none."""
    levels = int(answers.level.max(initial=0)) + 1
    place = group[answers.judge] * levels + answers.level
    mass = sums_at(place, answers.weight, (int(group.max()) + 1) * levels)
    graded = mass.reshape(-1, levels)[:, 1:].sum(axis=1)
    return np.asarray(np.log(mass[place] / np.maximum(graded[group[answers.judge]], 1e-12)))
