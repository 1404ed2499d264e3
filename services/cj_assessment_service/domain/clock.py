"""Time comes in from outside."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of the present."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...
