"""Which messages of one partition are done, when they are confirmed in any order."""

from collections.abc import Iterable


class PartitionOffsets:
    """Kafka remembers one number for each partition: everything before it is done. `frontier` is that number, `first` what it was
    when reading began. What is confirmed beyond it is kept here, so that a message that is read again is not delivered again.
    """

    def __init__(self, frontier: int) -> None:
        self.first = self.frontier = frontier
        self._read_up_to = frontier
        self._waiting: dict[int, None] = {}
        self._done: set[int] = set()

    @property
    def has_waiting(self) -> bool:
        """Whether something was delivered and is not confirmed."""
        return bool(self._waiting)

    def arrive(self, offset: int) -> bool:
        """Whether the message is to be delivered. Offsets arrive in order, with gaps, and again after `rewind`; what comes
        out of order is left from a reading that was given up.
        """
        if offset < self._read_up_to:
            return False
        self._read_up_to = offset + 1
        if offset not in self._done:
            self._waiting[offset] = None
            return True
        self._advance()
        return False

    def confirm(self, offsets: Iterable[int]) -> None:
        """Those that are not waiting are ignored."""
        for offset in offsets:
            if offset in self._waiting:
                del self._waiting[offset]
                self._done.add(offset)
        self._advance()

    def rewind(self) -> None:
        """Everything from the frontier on will arrive again."""
        self._waiting.clear()
        self._read_up_to = self.frontier

    def _advance(self) -> None:
        self.frontier = next(iter(self._waiting), self._read_up_to)
        self._done = {offset for offset in self._done if offset >= self.frontier}
