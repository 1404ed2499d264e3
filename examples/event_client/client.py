"""An outside client of the assessment service: plain HTTP for the texts, plain Kafka for everything else.

Stores the texts of a folder, sends one request event, waits for the events about its batch and prints the ranking. Nothing
of the service is imported. How to run it and what the fields mean: docs/integration.md.
"""

import argparse
import csv
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

from confluent_kafka import Consumer, Producer

REQUESTED = "huleedu.els.cj_assessment.requested.v1"
FAILED = "huleedu.cj_assessment.failed.v1"
RESULT = "huleedu.assessment.result.published.v1"


def post(options: argparse.Namespace, path: str, body: dict[str, str]) -> str:
    """The storage id of the text."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {options.token}"}
    with urlopen(Request(options.service + path, json.dumps(body).encode(), headers), timeout=30) as answer:
        return str(json.load(answer)["storage_id"])


def request_event(options: argparse.Namespace, essays: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "event_id": str(uuid4()),  # the same id again is the same request again
        "event_type": REQUESTED,
        "event_timestamp": datetime.now(UTC).isoformat(),
        "source_service": "example_client",
        "correlation_id": str(uuid4()),  # comes back in every event about this batch
        "data": {
            "entity_id": options.batch,
            "essays_for_cj": essays,
            "language": options.language,
            "assignment_id": options.assignment,
            "user_id": "example-teacher",
            "org_id": options.organisation,
        },
        "metadata": {"max_comparisons": options.comparisons},
    }


def send(options: argparse.Namespace, event: dict[str, Any]) -> None:
    producer, failures = Producer({"bootstrap.servers": options.kafka, "enable.idempotence": True}), []
    producer.produce(
        REQUESTED,
        json.dumps(event).encode(),
        key=options.batch,
        on_delivery=lambda error, _: failures.append(error) if error else None,
    )
    if producer.flush(30) or failures:
        sys.exit(f"The request was not taken: {failures or 'no broker answered within 30 seconds'}")


def wait_for_result(options: argparse.Namespace, correlation_id: str) -> dict[str, Any]:
    """The data of the rich result; ends the program where the batch fails."""
    group = {"group.id": f"example-client-{correlation_id}", "auto.offset.reset": "earliest"}
    consumer = Consumer({"bootstrap.servers": options.kafka, "enable.auto.commit": False} | group)
    consumer.subscribe([FAILED, RESULT])
    until = time.monotonic() + options.timeout
    try:
        while time.monotonic() < until:
            message = consumer.poll(1.0)
            value = message.value() if message is not None and not message.error() else None
            if value is None:
                continue  # nothing new, or the client is connecting again
            event: dict[str, Any] = json.loads(value)
            if event["correlation_id"] != correlation_id:
                continue  # somebody else's batch
            if event["event_type"] == FAILED:
                sys.exit(f"The batch failed: {event['data']['error_info']['message']}")
            found: dict[str, Any] = event["data"]
            return found
    finally:
        consumer.close()
    sys.exit(f"Nothing was heard of the batch within {options.timeout:g} seconds.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("essays", type=Path, help="a folder of .txt files")
    parser.add_argument("--assignment", help="one that is configured; without it there are no grades")
    parser.add_argument("--anchors", type=Path, help="id,grade of texts to register as its anchors")
    parser.add_argument("--batch", default=f"example-{uuid4()}")
    parser.add_argument("--language", default="en")
    parser.add_argument("--organisation", help="as in the token")
    parser.add_argument("--comparisons", type=int, help="the most that may be asked")
    parser.add_argument("--service", default="http://127.0.0.1:9090")
    parser.add_argument("--kafka", default="127.0.0.1:9092")
    parser.add_argument("--token", default=os.environ.get("CJ_TOKEN", ""), help="of the role service")
    parser.add_argument("--timeout", type=float, default=600.0)
    options = parser.parse_args()

    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(options.essays.glob("*.txt"))}
    for row in csv.DictReader(options.anchors.open(encoding="utf-8")) if options.anchors else ():
        anchor = {"anchor_label": row["id"], "grade": row["grade"], "essay_text": texts[row["id"]]}
        post(options, "/api/v1/anchors/register", anchor | {"assignment_id": options.assignment})
    stored = {name: post(options, "/v1/contents", {"text": text}) for name, text in texts.items()}
    essays = [{"essay_id": name, "text_storage_id": storage_id} for name, storage_id in stored.items()]

    send(options, event := request_event(options, essays))
    for essay in wait_for_result(options, event["correlation_id"])["essay_results"]:
        grade = f"{essay['letter_grade'] or '-':>4}{'*' if essay['is_anchor'] else ' '}"
        print(
            f"{essay['rank']:>4} {grade} {essay['bt_score']:+.2f} ±{essay['bt_se']:.2f} {essay['essay_id']}"
        )


if __name__ == "__main__":
    main()
