"""Where things are, and what they may name."""

from collections.abc import Iterator
from pathlib import Path

import yaml
from prometheus_client import CollectorRegistry

from cj_assessment_service.config import Settings
from cj_assessment_service.metrics import Metrics

ROOT = Path(__file__).parents[5]
DEPLOY = ROOT / "deploy"
ALERTS = DEPLOY / "prometheus" / "alerts.yml"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "cj-assessment.json"
PREFIX = "CJ_ASSESSMENT_SERVICE_"

_SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}


def variable_of(name: str) -> str:
    """How the environment calls a setting."""
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else PREFIX + name.upper()


def variables() -> frozenset[str]:
    return frozenset(variable_of(name) for name in Settings.model_fields)


def samples() -> frozenset[str]:
    """The names under which our metrics are scraped."""
    registry = CollectorRegistry()
    Metrics(registry)
    return frozenset(
        family.name + suffix for family in registry.collect() for suffix in _SUFFIXES[family.type]
    )


def documents(path: Path) -> Iterator[dict[str, object]]:
    """Of a file of YAML."""
    return documents_in(path.read_text(encoding="utf-8"))


def documents_in(text: str) -> Iterator[dict[str, object]]:
    for document in yaml.safe_load_all(text):
        assert isinstance(document, dict), text[:100]
        yield document


def yaml_files() -> list[Path]:
    return sorted((*DEPLOY.rglob("*.yaml"), *DEPLOY.rglob("*.yml")))
