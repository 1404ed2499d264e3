"""Which dead letters of one partition were sent again, in the few bytes that Kafka keeps beside a committed offset."""

from dataclasses import dataclass, replace
from typing import Self

LONGEST_NOTE = 4_000
"""Bytes; Kafka takes 4,096 unless told otherwise."""


@dataclass(frozen=True, slots=True)
class ReplayedOffsets:
    """Everything before `first`, and those `beyond` it."""

    first: int
    beyond: frozenset[int] = frozenset()

    def __contains__(self, offset: int) -> bool:
        return offset < self.first or offset in self.beyond

    def adding(self, offset: int) -> Self:
        beyond, first = set(self.beyond) | {offset}, self.first
        while first in beyond:
            first += 1
        return replace(self, first=first, beyond=frozenset(each for each in beyond if each > first))

    def note(self) -> str:
        """What `read` understands. Where it would be too long the last ones are left out, and can be sent once more."""
        ranges: list[list[int]] = []
        for offset in sorted(self.beyond):
            if ranges and ranges[-1][1] == offset - 1:
                ranges[-1][1] = offset
            else:
                ranges.append([offset, offset])
        note = ",".join(f"{start}-{end}" for start, end in ranges)
        return note if len(note) <= LONGEST_NOTE else note[:LONGEST_NOTE].rpartition(",")[0]

    @classmethod
    def read(cls, first: int, note: str) -> Self:
        beyond: set[int] = set()
        for each in filter(None, note.split(",")):
            start, _, end = each.partition("-")
            beyond.update(range(int(start), int(end) + 1))
        return cls(first, frozenset(beyond))
