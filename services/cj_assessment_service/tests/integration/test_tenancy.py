"""Nobody reads or changes what belongs to another organisation, by whatever route."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

import pytest
from httpx import AsyncClient
from litestar.routes import HTTPRoute
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.api.application import create_http_app
from cj_assessment_service.cj_core_logic.context_builder import ContextBuilder
from cj_assessment_service.domain.identifiers import AssignmentId, OrganisationId
from cj_assessment_service.tests.fixtures.application import RunningApplication
from cj_assessment_service.tests.fixtures.batch_requests import BATCHES, batch_body, ended, essay, requested
from cj_assessment_service.tests.fixtures.http import SETTINGS, calling_service
from cj_assessment_service.tests.integration.batches import new_request

ADMIN = "/admin/v1"
KEPT_BY_NORTH = "north keeps this to itself"
ROLES = ("admin", "teacher", "service")
BODY = {"instructions_text": KEPT_BY_NORTH, "grade_scale": "cefr"}
ANCHOR_TEXT = f"{KEPT_BY_NORTH}. {essay(4)['text']} It was graded by several people who met for it."

OWN_TEXT = "What a stranger wrote and keeps here, long enough to be an essay. " * 3

ABOUT_NOBODY = {
    ("GET", "/healthz"),
    ("GET", "/healthz/live"),
    ("GET", "/healthz/ready"),
    ("GET", "/healthz/database"),
    ("GET", "/healthz/database/summary"),
    ("GET", "/metrics"),
    ("GET", "/v1/scales"),
}
"""Routes that tell nothing of anybody."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a stranger sends, and what it must get: nothing but what is its own."""

    method: str
    path: str
    status: int
    body: Mapping[str, object] | None = None
    is_own: Mapping[str, object] = field(default_factory=dict)


ATTEMPTS = {
    ("POST", "/api/v1/anchors/register"): Attempt(
        "POST",
        "/api/v1/anchors/register",
        400,
        {"assignment_id": "summer", "grade": "B1", "essay_text": "x" * 100},
    ),
    ("GET", "/v1/batches"): Attempt("GET", BATCHES, 200, is_own={"items": [], "next_before": None}),
    ("POST", "/v1/batches"): Attempt("POST", BATCHES, 400, batch_body(assignment_id="summer")),
    ("GET", "/v1/batches/{batch:int}"): Attempt("GET", f"{BATCHES}/1", 404),
    ("GET", "/v1/batches/{batch:int}/progress"): Attempt("GET", f"{BATCHES}/1/progress", 404),
    ("GET", "/v1/batches/{batch:int}/results"): Attempt("GET", f"{BATCHES}/1/results", 404),
    ("GET", "/v1/batches/{batch:int}/essays/{essay:str}"): Attempt(
        "GET", f"{BATCHES}/1/essays/essay-00", 404
    ),
    ("GET", "/v1/batches/{batch:int}/comparisons"): Attempt("GET", f"{BATCHES}/1/comparisons", 404),
    ("GET", "/v1/batches/{batch:int}/decisions.csv"): Attempt("GET", f"{BATCHES}/1/decisions.csv", 404),
    ("POST", "/v1/batches/{batch:int}/cancel"): Attempt("POST", f"{BATCHES}/1/cancel", 404),
    ("POST", "/v1/batches/{batch:int}/finish-now"): Attempt("POST", f"{BATCHES}/1/finish-now", 404),
    ("POST", "/v1/batches/{batch:int}/rerun"): Attempt("POST", f"{BATCHES}/1/rerun", 404),
    ("POST", "/v1/contents"): Attempt(
        "POST",
        "/v1/contents",
        201,
        {"text": OWN_TEXT},
        is_own={"storage_id": f"sha256-{sha256(OWN_TEXT.encode()).hexdigest()}"},
    ),
    ("GET", f"{ADMIN}/assessment-instructions"): Attempt(
        "GET",
        f"{ADMIN}/assessment-instructions",
        200,
        is_own={"items": [], "total": 0, "page": 1, "page_size": 50},
    ),
    ("POST", f"{ADMIN}/assessment-instructions"): Attempt(
        "POST",
        f"{ADMIN}/assessment-instructions",
        200,
        {
            "assignment_id": "summer",
            "instructions_text": "Something of my own.",
            "grade_scale": "swedish_8_anchor",
        },
    ),
    ("GET", f"{ADMIN}/assessment-instructions/assignment/{{assignment:str}}"): Attempt(
        "GET", f"{ADMIN}/assessment-instructions/assignment/summer", 404
    ),
    ("DELETE", f"{ADMIN}/assessment-instructions/assignment/{{assignment:str}}"): Attempt(
        "DELETE", f"{ADMIN}/assessment-instructions/assignment/summer", 404
    ),
    ("DELETE", f"{ADMIN}/assessment-instructions/course/{{course:str}}"): Attempt(
        "DELETE", f"{ADMIN}/assessment-instructions/course/ENG5", 404
    ),
    ("POST", f"{ADMIN}/student-prompts"): Attempt(
        "POST",
        f"{ADMIN}/student-prompts",
        404,
        {"assignment_id": "summer", "prompt_text": "Write about winter."},
    ),
    ("GET", f"{ADMIN}/student-prompts/assignment/{{assignment:str}}"): Attempt(
        "GET", f"{ADMIN}/student-prompts/assignment/summer", 404
    ),
    ("POST", f"{ADMIN}/judge-rubrics"): Attempt(
        "POST", f"{ADMIN}/judge-rubrics", 404, {"assignment_id": "summer", "rubric_text": "Longer is better."}
    ),
    ("GET", f"{ADMIN}/judge-rubrics/assignment/{{assignment:str}}"): Attempt(
        "GET", f"{ADMIN}/judge-rubrics/assignment/summer", 404
    ),
    ("GET", f"{ADMIN}/anchors/assignment/{{assignment:str}}"): Attempt(
        "GET", f"{ADMIN}/anchors/assignment/summer", 404
    ),
}


