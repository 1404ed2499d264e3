"""`cj admin batches`, against a double that answers as the service does, and as a later one might."""

import json
from pathlib import Path

import pytest

from cj_assessment_service.tests.fixtures.http_double import HttpCall, HttpDouble, HttpReply
from cj_assessment_service.tests.integration.command_line import Said, run_command

BATCH = {
    "id": 12,
    "assignment_id": "summer",
    "essays_loaded": 30,
    "stop_reason": "cancelled",
    "detail": "The teacher wished it.",
    "created_at": "2026-11-02T10:00:00Z",
    "progress": {"status": "CANCELLED", "completed": 40, "budget": 240, "reliability": 0.814, "wave": 3},
    "a_field_of_a_later_version": [1, 2],
}


class Batches(HttpDouble):
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(self._answer_call)

    def _answer_call(self, call: HttpCall) -> HttpReply:
        self.asked.append(f"{call.method} {call.path}")
        if call.path.endswith("/rerun"):
            return HttpReply(202, json.dumps(BATCH | {"id": 13}))
        if call.method == "POST":
            return HttpReply(202, "")
        found = {"items": [BATCH, {"id": 11}], "next_before": 11} if "/12" not in call.path else BATCH
        return HttpReply(200, json.dumps(found))


def run(service: Batches, *arguments: str) -> Said:
    environment = {"CJ_ADMIN_BASE_URL": service.origin, "CJ_ADMIN_TOKEN": "any"}
    return run_command(environment, "admin", "batches", *arguments)


def test_batches_are_listed_whatever_is_known_of_them() -> None:
    with Batches() as service:
        said = run(service, "list")
        [first, second] = run(service, "list", "--before", "12", "--json").documents
    assert said.out.splitlines()[1].endswith("\tsummer\t30\t40\t0.81\tCANCELLED")
    assert said.out.splitlines()[2] == "11\t–\t–\t–\t–\t–\t–"
    assert said.out.splitlines()[3] == "There are more: --before 11"
    assert (first["a_field_of_a_later_version"], second["id"]) == ([1, 2], 11)
    assert service.asked == ["GET /v1/batches", "GET /v1/batches?before=12"]


def test_a_batch_is_shown_with_why_it_stopped() -> None:
    with Batches() as service:
        said = run(service, "show", "12")
    assert said.out.splitlines() == [
        "Batch 12: CANCELLED.",
        "Comparisons: 40 of 240.",
        "Reliability: 0.81.",
        "It stopped because of cancelled. The teacher wished it.",
    ]


@pytest.mark.parametrize(
    ("arguments", "route", "said"),
    [
        (("cancel", "12", "--yes"), "cancel", "Batch 12 is cancelled.\n"),
        (("finish-now", "12"), "finish-now", "Batch 12 finishes with what is judged.\n"),
        (("rerun", "12"), "rerun", "Batch 12 is assessed again, as batch 13.\n"),
    ],
)
def test_a_batch_obeys(arguments: tuple[str, ...], route: str, said: str) -> None:
    with Batches() as service:
        obeyed = run(service, *arguments)
    assert (obeyed.code, obeyed.out) == (0, said)
    assert service.asked == [f"POST /v1/batches/12/{route}"]


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_nothing_is_cancelled_without_a_yes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str
) -> None:
    said_no = tmp_path / "answer"
    said_no.write_text(answer, encoding="utf-8")
    with Batches() as service, said_no.open(encoding="utf-8") as keyboard:
        monkeypatch.setattr("sys.stdin", keyboard)
        assert run(service, "cancel", "12").code == 130
    assert service.asked == []
