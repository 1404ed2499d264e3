"""What the model found out about judges, in words."""

from cj_assessment_service.domain.scores import GradingUse, JudgeFlag

FLAG_WORDS = {
    JudgeFlag.NEAR_RANDOM: "decides close to chance and counts for little",
    JudgeFlag.POSITION_BIAS: "favours one side",
    JudgeFlag.MISFIT: "contradicts the others more than chance explains",
    JudgeFlag.LEVELS_IGNORED: "its levels say nothing, so only the winner counts",
    JudgeFlag.FEW_DECISIONS: "too few decisions to say much",
}

GRADING_WORDS = {
    GradingUse.NONE_GIVEN: "none given",
    GradingUse.USED: "used",
    GradingUse.IGNORED: "ignored",
}
