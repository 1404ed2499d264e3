"""The one number Kafka keeps never runs ahead of what is done."""

from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cj_assessment_service.implementations.kafka.partition_offsets import PartitionOffsets

LAST = 12
START = 3


@dataclass(slots=True)
class Log:
    """A partition with gaps, as a reader goes through it."""

    offsets: tuple[int, ...] = tuple(offset for offset in range(START, START + LAST) if offset % 5)
    position: int = 0
    done: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)


class ConfirmedInAnyOrder(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.log = Log()
        self.offsets = PartitionOffsets(self.log.offsets[0])

    @precondition(lambda self: self.log.position < len(self.log.offsets))
    @rule()
    def read_one(self) -> None:
        offset = self.log.offsets[self.log.position]
        self.log.position += 1
        assert self.offsets.arrive(offset) == (offset not in self.log.done)
        if offset not in self.log.done:
            self.log.waiting.add(offset)

    @rule(offsets=st.sets(st.integers(START, START + LAST), max_size=4))
    def confirm_some(self, offsets: set[int]) -> None:
        self.offsets.confirm(offsets)
        self.log.done |= offsets & self.log.waiting
        self.log.waiting -= offsets

    @rule()
    def go_back(self) -> None:
        self.offsets.rewind()
        self.log.waiting.clear()
        self.log.position = sum(offset < self.offsets.frontier for offset in self.log.offsets)

    @rule()
    def read_again_what_was_given_up(self) -> None:
        if self.log.position:
            assert not self.offsets.arrive(self.log.offsets[self.log.position - 1])

    @invariant()
    def everything_before_the_frontier_is_done(self) -> None:
        assert {offset for offset in self.log.offsets if offset < self.offsets.frontier} <= self.log.done

    @invariant()
    def the_frontier_has_passed_all_that_is_done_without_a_gap(self) -> None:
        read = self.log.offsets[: self.log.position]
        beyond = [offset for offset in read if offset >= self.offsets.frontier]
        assert not beyond or beyond[0] not in self.log.done


TestConfirmedInAnyOrder = ConfirmedInAnyOrder.TestCase
