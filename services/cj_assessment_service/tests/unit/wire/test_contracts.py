"""The published descriptions of the events are current, and a change that breaks someone is noticed."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cj_assessment_service.tests.fixtures.schema_compatibility import breaking_changes
from cj_assessment_service.tests.unit.wire.test_published_events import EVERY_EVENT
from cj_assessment_service.wire import topics
from cj_assessment_service.wire.contracts import EVENT_CONTRACTS, EventContract, json_schema
from cj_assessment_service.wire.publish_contracts import contract_files, publish
from cj_assessment_service.wire.published_events import encode_event

DOCS = Path(__file__).parents[5] / "docs"
EVENTS = DOCS / "schemas" / "events"
BASELINE = EVENTS / "baseline"
REMEDY = "run: pdm run contracts"

contracts = pytest.mark.parametrize("contract", EVENT_CONTRACTS, ids=lambda contract: contract.name)


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_description_in_the_repository_is_current(tmp_path: Path) -> None:
    publish(tmp_path)
    for place, _ in contract_files():
        assert read(DOCS / place) == read(tmp_path / place), f"{place} is out of date; {REMEDY}"
    described = {place.name for place, _ in contract_files()}
    assert {path.name for path in EVENTS.glob("*.json")} <= described


@pytest.mark.parametrize("released", sorted(BASELINE.glob("*.json")), ids=lambda path: path.name)
def test_no_released_event_is_broken(released: Path) -> None:
    [contract] = [contract for contract in EVENT_CONTRACTS if contract.file_name == released.name]
    found = breaking_changes(read(released), json_schema(contract), contract.direction)
    assert not found, "give the event a new version instead:\n" + "\n".join(found)


@contracts
def test_every_event_is_in_the_baseline(contract: EventContract) -> None:
    assert (BASELINE / contract.file_name).exists(), (
        f"copy {contract.file_name} to {BASELINE} once it is settled"
    )


@contracts
def test_every_schema_is_one(contract: EventContract) -> None:
    Draft202012Validator.check_schema(json_schema(contract))


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: type(event).__name__)
def test_what_is_published_follows_its_schema(event: Any) -> None:
    message = encode_event(event).message
    [contract] = [contract for contract in EVENT_CONTRACTS if contract.topic == message.topic]
    Draft202012Validator(json_schema(contract), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        json.loads(message.value)
    )


class TestAsyncApi:
    document = read(DOCS / "asyncapi.json")

    def resolve(self, reference: str) -> Any:
        found = self.document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        return found

    def test_every_reference_leads_somewhere(self) -> None:
        def references(node: Any) -> list[str]:
            if isinstance(node, dict):
                own = [node["$ref"]] if "$ref" in node else []
                return own + [found for value in node.values() for found in references(value)]
            return [found for value in node for found in references(value)] if isinstance(node, list) else []

        found = references(self.document)
        assert found
        for reference in found:
            if reference.startswith("#/"):
                self.resolve(reference)
            else:
                assert (DOCS / reference).exists(), reference

    def test_it_has_what_version_3_demands(self) -> None:
        assert self.document["asyncapi"] == "3.0.0"
        assert {"title", "version"} <= self.document["info"].keys()
        for operation in self.document["operations"].values():
            assert operation["action"] in {"send", "receive"}
            channel = self.resolve(operation["channel"]["$ref"])
            for message in operation["messages"]:
                assert message["$ref"].startswith(operation["channel"]["$ref"])
                assert message["$ref"].rpartition("/")[2] in channel["messages"]

    def test_every_topic_has_a_channel_and_every_topic_we_read_one_for_dead_letters(self) -> None:
        addresses = {channel["address"] for channel in self.document["channels"].values()}
        received = {c.topic for c in EVENT_CONTRACTS if c.direction.is_read}
        assert addresses == {c.topic for c in EVENT_CONTRACTS} | {
            topic + topics.DEAD_LETTER_SUFFIX for topic in received
        }
