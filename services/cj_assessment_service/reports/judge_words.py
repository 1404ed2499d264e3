"""What was found out about judges, in words."""

from cj_assessment_service.domain.comparisons import AnswerRemark
from cj_assessment_service.domain.judge_summaries import BetweenJudges, JudgeKind, Yardstick
from cj_assessment_service.domain.results import AssessmentResult, QualityBlock
from cj_assessment_service.domain.scores import EvidenceForm, GradingUse, JudgeFlag, JudgeTerms
from cj_assessment_service.reports.wording import counted

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


KIND_WORDS = {
    JudgeKind.RECORDED: "recorded decisions",
    JudgeKind.LANGUAGE_MODEL: "language model",
    JudgeKind.OFFLINE: "surface features",
    JudgeKind.SIMULATED: "simulated",
}

REMARK_WORDS = {
    AnswerRemark.QUOTES_FENCE: "repeated the marks around the texts",
    AnswerRemark.ADDRESSES_WRITER: "spoke to a writer",
}

YARDSTICK_WORDS = {
    Yardstick.OTHERS: "others’ scale",
    Yardstick.ALL: "own scale",
}

ITSELF = (
    "One judge made all the decisions, so the reliability only says how well this judge agrees with itself. Whether another"
    " judge would see the same order is not known; a second judge would show it."
)


def judge_sentences(result: AssessmentResult) -> tuple[str, ...]:
    """How far other judges would see the same order, and who is excluded; empty where there is nothing to say."""
    found = []
    if result.quality is not None and result.quality.between_judges is not None:
        found.append(between_sentence(result.quality, result.quality.between_judges))
    if excluded := result.overview.excluded_judges:
        found.append(
            f"Excluded: {', '.join(excluded)}. What was decided there is kept and shown below, but does not count."
        )
    return tuple(found)


def between_sentence(quality: QualityBlock, between: BetweenJudges) -> str:
    """Whether the reliability is more than the agreement of one judge with itself."""
    if between.judges == 1:
        return ITSELF
    if between.correlation is None or between.limits is None or between.reliability is None:
        return (
            f"{counted(between.judges, 'judge')} made the decisions, but too few each for a scale of its own, so whether they"
            f" see the same order cannot be told.{_met_sentence(between)}"
        )
    low, high = between.limits
    return (
        f"{counted(between.judges, 'judge')} made the decisions. Taken apart, their scales correlate with"
        f" {between.correlation:.2f} ({low:.2f} to {high:.2f}) once chance is taken out; 1.00 would be the same order. Another"
        f" panel of such judges would confirm this order with a reliability of about {between.reliability:.2f}; for these"
        f" judges alone it is {quality.reliability:.2f}.{_met_sentence(between)}"
    )


def _met_sentence(between: BetweenJudges) -> str:
    meetings = sum(one.agreement.meetings for one in between.met)
    if not meetings:
        return ""
    equal = sum(one.agreement.meetings * one.agreement.equal for one in between.met) / meetings
    times = "once" if meetings == 1 else f"{meetings:,} times"
    return f" Two of them answered about the same pair {times}, and gave the same answer in {equal:.0%} of these cases."
