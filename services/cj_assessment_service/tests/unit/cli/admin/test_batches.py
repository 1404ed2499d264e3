"""`cj admin batches`: what a batch is told, and that it is told nothing without being asked to."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.tests.fixtures.http_double import HttpCall, HttpDouble, HttpReply
from cj_assessment_service.tests.fixtures.results import a_result
from cj_assessment_service.tests.integration.command_line import Said, run_command
from cj_assessment_service.wire.batch_views import BatchView

OVERVIEW = a_result().overview


class Batches(HttpDouble):
    """Notes what it is asked. Obeys without a word, or where that leads to a new batch, with the new one."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(self._answer_call)

    def _answer_call(self, call: HttpCall) -> HttpReply:
        self.asked.append(f"{call.method} {call.path}")
        if call.method == "POST":
            return HttpReply(202, json.dumps({"id": 13, "whatever": []}) if "rerun" in call.path else "")
        number = BatchId(int(call.path.rpartition("/")[2]))
        identity = replace(OVERVIEW.identity, batch_id=number)
        return HttpReply(200, BatchView.of(replace(OVERVIEW, identity=identity)).model_dump_json())


def run(service: Batches, *arguments: str) -> Said:
    environment = {"CJ_ADMIN_BASE_URL": service.origin, "CJ_ADMIN_TOKEN": "any"}
    return run_command(environment, "admin", "batches", *arguments)


@pytest.mark.parametrize(
    ("arguments", "route", "shown", "said"),
    [
        (("cancel", "12", "--yes"), "cancel", 12, "Batch 12 is cancelled.\n"),
        (("finish-now", "12"), "finish-now", 12, "Batch 12 finishes with what is judged.\n"),
        (("rerun", "12"), "rerun", 13, "Batch 12 is assessed again, as batch 13.\n"),
    ],
)
def test_a_batch_obeys(arguments: tuple[str, ...], route: str, shown: int, said: str) -> None:
    with Batches() as service:
        obeyed = run(service, *arguments)
        [document] = run(service, *arguments, "--json").documents
    assert (obeyed.code, obeyed.out) == (0, said)
    assert service.asked == [f"POST /v1/batches/12/{route}", f"GET /v1/batches/{shown}"] * 2
    assert document["id"] == shown


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
