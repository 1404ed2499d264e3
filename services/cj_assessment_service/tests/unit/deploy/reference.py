"""Writes what operators look up, from the code itself: `python -m cj_assessment_service.tests.unit.deploy.reference`."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import get_args

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase
from pydantic.fields import FieldInfo

from cj_assessment_service.config import Settings
from cj_assessment_service.metrics import Metrics
from cj_assessment_service.tests.unit.deploy.places import ROOT, variable_of

SETTINGS, METRICS = ROOT / "docs" / "settings.md", ROOT / "docs" / "metrics.md"

SETTINGS_HEAD = """# Settings

Every setting is a variable of the environment. Written by `python -m cj_assessment_service.tests.unit.deploy.reference`
from `config.py`; a test fails when the two differ.

| Variable | Usually | Meaning |
|---|---|---|
"""
METRICS_HEAD = """# Metrics

All that `/metrics` shows, besides the usual figures of the process. Written by
`python -m cj_assessment_service.tests.unit.deploy.reference` from `metrics.py`; a test fails when the two differ. What is
counted is counted once, when it is recorded; labels never hold ids. [What to do about them](operations.md).
"""


def settings_page() -> str:
    return SETTINGS_HEAD + "".join(
        f"| `{variable_of(name)}` | {_usual(field)} | {_meaning(field)} |\n"
        for name, field in Settings.model_fields.items()
    )


def metrics_page() -> str:
    metrics = Metrics(CollectorRegistry())
    groups = [group for group in vars(metrics).values() if not isinstance(group, CollectorRegistry)]
    return METRICS_HEAD + "".join(_group(group) for group in groups)


def _meaning(field: FieldInfo) -> str:
    choices = _choices(field.annotation)
    meaning = (field.description or "").replace("|", "\\|")
    return f"{meaning} One of {', '.join(f'`{choice}`' for choice in choices)}." if choices else meaning


def _choices(annotation: object) -> list[str]:
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return [member.value for member in annotation]
    return [choice for choice in get_args(annotation) if isinstance(choice, str)]


def _usual(field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True)
    if default is None or default == {}:
        return "–"
    return f"`{getattr(default, 'value', default)}`"


def _group(group: object) -> str:
    title = type(group).__name__.removesuffix("Metrics")
    said = " ".join((type(group).__doc__ or "").split())
    rows = "".join(_row(each) for each in vars(group).values() if isinstance(each, MetricWrapperBase))
    return f"\n## {title}\n\n{said}\n\n| Metric | Type | Labels | Meaning |\n|---|---|---|---|\n{rows}"


def _row(metric: MetricWrapperBase) -> str:
    suffix = "_total" if metric._type == "counter" else ""
    labels = ", ".join(metric._labelnames) or "–"
    return f"| `{metric._name}{suffix}` | {metric._type} | {labels} | {metric._documentation} |\n"


def pages() -> Iterator[tuple[Path, str]]:
    yield SETTINGS, settings_page()
    yield METRICS, metrics_page()


if __name__ == "__main__":
    for path, page in pages():
        path.write_text(page, encoding="utf-8")
