"""What the model found out about judges, in words."""

from cj_assessment_service.domain.scores import EvidenceForm, GradingUse, JudgeFlag, JudgeTerms

FLAG_WORDS = {
    JudgeFlag.NEAR_RANDOM: "decides close to chance and counts for little",
    JudgeFlag.POSITION_BIAS: "favours one side",
    JudgeFlag.MISFIT: "contradicts the others more than chance explains",
    JudgeFlag.LEVELS_IGNORED: "its levels say nothing, so only the winner counts",
    JudgeFlag.FEW_DECISIONS: "too few decisions to say much",
}

FORM_WORDS = {
    EvidenceForm.WINNER: "the winner",
    EvidenceForm.LEVELS: "winner and level",
    EvidenceForm.PROBABILITIES: "winner and probability",
    EvidenceForm.CONFIDENCE: "winner and confidence",
}

_LEFT_OUT_WORDS = {
    GradingUse.NONE_GIVEN: "",
    GradingUse.USED: "",
    GradingUse.IGNORED: " (levels say nothing)",
    GradingUse.UNPROVEN: " (more is not proven to help)",
}


def what_counts(terms: JudgeTerms) -> str:
    """What of the judge's answers the scale is made of."""
    return FORM_WORDS[terms.form] + _LEFT_OUT_WORDS[terms.grading_use]
