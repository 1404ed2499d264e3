"""Where texts must stay on this machine."""

from cj_assessment_service.domain.errors import RemoteJudgeRefused


def refuse_remote(judge: str, destination: str | None) -> None:
    """Raises RemoteJudgeRefused for a judge that has a destination, in other words sends the texts elsewhere."""
    if destination is not None:
        raise RemoteJudgeRefused(
            f"The judge {judge} would send the texts to {destination}, and they must stay on this machine. Name a judge"
            " that runs here, for example offline or openai:MODEL@http://localhost:11434/v1. If the texts may be shared,"
            " order it without --local-only, where CJ_LOCAL_ONLY is not set."
        )
