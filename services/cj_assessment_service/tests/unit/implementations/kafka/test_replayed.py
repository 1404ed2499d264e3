"""What was sent again is remembered in a few bytes."""

from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.implementations.kafka.replayed import LONGEST_NOTE, ReplayedOffsets


@given(st.lists(st.integers(0, 60)))
def test_whatever_the_order_everything_added_is_remembered_and_nothing_else(added: list[int]) -> None:
    replayed = ReplayedOffsets(0)
    for offset in added:
        replayed = replayed.adding(offset)
    again = ReplayedOffsets.read(replayed.first, replayed.note())
    assert [offset in again for offset in range(62)] == [offset in set(added) for offset in range(62)]


def test_what_a_prefix_covers_costs_no_byte() -> None:
    replayed = ReplayedOffsets(4)
    for offset in (6, 5, 4):
        replayed = replayed.adding(offset)
    assert (replayed.first, replayed.note()) == (7, "")


def test_a_note_that_would_be_too_long_forgets_the_last_ones_only() -> None:
    many = ReplayedOffsets(0, frozenset(range(1, 4_000, 2)))
    again = ReplayedOffsets.read(0, many.note())
    assert len(many.note()) <= LONGEST_NOTE
    assert again.beyond < many.beyond
    assert max(again.beyond) < min(many.beyond - again.beyond)
