"""Spans of OpenTelemetry, joined across processes by the W3C trace context that travels in envelopes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pkgutil import resolve_name

from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider as RecordingTracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    Link,
    NoOpTracerProvider,
    SpanKind,
    StatusCode,
    TracerProvider,
    get_current_span,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

NAME = "cj_assessment_service"
TRACES_PATH = "/v1/traces"

Attribute = str | int
_W3C = TraceContextTextMapPropagator()


@dataclass(frozen=True, slots=True)
class Tracing:
    """Opens spans under the trace a piece of work belongs to. Without a recording provider nothing is kept, but the context
    of the requester is still passed on.
    """

    provider: TracerProvider

    @property
    def is_recording(self) -> bool:
        return not isinstance(self.provider, NoOpTracerProvider)

    @contextmanager
    def span(
        self,
        name: str,
        trace_parent: str | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Mapping[str, Attribute] | None = None,
    ) -> Iterator[None]:
        """Part of the trace `trace_parent` names: under the current span where that belongs to it too, else under the one
        named. Without one, under the current span. A fault is noted by its type; what it says may repeat a text.
        """
        with self._open(name, _parent(trace_parent), kind, attributes or {}, ()):
            yield

    @contextmanager
    def span_of_group(
        self, name: str, trace_parents: Sequence[str], attributes: Mapping[str, Attribute]
    ) -> Iterator[None]:
        """Work on messages together: part of their trace where they share one, else a trace of its own with links."""
        spans = [get_current_span(context_of(each)).get_span_context() for each in trace_parents]
        by_trace = {span.trace_id: span for span in spans if span.is_valid}
        shared = trace_parents[0] if trace_parents and len(by_trace) == 1 else None
        links = () if shared is not None else tuple(Link(span) for span in by_trace.values())
        with self._open(name, _parent(shared), SpanKind.CONSUMER, attributes, links):
            yield

    @contextmanager
    def _open(
        self,
        name: str,
        parent: Context | None,
        kind: SpanKind,
        attributes: Mapping[str, Attribute],
        links: Sequence[Link],
    ) -> Iterator[None]:
        tracer = self.provider.get_tracer(NAME)
        with tracer.start_as_current_span(
            name,
            context=parent,
            kind=kind,
            attributes=attributes,
            links=links,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except Exception as error:
                span.set_status(StatusCode.ERROR, type(error).__name__)
                raise


def current_trace_parent() -> str | None:
    """Of the span that is open here, as `traceparent` is written; None outside of any trace."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get("traceparent")


def context_of(trace_parent: str) -> Context:
    """Empty for what is no trace context: whoever sent it must not stop an assessment."""
    return _W3C.extract({"traceparent": trace_parent}, Context())


def _parent(trace_parent: str | None) -> Context | None:
    """None stands for the span that is open here."""
    if trace_parent is None:
        return None
    named = context_of(trace_parent)
    same = (
        get_current_span(named).get_span_context().trace_id == get_current_span().get_span_context().trace_id
    )
    return None if same else named


NO_TRACING = Tracing(NoOpTracerProvider())


def exporting_provider(endpoint: str, version: str) -> RecordingTracerProvider:
    """Sends spans to a collector that speaks OTLP over HTTP; `endpoint` is its base address. Shut it down to send the last
    ones.
    """
    # the exporter loads an HTTP client, and most processes export nothing
    exporter = resolve_name("opentelemetry.exporter.otlp.proto.http.trace_exporter:OTLPSpanExporter")
    provider = RecordingTracerProvider(
        resource=Resource.create({SERVICE_NAME: NAME, SERVICE_VERSION: version})
    )
    provider.add_span_processor(BatchSpanProcessor(exporter(endpoint=endpoint.rstrip("/") + TRACES_PATH)))
    return provider
