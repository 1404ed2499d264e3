"""What happens after a wave: one of four actions, each naming the rule that chose it."""

from dataclasses import dataclass

from cj_assessment_service.domain.batches import BatchStatus, StopReason


@dataclass(frozen=True, slots=True)
class WaitForAnswers:
    """Questions are still out; nothing is decided."""

    pending: int


@dataclass(frozen=True, slots=True)
class RequestMore:
    """Plan and send another wave of at most `limit` comparisons."""

    limit: int


@dataclass(frozen=True, slots=True)
class Finalise:
    """Store scores and grades; `reason` and `status` tell the truth about why."""

    reason: StopReason
    status: BatchStatus


@dataclass(frozen=True, slots=True)
class Fail:
    """End without a result."""

    reason: StopReason
    detail: str


Decision = WaitForAnswers | RequestMore | Finalise | Fail