@pytest.fixture
async def north(application: RunningApplication) -> AsyncIterator[AsyncClient]:
    """With an assignment, a course, anchors and a finished batch, all its own."""
    async with calling_service(application.container, *ROLES, organisation="north") as client:
        await configure(client)
        batch = await requested(client, batch_body(assignment_id="summer", budget=20))
        assert batch == 1
        await ended(client, batch)
        yield client


async def configure(client: AsyncClient) -> None:
    bodies: list[tuple[str, dict[str, object]]] = [
        (f"{ADMIN}/assessment-instructions", {"assignment_id": "summer", **BODY}),
        (f"{ADMIN}/assessment-instructions", {"course_id": "ENG5", **BODY}),
        (f"{ADMIN}/student-prompts", {"assignment_id": "summer", "prompt_text": KEPT_BY_NORTH}),
        (f"{ADMIN}/judge-rubrics", {"assignment_id": "summer", "rubric_text": KEPT_BY_NORTH}),
        (
            "/api/v1/anchors/register",
            {"assignment_id": "summer", "grade": "B1", "essay_text": ANCHOR_TEXT},
        ),
    ]
    for path, body in bodies:
        assert (await client.post(path, json=body)).is_success


async def rows_of_north(engine: AsyncEngine) -> list[tuple[object, ...]]:
    """Everything that belongs to it, as it is stored."""
    found: list[tuple[object, ...]] = []
    async with engine.connect() as connection:
        for table in ("assessment_instructions", "anchor_essay_references", "cj_batch_uploads"):
            rows = await connection.execute(
                text(f"select to_jsonb({table}) from {table} where org_id = 'north' order by id")  # noqa: S608
            )
            found += [tuple(row) for row in rows]
    return found


def routes(application: RunningApplication) -> set[tuple[str, str]]:
    app = create_http_app(application.container, SETTINGS)
    return {
        (str(method), route.path)
        for route in app.routes
        if isinstance(route, HTTPRoute) and not route.path.startswith("/schema")
        for method in route.methods
        if method not in {"OPTIONS", "HEAD"}
    }


async def test_every_route_is_tried_by_a_stranger(application: RunningApplication) -> None:
    assert routes(application) == ABOUT_NOBODY | ATTEMPTS.keys()


