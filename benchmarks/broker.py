"""An Apache Kafka for benchmarks: the one at KAFKA_BOOTSTRAP, or one of their own, with empty topics."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cj_assessment_service.tests.faults.brokers import ApacheKafka

SCRIPTS = Path(__file__).parents[1] / "ci" / "kafka"


@contextmanager
def apache_kafka() -> Iterator[ApacheKafka]:
    """Its topics are emptied. Raises RuntimeError where none can be had."""
    if (address := os.environ.get("KAFKA_BOOTSTRAP")) is not None:
        yield ApacheKafka(address, process=None)
        return
    # its output is not waited for: the broker inherits what it is started with
    started = subprocess.run([SCRIPTS / "start"], stdout=subprocess.PIPE, text=True, check=False)
    if started.returncode != 0:
        raise RuntimeError("there is no Apache Kafka to measure with; what ci/kafka/start says is above")
    try:
        yield ApacheKafka(started.stdout.strip(), process=None)
    finally:
        subprocess.run([SCRIPTS / "stop"], check=True)
