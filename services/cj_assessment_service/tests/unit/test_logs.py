"""How log lines look, and what they never hold."""

import io
import json
import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider

from cj_assessment_service.implementations.telemetry import logger
from cj_assessment_service.implementations.tracing import Tracing
from cj_assessment_service.logs import OURS, configure_logs
from cj_assessment_service.tests.fixtures.marks import TEXT_MARK, found_in


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Logging belongs to the whole process of the tests."""
    root, ours = logging.root, logging.getLogger(OURS)
    before = (root.handlers[:], root.level, ours.level)
    yield
    logging.captureWarnings(capture=False)
    root.handlers, root.level = before[0], before[1]
    ours.setLevel(before[2])


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_its_fields_and_those_of_the_work_around_it() -> None:
    stream = io.StringIO()
    configure_logs("INFO", stream)
    with structlog.contextvars.bound_contextvars(batch=7, correlation_id="c"):
        logger.info("wave recorded", wave=2)
    (line,) = lines(stream)
    assert (line["event"], line["level"], line["logger"]) == ("wave recorded", "info", OURS)
    assert (line["batch"], line["correlation_id"], line["wave"]) == (7, "c", 2)
    assert str(line["timestamp"]).endswith("Z")


def test_a_line_names_the_span_it_was_written_in() -> None:
    stream = io.StringIO()
    configure_logs("INFO", stream)
    with Tracing(TracerProvider()).span("work"):
        logger.info("inside")
    logger.info("outside")
    inside, outside = lines(stream)
    assert len(str(inside["trace_id"])) == 32
    assert "trace_id" not in outside


def test_the_level_is_that_of_the_settings() -> None:
    stream = io.StringIO()
    configure_logs("WARNING", stream)
    logger.info("not heard")
    logger.warning("heard")
    assert [line["event"] for line in lines(stream)] == ["heard"]


@pytest.mark.parametrize("library", ["sqlalchemy.engine", "httpx2", "openai", "anthropic", "asyncio"])
def test_libraries_are_heard_from_warnings_on_in_the_same_form(library: str) -> None:
    stream = io.StringIO()
    configure_logs("DEBUG", stream)
    logging.getLogger(library).debug("what is sent: %s", TEXT_MARK)
    logging.getLogger(library).info("what is sent: %s", TEXT_MARK)
    logging.getLogger(library).warning("slow")
    (line,) = lines(stream)
    assert (line["event"], line["logger"]) == ("slow", library)


def test_warnings_become_lines() -> None:
    stream = io.StringIO()
    configure_logs("INFO", stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old habit", DeprecationWarning, stacklevel=1)
    (line,) = lines(stream)
    assert "old habit" in str(line["event"])


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()], ids=["file", "terminal"])
def test_a_traceback_shows_no_values(stream: io.StringIO) -> None:
    configure_logs("DEBUG", stream)
    essay = "a text with " + TEXT_MARK

    def fail(text: str) -> None:
        if text:
            raise ValueError

    try:
        fail(essay)
    except ValueError:
        logging.getLogger("library").exception("failed")
    assert "ValueError" in stream.getvalue()
    assert found_in(stream.getvalue()) == []


def test_a_terminal_gets_lines_for_people() -> None:
    stream = Terminal()
    configure_logs("INFO", stream)
    logger.info("wave recorded", wave=2)
    assert "wave recorded" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
