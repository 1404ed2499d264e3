"""The check that stands between a change of an event and those who write or read it."""

from typing import Any

import pytest

from cj_assessment_service.tests.fixtures.schema_compatibility import breaking_changes
from cj_assessment_service.wire.contracts import Direction

RECEIVED, PUBLISHED, INTERNAL = Direction
TEXT, NUMBER, WHOLE, NOTHING = (
    {"type": "string"},
    {"type": "number"},
    {"type": "integer"},
    {"type": "null"},
)


def message(required: tuple[str, ...] = (), **fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(required)}


OLD = message(("id",), id=TEXT, note={"anyOf": [TEXT, NOTHING]}, mark={"enum": ["A", "B"], "type": "string"})


def changed(required: tuple[str, ...] = ("id",), **fields: Any) -> dict[str, Any]:
    return message(required, **(OLD["properties"] | fields))


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(
    "new",
    [OLD, changed(more=TEXT), OLD | {"title": "Renamed", "description": "Said better."}],
    ids=["nothing", "a new optional field", "other words"],
)
def test_what_breaks_nobody(new: dict[str, Any], direction: Direction) -> None:
    assert breaking_changes(OLD, new, direction) == ()


@pytest.mark.parametrize(
    ("new", "direction"),
    [
        (changed(()), RECEIVED),
        (changed(("id", "note")), PUBLISHED),
        (changed(mark={"enum": ["A", "B", "C"], "type": "string"}), RECEIVED),
        (changed(mark={"enum": ["A"], "type": "string"}), PUBLISHED),
        (changed(note=TEXT), PUBLISHED),
        (changed(id={"anyOf": [TEXT, WHOLE]}), RECEIVED),
        (changed(("id", "more"), more=TEXT), PUBLISHED),
    ],
    ids=[
        "we miss nothing any more",
        "a field is always there now",
        "one value more is taken",
        "one value less is written",
        "null is written no more",
        "one type more is taken",
        "a new field that is always there",
    ],
)
def test_what_one_side_may_do(new: dict[str, Any], direction: Direction) -> None:
    assert breaking_changes(OLD, new, direction) == ()


@pytest.mark.parametrize(
    ("new", "direction", "said"),
    [
        (
            message(("id",), id=TEXT, mark=OLD["properties"]["mark"]),
            RECEIVED,
            "message.note: the field is gone",
        ),
        (
            message(("id",), id=TEXT, mark=OLD["properties"]["mark"]),
            PUBLISHED,
            "message.note: the field is gone",
        ),
        (changed(id=WHOLE), RECEIVED, "string is written where integer"),
        (changed(id=WHOLE), PUBLISHED, "integer is written where string"),
        (changed(("id", "note")), RECEIVED, "message.note: it may be missing"),
        (changed(("id", "more"), more=TEXT), RECEIVED, "message.more: it may be missing"),
        (changed(()), PUBLISHED, "message.id: it may be missing"),
        (changed(mark={"enum": ["A"], "type": "string"}), RECEIVED, "'B' would not be expected"),
        (changed(mark={"enum": ["A", "B", "C"], "type": "string"}), PUBLISHED, "'C' would not be expected"),
        (changed(mark=TEXT), PUBLISHED, "any value would not be expected"),
        (changed(note=TEXT), RECEIVED, "null is written where string"),
        (changed(id={"anyOf": [TEXT, NOTHING]}), PUBLISHED, "null is written where string"),
        (changed(id=TEXT | {"maxLength": 5}), RECEIVED, "maxLength 5 is not kept"),
        (changed(id=TEXT | {"pattern": "^a"}), RECEIVED, "pattern ^a is not kept"),
        (changed(id=TEXT | {"format": "uuid"}), RECEIVED, "format uuid is not kept"),
        (OLD | {"additionalProperties": False}, RECEIVED, "additionalProperties are written"),
        (changed(mark={"enum": ["A"], "type": "string"}), INTERNAL, "'B' would not be expected"),
        (changed(mark={"enum": ["A", "B", "C"], "type": "string"}), INTERNAL, "'C' would not be expected"),
    ],
)
def test_what_breaks_someone(new: dict[str, Any], direction: Direction, said: str) -> None:
    found = breaking_changes(OLD, new, direction)
    assert any(said in line for line in found), found


def test_bounds_may_be_loosened_where_we_read_and_tightened_where_we_write() -> None:
    tight, loose = (message(n=WHOLE | {"minimum": low, "maximum": high}) for low, high in ((1, 5), (0, 9)))
    assert breaking_changes(tight, loose, RECEIVED) == breaking_changes(loose, tight, PUBLISHED) == ()
    assert (
        len(breaking_changes(loose, tight, RECEIVED)) == len(breaking_changes(tight, loose, PUBLISHED)) == 2
    )


def test_a_whole_number_is_a_number_but_not_the_other_way() -> None:
    whole, number = message(n=WHOLE), message(n=NUMBER)
    assert breaking_changes(whole, number, RECEIVED) == ()
    assert breaking_changes(whole, number, PUBLISHED) != ()


def test_changes_are_found_behind_references_in_lists_and_in_maps() -> None:
    def nested(leaf: dict[str, Any]) -> dict[str, Any]:
        return message(
            many={"type": "array", "items": {"$ref": "#/$defs/Leaf"}},
            named={"type": "object", "additionalProperties": {"$ref": "#/$defs/Leaf"}},
        ) | {"$defs": {"Leaf": message(("x",), x=leaf)}}

    found = breaking_changes(nested(TEXT), nested(WHOLE), RECEIVED)
    assert [line.partition(":")[0] for line in found] == ["message.many.[].x", "message.named.[].x"]
    assert breaking_changes(nested(TEXT), nested(TEXT), RECEIVED) == ()


def test_an_alternative_that_goes_away_is_named_by_its_nearest_kin() -> None:
    old = message(part={"anyOf": [message(("a",), a=TEXT), NOTHING]})
    new = message(part={"anyOf": [message(("a",), a=WHOLE), NOTHING]})
    assert breaking_changes(old, new, RECEIVED) == (
        "message.part.a: string is written where integer is expected",
    )


def test_what_the_check_does_not_understand_is_no_silent_pass() -> None:
    with pytest.raises(ValueError, match="oneOf"):
        breaking_changes(message(n={"oneOf": [TEXT]}), message(n=TEXT), RECEIVED)
