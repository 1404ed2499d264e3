"""Writes the descriptions of all events: `python -m cj_assessment_service.wire.publish_contracts DIRECTORY`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from cj_assessment_service.wire.contracts import EVENT_CONTRACTS, Document, async_api, json_schema

API_VERSION = "1.0.0"
"""Of the contracts together: the first number rises when one of them breaks, the second when one grows."""

SCHEMAS = Path("schemas", "events")
ASYNC_API = Path("asyncapi.json")


def contract_files() -> Iterator[tuple[Path, str]]:
    """Where each description stands below the directory of the documentation, and its text."""
    for contract in EVENT_CONTRACTS:
        yield SCHEMAS / contract.file_name, _written(json_schema(contract))
    yield ASYNC_API, _written(async_api(EVENT_CONTRACTS, API_VERSION))


def publish(directory: Path) -> None:
    for place, text in contract_files():
        (directory / place).parent.mkdir(parents=True, exist_ok=True)
        (directory / place).write_text(text, encoding="utf-8")


def _written(document: Document) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    publish(Path(sys.argv[1]))
