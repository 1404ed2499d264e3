"""Compose, Kubernetes, Prometheus and Grafana fit the service they start and watch."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest
from click import Command, Context
from click.testing import CliRunner

from cj_assessment_service.cli.main import cj
from cj_assessment_service.tests.unit.deploy.places import (
    ALERTS,
    DASHBOARD,
    DEPLOY,
    PREFIX,
    ROOT,
    documents,
    documents_in,
    samples,
    variables,
    yaml_files,
)
from cj_assessment_service.wire import topics

OUR_METRIC = re.compile(r"\b(?:huleedu_cj_|cj_|kafka_message_)[a-z0-9_]+")
OUR_VARIABLE = re.compile(r"\bCJ_(?:ASSESSMENT_SERVICE_[A-Z_]+|DATABASE_URL|DATA_DIR|LOCAL_ONLY)\b")
TOPIC = re.compile(r"\bhuleedu\.[a-z0-9_.]+\.v\d+(?:\.dead-letter)?")
KNOWN_TOPICS = frozenset(
    value for value in vars(topics).values() if isinstance(value, str) and value.startswith("huleedu.")
)
Node = Mapping[str, object]


def files() -> list[Path]:
    return sorted(path for path in DEPLOY.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", yaml_files(), ids=lambda path: path.relative_to(DEPLOY).as_posix())
def test_every_yaml_file_can_be_read(path: Path) -> None:
    assert list(documents(path))


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(DEPLOY).as_posix())
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(OUR_VARIABLE.findall(path.read_text(encoding="utf-8")))
    assert named <= variables()


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(DEPLOY).as_posix())
def test_every_topic_that_is_named_exists(path: Path) -> None:
    named = {
        each.removesuffix(topics.DEAD_LETTER_SUFFIX)
        for each in TOPIC.findall(path.read_text(encoding="utf-8"))
    }
    assert named <= KNOWN_TOPICS


def test_compose_makes_every_topic() -> None:
    made = set(TOPIC.findall((DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    assert made >= KNOWN_TOPICS


def commands() -> Iterator[list[str]]:
    """What containers of ours are started with."""
    compose = next(documents(DEPLOY / "compose.yaml"))
    for service in cast("Mapping[str, Node]", compose["services"]).values():
        if service.get("image") == "cj-assessment-service":
            yield cast("list[str]", service["command"])
    for path in sorted((DEPLOY / "kubernetes" / "base").glob("*.yaml")):
        yield from (cast("list[str]", node["args"]) for node in containers_of(path))


def containers_of(path: Path) -> Iterator[Node]:
    for document in documents(path):
        template = cast("Mapping[str, Mapping[str, Node]]", document.get("spec", {})).get("template")
        if template is not None:
            yield from cast("list[Node]", template["spec"]["containers"])


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_every_command_is_one_of_the_command_line(command: list[str]) -> None:
    context = Context(cj)
    found: Command = cj
    rest = list(command)
    while rest and hasattr(found, "get_command"):
        found = found.get_command(context, rest.pop(0))
        assert found is not None, command
    found.make_context("cj", rest, resilient_parsing=False).close()


def test_the_command_of_the_image_exists() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    entry, usual = (
        json.loads(re.findall(rf"^{word} (\[.*\])$", dockerfile, re.MULTILINE)[0])
        for word in ("ENTRYPOINT", "CMD")
    )
    assert entry == ["cj"]
    assert CliRunner().invoke(cj, [*usual, "--help"]).exit_code == 0


def test_the_image_runs_as_nobody_in_particular_and_builds_from_the_lock() -> None:
    last_stage = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").split("\nFROM ")[-1]
    assert re.search(r"^USER 10001$", last_stage, re.MULTILINE)
    assert "HEALTHCHECK" in last_stage
    assert "pdm" not in last_stage
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {"!pdm.lock", "!services", "!examples"} <= set(ignored)


def expressions() -> Iterator[tuple[str, str]]:
    for group in cast("list[Node]", next(documents(ALERTS))["groups"]):
        for rule in cast("list[Mapping[str, str]]", group["rules"]):
            yield rule["alert"], rule["expr"]
    for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]


@pytest.mark.parametrize(("title", "expression"), list(expressions()))
def test_every_metric_of_alerts_and_dashboard_is_scraped_under_that_name(title: str, expression: str) -> None:
    named = set(OUR_METRIC.findall(re.sub(r'"[^"]*"', '""', expression)))
    assert named or "process_" in expression or "up{" in expression, title
    assert named <= samples()


def test_the_dashboard_shows_what_was_promised() -> None:
    shown = " ".join(expression for _, expression in expressions())
    for metric in (
        "cj_batch_state", "cj_callbacks_processed_total", "cj_callback_latency_seconds_bucket", "cj_outbox_lag_seconds",
        "cj_consumer_lag", "cj_failed_comparisons_total", "cj_llm_cost_usd_total",
    ):  # fmt: skip
        assert metric in shown


def test_panels_lie_side_by_side_and_have_ids_of_their_own() -> None:
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool comes with Prometheus")
def test_prometheus_takes_its_configuration() -> None:
    done = subprocess.run(
        ["promtool", "check", "config", DEPLOY / "prometheus" / "prometheus.yml"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["base", "keda"])
@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl builds kustomizations")
def test_kustomizations_can_be_built(name: str) -> None:
    folder = DEPLOY / "kubernetes" / name
    done = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kinds = [document["kind"] for document in documents_in(done.stdout)]
    assert kinds.count("Deployment") == kinds.count("PodDisruptionBudget") == 5
    assert kinds.count("ScaledObject") == (2 if name == "keda" else 0)


def test_every_pod_is_probed_where_it_listens_and_bounded_in_memory() -> None:
    ports = next(documents(DEPLOY / "kubernetes" / "base" / "configuration.yaml"))["data"]
    assert isinstance(ports, dict)
    for part in ("service", "consumer", "relay", "monitor", "worker"):
        (container,) = containers_of(DEPLOY / "kubernetes" / "base" / f"{part}.yaml")
        port = cast("list[Mapping[str, int]]", container["ports"])[0]["containerPort"]
        setting = "HTTP_PORT" if part == "service" else "METRICS_PORT"
        assert str(port) == ports[PREFIX + setting]
        assert {"livenessProbe", "readinessProbe", "startupProbe", "resources"} <= container.keys()
