"""Registering essays with known grades over HTTP; every write is read back over another connection."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from httpx import AsyncClient, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.domain.essays import AnchorReference
from cj_assessment_service.domain.identifiers import AnchorId, AssignmentId, Grade, GradeScaleId, StorageId
from cj_assessment_service.implementations.content_store import PostgreSQLContentStore
from cj_assessment_service.tests.fixtures.http import SETTINGS, calling_on
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess

REGISTER = "/api/v1/anchors/register"
LEGACY = GradeScaleId("eng5_np_legacy_9_step")
ESSAY = "Last summer we went to the sea, åäö. ".ljust(100, "x")
ANCHOR = {"assignment_id": "summer", "grade": "C+", "essay_text": ESSAY}


@pytest.fixture
async def admin(test_db_engine: AsyncEngine) -> AsyncIterator[AsyncClient]:
    """With the assignment `summer` on the legacy scale."""
    async with calling_on(test_db_engine, "admin") as client:
        await configure(client, LEGACY)
        yield client


async def configure(admin: AsyncClient, scale: str) -> None:
    body = {
        "assignment_id": "summer",
        "instructions_text": "Read both texts closely.",
        "grade_scale": scale,
    }
    answer = await admin.post("/admin/v1/assessment-instructions", json=body)
    assert answer.status_code == 200, answer.text


async def register(caller: AsyncClient, **changes: object) -> Response:
    return await caller.post(REGISTER, json=ANCHOR | changes)


async def stored_anchors(access: PostgresDataAccess) -> tuple[AnchorReference, ...]:
    async with access.sessions.session() as session:
        return await access.anchors.list_anchors(session, None, AssignmentId("summer"), LEGACY)


async def test_a_registered_anchor_is_stored_with_its_text(
    admin: AsyncClient, postgres_data_access: PostgresDataAccess
) -> None:
    answer = await register(admin)
    assert answer.status_code == 201
    view = answer.json()
    assert (view["grade_scale"], view["status"]) == (LEGACY, "registered")
    storage_id = StorageId(view["storage_id"])
    assert await stored_anchors(postgres_data_access) == (
        AnchorReference(AnchorId(view["anchor_id"]), "C+", Grade("C+"), storage_id),
    )
    contents = PostgreSQLContentStore(postgres_data_access.sessions)
    assert await contents.fetch_content(storage_id) == ESSAY


async def test_the_same_label_keeps_its_anchor_and_takes_the_new_grade_and_text(
    admin: AsyncClient, postgres_data_access: PostgresDataAccess
) -> None:
    first = (await register(admin, anchor_label="essay 7")).json()
    again = (await register(admin, anchor_label="essay 7")).json()
    changed = (await register(admin, anchor_label="essay 7", grade="B", essay_text=ESSAY + "!")).json()
    assert again == first
    assert changed["anchor_id"] == first["anchor_id"]
    [anchor] = await stored_anchors(postgres_data_access)
    assert (anchor.label, anchor.grade, anchor.storage_id) == ("essay 7", "B", changed["storage_id"])


async def test_several_anchors_may_share_a_grade(
    admin: AsyncClient, postgres_data_access: PostgresDataAccess
) -> None:
    for label in ("C+1", "C+2"):
        assert (await register(admin, anchor_label=label)).status_code == 201
    assert [anchor.label for anchor in await stored_anchors(postgres_data_access)] == ["C+1", "C+2"]


async def test_the_grade_below_the_lowest_is_accepted(
    admin: AsyncClient, postgres_data_access: PostgresDataAccess
) -> None:
    assert (await register(admin, grade="F")).status_code == 201
    assert [anchor.grade for anchor in await stored_anchors(postgres_data_access)] == ["F"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"grade": "E"}, "is not a grade of the scale eng5_np_legacy_9_step"),
        ({"grade": "c+"}, "Choose one of F, F+"),
        ({"grade": ""}, "grade"),
        ({"assignment_id": "winter"}, "winter is not configured"),
        ({"essay_text": ESSAY[:-1]}, "at least 100 characters"),
        ({"essay_text": " " * 200}, "blank"),
        ({"essay_text": ESSAY + "\0"}, "NUL"),
        ({"essay_text": 7}, "essay_text"),
        ({"anchor_label": ""}, "anchor_label"),
        ({"label": "misspelt"}, "label"),
    ],
)
async def test_a_wrong_anchor_is_a_bad_request(
    admin: AsyncClient, postgres_data_access: PostgresDataAccess, change: dict[str, object], said: str
) -> None:
    answer = await register(admin, **change)
    assert answer.status_code == 400
    assert said in answer.text
    assert await stored_anchors(postgres_data_access) == ()


async def test_a_missing_field_is_a_bad_request(admin: AsyncClient) -> None:
    answer = await admin.post(REGISTER, json={"assignment_id": "summer", "grade": "B"})
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == ["essay_text"]


async def test_an_anchor_of_a_course_instruction_alone_is_refused(test_db_engine: AsyncEngine) -> None:
    body = {"course_id": "ENG5", "instructions_text": "Read both texts closely.", "grade_scale": LEGACY}
    async with calling_on(test_db_engine, "admin") as admin:
        await admin.post("/admin/v1/assessment-instructions", json=body)
        assert (await register(admin)).status_code == 400


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(("roles", "status"), [((), 401), (("teacher",), 403), (("service",), 201)])
async def test_services_and_admins_may_register(
    test_db_engine: AsyncEngine, roles: tuple[str, ...], status: int
) -> None:
    async with calling_on(test_db_engine, *roles) as caller:
        assert (await register(caller)).status_code == status


@pytest.mark.usefixtures("admin")
async def test_without_a_secret_nobody_may_register(
    test_db_engine: AsyncEngine, postgres_data_access: PostgresDataAccess
) -> None:
    async with calling_on(test_db_engine, "admin", settings=replace(SETTINGS, tokens=None)) as caller:
        assert (await register(caller)).status_code == 503
    assert await stored_anchors(postgres_data_access) == ()


async def test_the_list_shows_the_anchors_of_the_assignments_scale_and_counts_all(admin: AsyncClient) -> None:
    first = (await register(admin, grade="B")).json()
    await admin.delete("/admin/v1/assessment-instructions/assignment/summer")
    await configure(admin, "swedish_8_anchor")
    second = (await register(admin, grade="E")).json()
    answer = await admin.get("/admin/v1/anchors/assignment/summer")
    assert answer.status_code == 200
    assert answer.json() == {
        "assignment_id": "summer",
        "grade_scale": "swedish_8_anchor",
        "anchor_count": 1,
        "anchors": [
            {
                "anchor_id": second["anchor_id"],
                "anchor_label": "E",
                "grade": "E",
                "text_storage_id": second["storage_id"],
            }
        ],
        "anchor_count_total": 2,
        "anchor_count_by_scale": {"eng5_np_legacy_9_step": 1, "swedish_8_anchor": 1},
    }
    assert first["anchor_id"] != second["anchor_id"]


async def test_the_list_of_an_unknown_assignment_is_not_found(admin: AsyncClient) -> None:
    assert (await admin.get("/admin/v1/anchors/assignment/winter")).status_code == 404
