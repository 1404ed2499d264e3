"""`cj serve --embedded` in a process of its own, used as docs/service.md tells its readers to."""

import asyncio
import csv
import json
import os
import re
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from httpx import AsyncClient

from cj_assessment_service.tests.integration.command_line import run_command

EXAMPLES = Path(__file__).parents[4] / "examples" / "english"
READY = re.compile(r"Listening on (http://\S+); for a token: cj admin token dev")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    # a short path, because sockets want one; open for passing, because the server of root runs as nobody
    folder = Path(tempfile.mkdtemp(prefix="cj-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@asynccontextmanager
async def serving(data_dir: Path) -> AsyncIterator[AsyncClient]:
    """An administrator's client of the service; at the end the service is told to stop, and must do so in peace."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cj_assessment_service", "serve", "--embedded"),
        env=os.environ | {"CJ_DATA_DIR": str(data_dir), "CJ_ASSESSMENT_SERVICE_HTTP_PORT": "0"},
        stderr=PIPE,
    )
    try:
        address, log = await said_ready(process)
        token = run_command({"CJ_DATA_DIR": str(data_dir)}, "admin", "token", "dev").out.strip()
        async with AsyncClient(
            base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60
        ) as client:
            yield client
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0
        assert not [line for line in await log if json.loads(line)["level"] not in {"info", "debug"}]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def said_ready(process: Process) -> tuple[str, asyncio.Task[list[bytes]]]:
    """Where it listens; and what it says from then on, which is read all the time so that it never waits for us."""
    assert process.stderr is not None
    line = (await process.stderr.readline()).decode()
    found = READY.match(line)
    assert found is not None, line
    return found[1], asyncio.create_task(_rest(process.stderr))


async def _rest(stream: asyncio.StreamReader) -> list[bytes]:
    return [line async for line in stream]


async def configure(client: AsyncClient) -> dict[str, str]:
    """The assignment with all that belongs to it; the grades of its anchors by id."""
    for path, body in (
        ("assessment-instructions", {"grade_scale": "cefr", "instructions_text": "Compare the English."}),
        ("student-prompts", {"prompt_text": (EXAMPLES / "task.md").read_text("utf-8")}),
        ("judge-rubrics", {"rubric_text": (EXAMPLES / "rubric.md").read_text("utf-8")}),
    ):
        answer = await client.post(f"/admin/v1/{path}", json={"assignment_id": "phones", **body})
        assert answer.status_code == 200, answer.text
    with (EXAMPLES / "anchors.csv").open(encoding="utf-8") as table:
        grades = {row["id"]: row["grade"] for row in csv.DictReader(table)}
    for name, grade in grades.items():
        text = (EXAMPLES / "essays" / f"{name}.txt").read_text("utf-8")
        anchor = {"assignment_id": "phones", "anchor_label": name, "grade": grade, "essay_text": text}
        answer = await client.post("/api/v1/anchors/register", json=anchor)
        assert answer.status_code == 201, answer.text
    return grades


async def request_batch(client: AsyncClient, leave_out: dict[str, str], judge: str, key: str) -> int:
    files = [
        ("files", (path.name, path.read_bytes()))
        for path in sorted((EXAMPLES / "essays").glob("*.txt"))
        if path.stem not in leave_out
    ]
    options = {"assignment_id": "phones", "judges": [{"judge": judge}], "seed": 7}
    answer = await client.post(
        "/v1/batches", data={"request": json.dumps(options)}, files=files, headers={"Idempotency-Key": key}
    )
    assert answer.status_code in {200, 202}, answer.text
    found: int = answer.json()["id"]
    return found


async def last_progress(client: AsyncClient, batch: int) -> dict[str, object]:
    """What the stream of events says at its end."""
    headers = {"Accept": "text/event-stream"}
    async with client.stream("GET", f"/v1/batches/{batch}/progress", headers=headers) as answer:
        told = [line async for line in answer.aiter_lines() if line.startswith("data: ")]
    last: dict[str, object] = json.loads(told[-1].removeprefix("data: "))
    return last


async def test_a_class_goes_from_the_first_call_to_its_grades_and_outlives_a_stop(data_dir: Path) -> None:
    async with serving(data_dir) as client:
        grades = await configure(client)
        batch = await request_batch(client, grades, "offline", "first")
        assert await request_batch(client, grades, "offline", "first") == batch
        assert (await last_progress(client, batch))["status"] == "COMPLETE_STABLE"

        result = (await client.get(f"/v1/batches/{batch}/results")).json()["result"]
        assert len(result["essays"]) == 36
        essay = (await client.get(f"/v1/batches/{batch}/essays/text-01")).json()
        assert essay["grade"]["grade"] in {"A1", "A2", "B1", "B2", "C1", "C2"}
        assert essay["comparisons"][0]["comparison"]["justification"]
        decisions = (await client.get(f"/v1/batches/{batch}/decisions.csv")).text.splitlines()
        assert len(decisions) == result["overview"]["progress"]["completed"] + 1

        slow = await request_batch(client, grades, "simulated:sd=2,delay=0.3,seed=1", "slow")

    async with serving(data_dir) as client:
        assert (await client.get(f"/v1/batches/{batch}/results")).json()["result"] == result
        assert not (await client.get(f"/v1/batches/{slow}/progress")).json()["finished"]
        assert (await client.post(f"/v1/batches/{slow}/cancel")).status_code == 200
        assert (await last_progress(client, slow))["status"] == "CANCELLED"
        missing = await client.get("/v1/batches/999999")
        assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")
        stranger = await client.get("/v1/batches", headers={"Authorization": "Bearer nobody"})
        assert stranger.status_code == 401
