"""A simulation in words."""

import math

from cj_assessment_service.domain.simulations import Grading, JudgeModel, Need, Soft, StrategySummary


def need_words(need: Need) -> str:
    """The median and the range of the comparisons per essay, for example `14.1 (12.0–16.3)`."""
    least, median, most = (
        f"{cpe:.1f}" if math.isfinite(cpe) else "never" for cpe in (need.least, need.median, need.most)
    )
    return "never" if least == "never" else f"{median} ({least}–{most})"


def judge_words(judge: JudgeModel) -> str:
    """What is special about the judge."""
    said = []
    if judge.levels > 2:
        worth = "" if judge.grading is Grading.FULL else f", {judge.grading.value}"
        said.append(f"{judge.levels} levels of answer{worth}")
    if judge.soft is not Soft.NONE:
        said.append(f"{judge.soft.value} probabilities")
    if judge.confidence is not None:
        said.append(
            "confidence" if judge.confidence is Grading.FULL else f"{judge.confidence.value} confidence"
        )
    if judge.bias:
        said.append(f"position bias {judge.bias:+.2g} logits")
    if judge.error:
        said.append(f"{judge.error:.0%} of answers reversed")
    if judge.discrimination != 1:
        said.append(f"discrimination {judge.discrimination:.2g}")
    if judge.ties:
        said.append(f"{judge.ties:.0%} ties between equals")
    return ", ".join(said) or "answers by the model alone"


def stop_words(summary: StrategySummary) -> str:
    """When the batches would have ended by themselves, and what their scores were worth then."""
    stop = summary.stop
    if stop is None:
        return "never"
    return (
        f"{stop.stopped} of {stop.runs} runs, at {stop.cpe:.1f}; true r² {stop.r_squared:.2f}"
        f" (9 in 10 above {stop.r_squared_low:.2f})"
    )
