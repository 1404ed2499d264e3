"""How log lines look: one JSON object each for machines, readable on a terminal; our own and those of libraries alike."""

import logging
from typing import TextIO

import structlog
from opentelemetry.trace import get_current_span
from structlog.typing import EventDict, Processor, WrappedLogger

OURS = "cj_assessment_service"


def configure_logs(level: str, stream: TextIO) -> None:
    """Replaces whatever was configured before.

    Libraries are heard from WARNING on, whatever `level` is: below that the database, the HTTP client and the providers'
    packages repeat what they send, and that is essays, prompts and names.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                structlog.contextvars.merge_contextvars,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _add_trace,
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(stream)],
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)
    logging.captureWarnings(capture=True)


def _rendering(stream: TextIO) -> tuple[Processor, ...]:
    """Tracebacks without the values of variables, which hold texts."""
    if stream.isatty():
        return (structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),)
    return (structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False))


def _add_trace(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    span = get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"] = f"{span.trace_id:032x}"
        event["span_id"] = f"{span.span_id:016x}"
    return event
