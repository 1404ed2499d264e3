"""Configuring assignments over HTTP; every write is read back over another connection."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.domain.identifiers import AssignmentId, CourseId, StorageId
from cj_assessment_service.domain.instructions import ContextOrigin, Instruction
from cj_assessment_service.implementations.content_store import PostgreSQLContentStore
from cj_assessment_service.tests.fixtures.http import SETTINGS, calling_on
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess

INSTRUCTIONS = "/admin/v1/assessment-instructions"
PROMPTS = "/admin/v1/student-prompts"
RUBRICS = "/admin/v1/judge-rubrics"
SUMMER = {
    "assignment_id": "summer",
    "instructions_text": "Read both texts closely.",
    "grade_scale": "swedish_8_anchor",
}
PROMPT = {"assignment_id": "summer", "prompt_text": "Write about your summer, åäö."}
RUBRIC = {"assignment_id": "summer", "rubric_text": "Prefer the text that is better organised."}

Text = tuple[str, dict[str, str], str, str]
TEXTS: list[Text] = [
    (PROMPTS, PROMPT, "prompt_text", "student_prompt_storage_id"),
    (RUBRICS, RUBRIC, "rubric_text", "judge_rubric_storage_id"),
]


@pytest.fixture
async def admin(test_db_engine: AsyncEngine) -> AsyncIterator[AsyncClient]:
    async with calling_on(test_db_engine, "admin") as client:
        yield client


async def stored_instruction(
    access: PostgresDataAccess, assignment: str | None = None, course: str | None = None
) -> Instruction | None:
    async with access.sessions.session() as session:
        return await access.instructions.get_instruction(
            session,
            None,
            AssignmentId(assignment) if assignment is not None else None,
            CourseId(course) if course is not None else None,
        )


async def put(admin: AsyncClient, **changes: object) -> dict[str, object]:
    answer = await admin.post(INSTRUCTIONS, json=SUMMER | changes)
    assert answer.status_code == 200, answer.text
    view: dict[str, object] = answer.json()
    return view


async def test_a_new_instruction_is_stored_and_shown(
    admin: AsyncClient, postgres_data_access: PostgresDataAccess
) -> None:
    view = await put(admin, context_origin="canonical_national", student_prompt_storage_id="prompt-1")
    instruction = await stored_instruction(postgres_data_access, "summer")
    assert instruction is not None
    assert instruction.draft.origin is ContextOrigin.CANONICAL_NATIONAL
    assert instruction.draft.scale.grades[0] == "F"
    assert view == SUMMER | {
        "id": instruction.instruction_id,
        "course_id": None,
        "context_origin": "canonical_national",
        "student_prompt_storage_id": "prompt-1",
        "judge_rubric_storage_id": None,
        "created_at": view["created_at"],
        "organisation_id": None,
    }
    assert (await admin.get(f"{INSTRUCTIONS}/assignment/summer")).json() == view


async def test_an_upsert_replaces_the_text_and_keeps_the_storage_ids_it_omits(
    admin: AsyncClient, postgres_data_access: PostgresDataAccess
) -> None:
    first = await put(admin, student_prompt_storage_id="prompt-1", judge_rubric_storage_id="rubric-1")
    second = await put(admin, instructions_text="Read both texts twice.")
    assert second == first | {"instructions_text": "Read both texts twice."}
    instruction = await stored_instruction(postgres_data_access, "summer")
    assert instruction is not None
    assert instruction.draft.instructions_text == "Read both texts twice."
    assert instruction.draft.student_prompt_storage_id == StorageId("prompt-1")
    assert instruction.draft.judge_rubric_storage_id == StorageId("rubric-1")


@pytest.mark.parametrize(
    "change", [{"grade_scale": "eng5_np_legacy_9_step"}, {"context_origin": "canonical_national"}]
)
async def test_scale_and_origin_never_change(
    admin: AsyncClient, postgres_data_access: PostgresDataAccess, change: dict[str, str]
) -> None:
    await put(admin)
    before = await stored_instruction(postgres_data_access, "summer")
    answer = await admin.post(INSTRUCTIONS, json=SUMMER | {"instructions_text": "Something else."} | change)
    assert answer.status_code == 400
    assert "never changes" in answer.json()["detail"]
    assert await stored_instruction(postgres_data_access, "summer") == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"grade_scale": "unknown_scale"}, "swedish_8_anchor"),
        ({"course_id": "ENG5"}, "exactly one"),
        ({"assignment_id": None}, "exactly one"),
        ({"assignment_id": ""}, "assignment_id"),
        ({"assignment_id": "a/b"}, "assignment_id"),
        ({"assignment_id": "x" * 101}, "assignment_id"),
        ({"assignment_id": "nul\0"}, "assignment_id"),
        ({"instructions_text": "too short"}, "instructions_text"),
        ({"instructions_text": " " * 20}, "instructions_text"),
        ({"instructions_text": "a text with a \0 in it"}, "instructions_text"),
        ({"context_origin": "hearsay"}, "context_origin"),
        ({"student_prompt_storage_id": "x" * 256}, "student_prompt_storage_id"),
        ({"judge_rubric_storage": "misspelt"}, "judge_rubric_storage"),
    ],
)
async def test_a_wrong_instruction_is_a_bad_request(
    admin: AsyncClient, postgres_data_access: PostgresDataAccess, change: dict[str, str | None], said: str
) -> None:
    answer = await admin.post(INSTRUCTIONS, json=SUMMER | change)
    assert answer.status_code == 400
    assert said in answer.text
    async with postgres_data_access.sessions.session() as session:
        assert await postgres_data_access.instructions.list_instructions(session, None, 1, 0, None) == ((), 0)


async def test_pages_are_newest_first_and_can_be_narrowed_to_a_scale(admin: AsyncClient) -> None:
    for number in range(3):
        await put(admin, assignment_id=f"assignment-{number}")
    await put(admin, assignment_id=None, course_id="ENG5", grade_scale="eng5_np_national_9_step")
    page = (await admin.get(INSTRUCTIONS, params={"page": 2, "page_size": 2})).json()
    assert [item["assignment_id"] for item in page["items"]] == ["assignment-1", "assignment-0"]
    assert (page["total"], page["page"], page["page_size"]) == (4, 2, 2)
    narrowed = (await admin.get(INSTRUCTIONS, params={"grade_scale": "eng5_np_national_9_step"})).json()
    assert [item["course_id"] for item in narrowed["items"]] == ["ENG5"]
    assert (narrowed["total"], narrowed["page"], narrowed["page_size"]) == (1, 1, 50)


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=99999999999999999999", "page_size=0", "page_size=201"]
)
async def test_a_wrong_page_is_a_bad_request(admin: AsyncClient, query: str) -> None:
    answer = await admin.get(f"{INSTRUCTIONS}?{query}")
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == [query.partition("=")[0]]


async def test_a_deleted_instruction_is_gone(
    admin: AsyncClient, postgres_data_access: PostgresDataAccess
) -> None:
    await put(admin)
    await put(admin, assignment_id=None, course_id="ENG5")
    for path in ("assignment/summer", "course/ENG5"):
        answer = await admin.delete(f"{INSTRUCTIONS}/{path}")
        assert (answer.status_code, answer.json()) == (200, {"status": "deleted"})
        assert (await admin.delete(f"{INSTRUCTIONS}/{path}")).status_code == 404
    assert await stored_instruction(postgres_data_access, "summer", "ENG5") is None


@pytest.mark.parametrize(("path", "body", "text", "storage_id"), TEXTS)
async def test_an_uploaded_text_is_stored_and_shown(
    admin: AsyncClient,
    postgres_data_access: PostgresDataAccess,
    path: str,
    body: dict[str, str],
    text: str,
    storage_id: str,
) -> None:
    await put(admin)
    answer = await admin.post(path, json=body)
    assert answer.status_code == 200
    view = answer.json()
    assert view | body == view
    assert (view["instructions_text"], view["grade_scale"]) == (
        SUMMER["instructions_text"],
        "swedish_8_anchor",
    )
    assert (await admin.get(f"{path}/assignment/summer")).json() == view
    assert (await admin.get(f"{INSTRUCTIONS}/assignment/summer")).json()[storage_id] == view[storage_id]
    contents = PostgreSQLContentStore(postgres_data_access.sessions)
    assert await contents.fetch_content(StorageId(view[storage_id])) == body[text]


async def test_the_two_texts_of_an_assignment_leave_each_other_and_the_rest_alone(
    admin: AsyncClient, postgres_data_access: PostgresDataAccess
) -> None:
    await put(admin)
    before = await stored_instruction(postgres_data_access, "summer")
    prompt = (await admin.post(PROMPTS, json=PROMPT)).json()["student_prompt_storage_id"]
    rubric = (await admin.post(RUBRICS, json=RUBRIC)).json()["judge_rubric_storage_id"]
    assert before is not None
    draft = replace(before.draft, student_prompt_storage_id=prompt, judge_rubric_storage_id=rubric)
    assert await stored_instruction(postgres_data_access, "summer") == replace(before, draft=draft)


@pytest.mark.parametrize(("path", "body", "text", "storage_id"), TEXTS)
async def test_a_text_that_is_replaced_gives_way(
    admin: AsyncClient, path: str, body: dict[str, str], text: str, storage_id: str
) -> None:
    await put(admin)
    first = (await admin.post(path, json=body)).json()
    second = (await admin.post(path, json=body | {text: "Something else altogether."})).json()
    assert second[storage_id] != first[storage_id]
    assert (await admin.get(f"{path}/assignment/summer")).json()[text] == "Something else altogether."


@pytest.mark.parametrize(("path", "body", "text", "_storage_id"), TEXTS)
async def test_a_text_needs_an_instruction_and_some_length(
    admin: AsyncClient, path: str, body: dict[str, str], text: str, _storage_id: str
) -> None:
    assert (await admin.post(path, json=body)).status_code == 404
    assert (await admin.get(f"{path}/assignment/summer")).status_code == 404
    assert (await admin.post(path, json=body | {text: "too short"})).status_code == 400


@pytest.mark.parametrize(("path", "_body", "_text", "storage_id"), TEXTS)
async def test_a_text_that_is_not_there_is_not_found(
    admin: AsyncClient, path: str, _body: dict[str, str], _text: str, storage_id: str
) -> None:
    await put(admin)
    missing = await admin.get(f"{path}/assignment/summer")
    assert missing.status_code == 404
    assert "Upload one first" in missing.json()["detail"]
    await put(admin, **{storage_id: "nothing-is-stored-here"})
    lost = await admin.get(f"{path}/assignment/summer")
    assert lost.status_code == 404
    assert "nothing-is-stored-here" in lost.json()["detail"]


EVERY_ROUTE = [
    ("POST", INSTRUCTIONS),
    ("GET", INSTRUCTIONS),
    ("GET", f"{INSTRUCTIONS}/assignment/summer"),
    ("DELETE", f"{INSTRUCTIONS}/assignment/summer"),
    ("DELETE", f"{INSTRUCTIONS}/course/ENG5"),
    ("POST", PROMPTS),
    ("GET", f"{PROMPTS}/assignment/summer"),
    ("POST", RUBRICS),
    ("GET", f"{RUBRICS}/assignment/summer"),
    ("GET", "/admin/v1/anchors/assignment/summer"),
]


@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE)
async def test_only_admins_are_let_in(test_db_engine: AsyncEngine, method: str, path: str) -> None:
    async with calling_on(test_db_engine) as nobody:
        assert (await nobody.request(method, path)).status_code == 401
    async with calling_on(test_db_engine, "service", "teacher") as others:
        assert (await others.request(method, path)).status_code == 403


@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE)
async def test_without_a_secret_the_group_is_closed_to_all(
    test_db_engine: AsyncEngine, method: str, path: str
) -> None:
    settings = replace(SETTINGS, tokens=None)
    async with calling_on(test_db_engine, "admin", settings=settings) as admin:
        assert (await admin.request(method, path)).status_code == 503


async def test_the_group_can_be_switched_off(test_db_engine: AsyncEngine) -> None:
    settings = replace(SETTINGS, enable_admin_endpoints=False)
    async with calling_on(test_db_engine, "admin", settings=settings) as admin:
        assert (await admin.get(INSTRUCTIONS)).status_code == 404


async def test_an_id_no_database_could_hold_is_a_bad_request(admin: AsyncClient) -> None:
    assert (await admin.get(f"{INSTRUCTIONS}/assignment/%00")).status_code == 400
    assert (await admin.get(f"{INSTRUCTIONS}/assignment/{'x' * 101}")).status_code == 400
    assert (await admin.get(f"{INSTRUCTIONS}?grade_scale=%00")).status_code == 400