@pytest.mark.parametrize("stranger", ["south", None])
async def test_a_stranger_finds_and_changes_nothing(
    application: RunningApplication, north: AsyncClient, test_db_engine: AsyncEngine, stranger: str | None
) -> None:
    assert north is not None
    before = await rows_of_north(test_db_engine)
    assert len(before) == 4
    for route, attempt in ATTEMPTS.items():
        async with calling_service(application.container, *ROLES, organisation=stranger) as client:
            answer = await client.request(attempt.method, attempt.path, json=attempt.body)
        assert answer.status_code == attempt.status, route
        assert KEPT_BY_NORTH not in answer.text, route
        if attempt.is_own:
            assert answer.json() == attempt.is_own, route
        if route == ("POST", f"{ADMIN}/assessment-instructions"):
            # it may have an assignment of the same name; for the other attempts it has none
            async with calling_service(application.container, *ROLES, organisation=stranger) as client:
                gone = await client.delete(f"{ADMIN}/assessment-instructions/assignment/summer")
                assert gone.status_code == 200
    assert await rows_of_north(test_db_engine) == before


async def test_a_stranger_learns_no_more_of_a_foreign_batch_than_of_one_that_never_was(
    application: RunningApplication, north: AsyncClient
) -> None:
    assert north is not None
    async with calling_service(application.container, *ROLES, organisation="south") as south:
        foreign = (await south.get(f"{BATCHES}/1")).json()
        unknown = (await south.get(f"{BATCHES}/7777")).json()
    assert foreign["detail"].replace("1", "7777") == unknown["detail"]


async def test_what_is_shared_is_read_by_all_and_changed_by_nobody_who_belongs_somewhere(
    application: RunningApplication,
) -> None:
    async with calling_service(application.container, *ROLES) as platform:
        await configure(platform)
    async with calling_service(application.container, *ROLES, organisation="south") as south:
        seen = await south.get(f"{ADMIN}/assessment-instructions/assignment/summer")
        assert seen.json()["organisation_id"] is None
        anchors = (await south.get(f"{ADMIN}/anchors/assignment/summer")).json()
        assert anchors["anchor_count"] == 1
        for method, path, body in (
            ("DELETE", "assessment-instructions/assignment/summer", None),
            ("DELETE", "assessment-instructions/course/ENG5", None),
            ("POST", "student-prompts", {"assignment_id": "summer", "prompt_text": "Write about winter."}),
            ("POST", "judge-rubrics", {"assignment_id": "summer", "rubric_text": "Longer is better."}),
        ):
            answer = await south.request(method, f"{ADMIN}/{path}", json=body)
            assert answer.status_code == 404, path
        own = {"assignment_id": "summer", "grade": "C1", "anchor_label": "B1", "essay_text": ANCHOR_TEXT}
        assert (await south.post("/api/v1/anchors/register", json=own)).status_code == 201
        listed = (await south.get(f"{ADMIN}/anchors/assignment/summer")).json()["anchors"]
        assert [(anchor["anchor_label"], anchor["grade"]) for anchor in listed] == [("B1", "C1")]
    async with calling_service(application.container, *ROLES) as platform:
        listed = (await platform.get(f"{ADMIN}/anchors/assignment/summer")).json()["anchors"]
        assert [(anchor["anchor_label"], anchor["grade"]) for anchor in listed] == [("B1", "B1")]
        prompt = (await platform.get(f"{ADMIN}/student-prompts/assignment/summer")).json()
        assert prompt["prompt_text"] == KEPT_BY_NORTH


async def test_a_batch_is_assessed_by_its_own_organisations_instruction_first(
    application: RunningApplication,
) -> None:
    async with calling_service(application.container, *ROLES) as platform:
        await configure(platform)
    async with calling_service(application.container, *ROLES, organisation="south") as south:
        own = {
            "assignment_id": "summer",
            "instructions_text": "Something of our own.",
            "grade_scale": "cefr",
        }
        assert (await south.post(f"{ADMIN}/assessment-instructions", json=own)).status_code == 200
        assert (await south.get(f"{ADMIN}/anchors/assignment/summer")).json()["anchor_count"] == 0
    contexts = await application.container.get(ContextBuilder)
    for organisation, instructions, anchors in (
        ("south", "Something of our own.", 0),
        ("west", KEPT_BY_NORTH, 1),
        (None, KEPT_BY_NORTH, 1),
    ):
        owner = OrganisationId(organisation) if organisation is not None else None
        request = replace(new_request(), assignment_id=AssignmentId("summer"), organisation_id=owner)
        built = await contexts.build(request)
        assert built.brief.context.instructions == instructions
        assert len(built.anchors) == anchors
