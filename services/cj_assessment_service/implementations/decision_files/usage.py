"""What decisions took, from a file that says so."""

from pathlib import Path

from cj_assessment_service.domain.comparisons import JudgeUsage
from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.implementations.judges.recording import read_recording


def read_usage(path: Path) -> tuple[JudgeUsage, ...]:
    """None where the file is of another form, or says nothing of seconds, tokens or money."""
    try:
        usages = tuple(decision.verdict.usage for decision in read_recording(path))
    except InputRejected:
        return ()
    tells = any(
        usage.seconds or usage.prompt_tokens or usage.completion_tokens or usage.cost is not None
        for usage in usages
    )
    return usages if tells else ()
