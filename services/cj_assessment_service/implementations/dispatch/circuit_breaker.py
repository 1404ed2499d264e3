"""Whether a judge is worth asking at all (Nygard 2007, Release It!, "Circuit Breaker")."""

from dataclasses import dataclass


@dataclass(slots=True)
class CircuitBreaker:
    """Closed, everything passes. After `faults_to_open` faults in a row it is open and nothing passes for
    `cooldown_seconds`; then one question at a time may try, and the first that reaches the judge closes it. `now` is in
    seconds on any clock that only goes forward.
    """

    faults_to_open: int
    cooldown_seconds: float
    _faults: int = 0
    _tries_again_at: float | None = None
    _open_since: float | None = None

    @property
    def open_since(self) -> float | None:
        """None where it is closed."""
        return self._open_since

    def seconds_to_wait(self, now: float) -> float:
        """0 where a question may pass."""
        return 0.0 if self._tries_again_at is None else max(0.0, self._tries_again_at - now)

    def admits(self, now: float) -> bool:
        """Asked once for each question that is about to leave: of an open breaker's it admits one in each cool-down."""
        if self._tries_again_at is None:
            return True
        if now < self._tries_again_at:
            return False
        self._tries_again_at = now + self.cooldown_seconds
        return True

    def reached(self) -> None:
        """The judge said something, whatever it was."""
        self._faults, self._tries_again_at, self._open_since = 0, None, None

    def faulted(self, now: float) -> bool:
        """The judge could not be reached; True when that opened the breaker."""
        self._faults += 1
        if self._faults < self.faults_to_open or self._open_since is not None:
            return False
        self._tries_again_at, self._open_since = now + self.cooldown_seconds, now
        return True
