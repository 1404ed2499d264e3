"""The clock of the machine."""

from datetime import UTC, datetime

from cj_assessment_service.domain.clock import Clock


class SystemClock(Clock):
    def now(self) -> datetime:
        return datetime.now(UTC)
