"""Batches over HTTP, from the request to the grades; what was written is read back over another connection."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import cast
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import jsonschema
import pytest
from docx import Document
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.api.correlation import CORRELATION_HEADER
from cj_assessment_service.app import run_in_process
from cj_assessment_service.domain.batches import BatchState, BatchStatus
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.reports.csv_tables import decisions_csv
from cj_assessment_service.tests.fixtures.application import (
    RunningApplication,
    ScriptedJudges,
    application_container,
)
from cj_assessment_service.tests.fixtures.batch_requests import BATCHES, batch_body, ended, essay, requested
from cj_assessment_service.tests.fixtures.http import calling_on, calling_service
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess

RESULT_SCHEMA = Path(__file__).parents[4] / "docs" / "schemas" / "result-v1.schema.json"
KEY = "Idempotency-Key"


@pytest.fixture
async def teacher(application: RunningApplication) -> AsyncIterator[AsyncClient]:
    """Calls a service at work."""
    async with calling_service(application.container, "teacher", organisation="north") as client:
        yield client


@pytest.fixture
async def idle_teacher(test_db_engine: AsyncEngine) -> AsyncIterator[AsyncClient]:
    """Calls a process that answers and does nothing else."""
    async with calling_on(test_db_engine, "teacher", organisation="north") as client:
        yield client


async def count(engine: AsyncEngine, table: str) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(text(f"select count(*) from {table}")) or 0)  # noqa: S608


async def test_a_requested_batch_is_judged_and_its_results_can_be_read(
    teacher: AsyncClient, application: RunningApplication
) -> None:
    answer = await teacher.post(BATCHES, json=batch_body(4, max_cost="0.5", budget=30))
    assert answer.status_code == 202
    batch = answer.json()["id"]
    assert answer.headers["Location"] == f"{BATCHES}/{batch}"
    view = await ended(teacher, batch)
    assert view["organisation_id"] == "north"
    assert view["user_id"] == "someone"
    assert view["essays_loaded"] == 4
    results = (await teacher.get(f"{BATCHES}/{batch}/results")).json()
    assert results["finished"] is True
    jsonschema.validate(results["result"], json.loads(RESULT_SCHEMA.read_text("utf-8")))
    assert {row["essay_id"] for row in results["result"]["essays"]} == {f"essay-{n:02}" for n in range(4)}
    table = await teacher.get(f"{BATCHES}/{batch}/decisions.csv")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    result = await (await application.reader()).result(BatchId(batch))
    assert table.content.decode() == decisions_csv(result.comparisons)
    rows = list(csv.DictReader(StringIO(table.text)))
    assert len(rows) == len(result.comparisons) > 0


async def test_a_graded_batch_tells_of_each_essay_its_grade_and_its_comparisons(
    application: RunningApplication,
) -> None:
    async with calling_service(application.container, "admin", organisation="north") as admin:
        instruction = {
            "assignment_id": "summer",
            "instructions_text": "Read both texts closely.",
            "grade_scale": "cefr",
        }
        assert (await admin.post("/admin/v1/assessment-instructions", json=instruction)).status_code == 200
        for number, grade in ((0, "A1"), (2, "B1"), (4, "C1")):
            anchor = {
                "assignment_id": "summer",
                "grade": grade,
                "essay_text": f"{essay(number)['text']} It is an anchor, and was graded by people who met for it.",
            }
            assert (await admin.post("/api/v1/anchors/register", json=anchor)).status_code == 201
        batch = await requested(admin, batch_body(5, assignment_id="summer", budget=80))
        await ended(admin, batch)
        first = (await admin.get(f"{BATCHES}/{batch}/essays/essay-00")).json()
        anchor_view = (await admin.get(f"{BATCHES}/{batch}/essays/C1")).json()
        listed = (await admin.get(f"{BATCHES}/{batch}/comparisons", params={"page_size": 200})).json()
        missing = await admin.get(f"{BATCHES}/{batch}/essays/essay-99")
    assert first["score"]["low"] < first["score"]["score"] < first["score"]["high"]
    assert sum(each["probability"] for each in first["grade"]["probabilities"]) == pytest.approx(1)
    assert [each["grade"] for each in first["grade"]["probabilities"]] == ["A1", "A2", "B1", "B2", "C1", "C2"]
    assert anchor_view["known_grade"] == "C1"
    own = [one for one in listed["items"] if "essay-00" in {one["first"], one["second"]}]
    assert [one["comparison"] for one in first["comparisons"]] == own
    assert len(own) == first["score"]["comparisons"]
    assert sum(one["won"] for one in first["comparisons"]) == first["score"]["wins"]
    assert all(one["opponent"] != "essay-00" for one in first["comparisons"])
    assert all(one["comparison"]["justification"] for one in first["comparisons"])
    assert missing.status_code == 404


async def test_what_was_accepted_survives_the_process_that_accepted_it(
    idle_teacher: AsyncClient, test_db_engine: AsyncEngine, postgres_data_access: PostgresDataAccess
) -> None:
    correlation_id = str(uuid4())
    answer = await idle_teacher.post(BATCHES, json=batch_body(), headers={CORRELATION_HEADER: correlation_id})
    assert answer.status_code == 202
    batch_id = BatchId(answer.json()["id"])
    async with postgres_data_access.sessions.session() as session:
        overview = await postgres_data_access.batches.get_overview(session, batch_id)
    assert (overview.state, overview.status) == (BatchState.INITIALIZING, BatchStatus.PENDING)
    assert overview.identity.organisation_id == "north"
    assert str(overview.identity.correlation_id) == correlation_id
    early = (await idle_teacher.get(f"{BATCHES}/{batch_id}/results")).json()
    assert (early["finished"], early["result"]["essays"]) == (False, [])
    jsonschema.validate(early["result"], json.loads(RESULT_SCHEMA.read_text("utf-8")))
    async with run_in_process(application_container(test_db_engine, ScriptedJudges())):
        assert (await ended(idle_teacher, batch_id))["essays_loaded"] == 4


async def test_a_request_sent_many_times_at_once_makes_one_batch(
    idle_teacher: AsyncClient, test_db_engine: AsyncEngine
) -> None:
    answers = await asyncio.gather(
        *(idle_teacher.post(BATCHES, json=batch_body(), headers={KEY: "first try"}) for _ in range(10))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await count(test_db_engine, "cj_batch_uploads") == 1
    assert await count(test_db_engine, "event_outbox") == 1


@pytest.mark.parametrize("change", [{"budget": 9}, {"essays": [essay(1), essay(2)]}, {"reuse_answers": True}])
async def test_another_request_under_the_same_key_is_a_conflict(
    idle_teacher: AsyncClient, test_db_engine: AsyncEngine, change: dict[str, object]
) -> None:
    await requested(idle_teacher, batch_body(), **{KEY: "first try"})
    answer = await idle_teacher.post(BATCHES, json=batch_body() | change, headers={KEY: "first try"})
    assert answer.status_code == 409
    assert "new key" in answer.json()["detail"]
    assert await count(test_db_engine, "cj_batch_uploads") == 1


async def test_a_key_is_its_callers_own(idle_teacher: AsyncClient, test_db_engine: AsyncEngine) -> None:
    first = await requested(idle_teacher, batch_body(), **{KEY: "first try"})
    async with calling_on(test_db_engine, "teacher", organisation="south") as other:
        assert await requested(other, batch_body(), **{KEY: "first try"}) != first


async def test_without_a_key_every_request_is_a_batch(idle_teacher: AsyncClient) -> None:
    assert await requested(idle_teacher, batch_body()) != await requested(idle_teacher, batch_body())


async def test_only_a_service_acts_for_another_organisation(
    idle_teacher: AsyncClient, test_db_engine: AsyncEngine
) -> None:
    refused = await idle_teacher.post(BATCHES, json=batch_body(organisation="south"))
    assert refused.status_code == 403
    async with calling_on(test_db_engine, "service") as service:
        batch = await requested(service, batch_body(organisation="north"))
        assert (await service.get(f"{BATCHES}/{batch}")).status_code == 404
    assert (await idle_teacher.get(f"{BATCHES}/{batch}")).json()["organisation_id"] == "north"


async def test_a_judge_reads_no_batches(test_db_engine: AsyncEngine) -> None:
    async with calling_on(test_db_engine, "judge") as judge:
        assert (await judge.get(BATCHES)).status_code == 403
        assert (await judge.get("/v1/scales")).status_code == 200


async def test_pages_of_batches_are_newest_first_and_can_be_narrowed_to_a_status(
    idle_teacher: AsyncClient,
) -> None:
    numbers = [await requested(idle_teacher, batch_body()) for _ in range(5)]
    seen: list[int] = []
    parameters: dict[str, int] = {"page_size": 2}
    while True:
        page = (await idle_teacher.get(BATCHES, params=parameters)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next_before"] is None:
            break
        parameters["before"] = page["next_before"]
    assert seen == numbers[::-1]
    pending = (await idle_teacher.get(BATCHES, params={"status": "PENDING"})).json()
    failed = (await idle_teacher.get(BATCHES, params={"status": "ERROR_PROCESSING"})).json()
    assert (len(pending["items"]), failed["items"]) == (5, [])


async def test_pages_of_comparisons_follow_each_other_without_gap(teacher: AsyncClient) -> None:
    batch = await requested(teacher, batch_body())
    await ended(teacher, batch)
    whole = (await teacher.get(f"{BATCHES}/{batch}/comparisons", params={"page_size": 200})).json()["items"]
    seen: list[dict[str, object]] = []
    after: int | None = 0
    while after is not None:
        page = (
            await teacher.get(f"{BATCHES}/{batch}/comparisons", params={"page_size": 5, "after": after})
        ).json()
        seen += page["items"]
        after = page["next_after"]
    assert seen == whole
    assert [one["sequence"] for one in seen] == list(range(1, len(whole) + 1))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"essays": []}, "essays"),
        ({"essays": [{"id": "a"}]}, "either a text or a storage_id"),
        ({"essays": [essay(1) | {"storage_id": "x"}]}, "either a text or a storage_id"),
        ({"essays": [{"id": "a", "text": "too short"}]}, "at least 20 characters"),
        ({"essays": [{"id": "a", "text": "x" * 500_001}]}, "at most 500000 characters"),
        ({"essays": [{"id": "a/b", "text": "x" * 20}]}, "pattern"),
        ({"essays": [{"id": "a", "text": "x" * 20 + "\0"}]}, "NUL"),
        ({"essays": [essay(1), essay(1)]}, "more than once"),
        ({"essays": [{"id": "a", "storage_id": "x"}], "language": None}, "language"),
        ({"language": "english"}, "language"),
        ({"budget": 0}, "budget"),
        ({"max_cost": "NaN"}, "max_cost"),
        ({"max_seconds": 0}, "max_seconds"),
        ({"target_reliability": 1}, "target_reliability"),
        ({"seed": 2**31}, "seed"),
        ({"judges": [{"judge": "nobody:here"}]}, "nobody"),
        ({"judges": [{"judge": "offline"}, {"judge": "offline"}]}, "named twice"),
        ({"judges": [{"judge": "offline", "role": "arbiter"}]}, "No judge is asked in every wave"),
        ({"judges": [{"judge": "replay:/etc/passwd"}]}, "over HTTP"),
        ({"judges": [{"judge": "openai:m@http://10.0.0.1/v1"}]}, "over HTTP"),
        ({"judges": [{"judge": " REPLAY :/etc/passwd"}]}, "over HTTP"),
        ({"judges": [{"judge": ":"}]}, "kind"),
        ({"pairs": [{"first": "essay-00", "second": "essay-00"}]}, "two different essays"),
        ({"pairs": [{"first": "essay-00", "second": "essay-77"}]}, "two different essays"),
        ({"pairs_only": True}, "pairs_only"),
        ({"assignment_id": "nowhere"}, "not configured"),
        ({"course_code": "ART1"}, "course_code"),
        ({"budgett": 5}, "budgett"),
    ],
)
async def test_a_wrong_request_is_a_bad_request_and_leaves_nothing(
    idle_teacher: AsyncClient, test_db_engine: AsyncEngine, change: dict[str, object], said: str
) -> None:
    answer = await idle_teacher.post(BATCHES, json=batch_body() | change)
    assert answer.status_code == 400, answer.text
    assert said in answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "writer" not in answer.text
    assert await count(test_db_engine, "cj_batch_uploads") == 0


async def test_a_task_that_is_not_there_is_told_before_anything_is_judged(
    test_db_engine: AsyncEngine,
) -> None:
    async with calling_on(test_db_engine, "admin", "teacher") as admin:
        instruction = {
            "assignment_id": "summer",
            "instructions_text": "Read both texts closely.",
            "grade_scale": "cefr",
            "student_prompt_storage_id": "gone",
        }
        assert (await admin.post("/admin/v1/assessment-instructions", json=instruction)).status_code == 200
        answer = await admin.post(BATCHES, json=batch_body(assignment_id="summer"))
    assert answer.status_code == 400
    assert "gone" in answer.json()["detail"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"essays": "\\ud800"}', b"null"])
async def test_what_is_no_json_object_is_a_bad_request(idle_teacher: AsyncClient, content: bytes) -> None:
    answer = await idle_teacher.post(BATCHES, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


Upload = tuple[str, tuple[str, bytes]]


def uploaded(*files: tuple[str, bytes]) -> list[Upload]:
    return [("files", file) for file in files]


def text_file(number: int) -> tuple[str, bytes]:
    return f"essay-{number:02}.txt", cast(str, essay(number)["text"]).encode()


def word_file(number: int) -> tuple[str, bytes]:
    document, content = Document(), BytesIO()
    document.add_paragraph(cast(str, essay(number)["text"]))
    document.save(content)
    return f"essay-{number:02}.docx", content.getvalue()


def archive_of(*files: tuple[str, bytes]) -> tuple[str, bytes]:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, inside in files:
            archive.writestr(name, inside)
    return "essays.zip", content.getvalue()


def archive_that_says(size: int) -> tuple[str, bytes]:
    """One file that unpacks to so many bytes, if the archive is to be believed."""
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", b"x")
        archive.infolist()[0].file_size = size
    return "essays.zip", content.getvalue()


TABLE = (
    "essays.csv",
    b"id,text\n" + b"\n".join(f'essay-{n:02},"{essay(n)["text"]}"'.encode() for n in range(3)),
)


@pytest.mark.parametrize(
    "files",
    [
        uploaded(text_file(0), word_file(1), text_file(2)),
        uploaded(archive_of(text_file(0), word_file(1), text_file(2))),
        uploaded(TABLE),
        uploaded(("a\\b\\essay-00.txt", text_file(0)[1]), ("../essay-01.txt", text_file(1)[1]), text_file(2)),
    ],
    ids=["documents", "archive", "table", "names with folders"],
)
async def test_files_become_a_batch(teacher: AsyncClient, files: list[Upload]) -> None:
    options = {"judges": [{"judge": "offline"}], "seed": 1, "budget": 12}
    answer = await teacher.post(BATCHES, data={"request": json.dumps(options)}, files=files)
    assert answer.status_code == 202, answer.text
    view = await ended(teacher, answer.json()["id"])
    assert (view["essays_loaded"], view["language"]) == (3, "en")
    result = (await teacher.get(f"{BATCHES}/{view['id']}/results")).json()["result"]
    assert {row["essay_id"] for row in result["essays"]} == {"essay-00", "essay-01", "essay-02"}


async def test_the_same_files_under_the_same_key_are_the_same_batch(idle_teacher: AsyncClient) -> None:
    answers = [
        await idle_teacher.post(BATCHES, files=uploaded(text_file(0), text_file(1)), headers={KEY: "one"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [202, 200]
    assert answers[0].json()["id"] == answers[1].json()["id"]


BAD = ("empty.txt", b" ")


async def test_a_file_without_an_essay_is_refused_unless_it_may_be_left_out(teacher: AsyncClient) -> None:
    files = uploaded(text_file(0), text_file(1), BAD)
    answer = await teacher.post(BATCHES, files=files)
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == ["empty.txt"]
    left_out = await teacher.post(BATCHES, data={"request": '{"skip_bad": true}'}, files=files)
    assert left_out.status_code == 202
    batch = left_out.json()["id"]
    await ended(teacher, batch)
    failed = (await teacher.get(f"{BATCHES}/{batch}/essays/empty")).json()
    assert failed["failure"]["code"] == "VALIDATION_ERROR"
    assert failed["score"] is None


@pytest.mark.parametrize(
    ("files", "options", "said"),
    [
        ([], "{}", "files"),
        (uploaded(text_file(0)), '{"budgett": 1}', "budgett"),
        (uploaded(text_file(0)), "no json", "JSON"),
        (uploaded(text_file(0)), '{"essays": []}', "essays"),
        (uploaded(("essay.exe", b"x" * 50)), "{}", "cannot be read"),
        (uploaded((".hidden", b"x" * 50)), "{}", "name"),
        (uploaded(("x" * 250 + ".txt", b"x" * 50)), "{}", "name"),
        (uploaded(text_file(0), text_file(0)), "{}", "same name"),
        (uploaded(("broken.docx", b"no document"), text_file(1)), "{}", "damaged"),
        (uploaded(("broken.zip", b"no archive")), "{}", "damaged"),
        (uploaded(archive_that_says(600 * 2**20)), "{}", "512 MB"),
        (uploaded(archive_of(*((f"{n}.txt", b"x") for n in range(4001)))), "{}", "4000 files"),
        ([("essays", text_file(0))], "{}", "only the parts"),
    ],
)
async def test_a_wrong_upload_is_a_bad_request_and_leaves_nothing(
    idle_teacher: AsyncClient, test_db_engine: AsyncEngine, files: list[Upload], options: str, said: str
) -> None:
    part = ("request", (None, options.encode()))
    answer = await idle_teacher.post(BATCHES, files=[part, *files])
    assert answer.status_code == 400, answer.text
    assert said in answer.text
    assert "cj-upload-" not in answer.text
    assert await count(test_db_engine, "cj_batch_uploads") == 0


async def test_scales_are_listed_with_their_grades(idle_teacher: AsyncClient) -> None:
    scales = {scale["id"]: scale for scale in (await idle_teacher.get("/v1/scales")).json()["items"]}
    assert scales["cefr"]["grades"] == ["A1", "A2", "B1", "B2", "C1", "C2"]
    assert scales["eng5_np_legacy_9_step"]["below_lowest"] == "F"
