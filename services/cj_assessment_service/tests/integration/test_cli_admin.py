"""`cj admin` against the real service on a real port; what it writes is read back from the database."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.api.settings import KeySetFile
from cj_assessment_service.domain.batches import BatchStatus
from cj_assessment_service.domain.identifiers import AssignmentId, GradeScaleId, OrganisationId
from cj_assessment_service.domain.instructions import ContextOrigin, Instruction
from cj_assessment_service.implementations.content_store import PostgreSQLContentStore
from cj_assessment_service.tests.fixtures.http import SETTINGS, TOKENS, token_for
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.fixtures.served import ServedApplication
from cj_assessment_service.tests.integration.batches import create_batch, new_request
from cj_assessment_service.tests.integration.command_line import Said, run_command, write_folder, write_table

Admin = Callable[..., Said]

ESSAY = "This is the essay of somebody whose grade is known. " * 3
PROMPT = "Write a letter to a friend about your summer, åäö."
CREATE = ("instructions", "create", "--assignment", "summer", "--scale", "swedish_8_anchor")


@pytest.fixture
def served(test_db_engine: AsyncEngine) -> Iterator[ServedApplication]:
    with ServedApplication(test_db_engine) as application:
        yield application


@pytest.fixture
def environment(served: ServedApplication, tmp_path: Path) -> dict[str, str]:
    return {
        "CJ_ADMIN_BASE_URL": served.origin,
        "CJ_ADMIN_TOKEN": token_for("admin"),
        "CJ_ADMIN_TOKEN_PATH": str(tmp_path / "login.json"),
    }


@pytest.fixture
def admin(environment: dict[str, str]) -> Admin:
    return lambda *arguments, **changes: run_command(environment | changes, "admin", *arguments)


async def stored(access: PostgresDataAccess, assignment: str) -> Instruction:
    async with access.sessions.session() as session:
        found = await access.instructions.get_instruction(session, None, AssignmentId(assignment), None)
    assert found is not None
    return found


async def anchors_of(access: PostgresDataAccess, scale: str = "swedish_8_anchor") -> dict[str, str]:
    async with access.sessions.session() as session:
        listed = await access.anchors.list_anchors(session, None, AssignmentId("summer"), GradeScaleId(scale))
    return {anchor.label: anchor.grade for anchor in listed}


def create_summer(admin: Admin) -> None:
    said = admin(*CREATE, "--text", "Compare the letters as a whole.")
    assert (said.code, said.err) == (0, "")


async def test_an_assignment_is_configured_with_its_prompt_and_rubric_in_one_go(
    admin: Admin, postgres_data_access: PostgresDataAccess, tmp_path: Path
) -> None:
    task = tmp_path / "task.txt"
    task.write_text(PROMPT, encoding="utf-8")
    said = admin(
        *CREATE,
        *("--text", "Compare the letters as a whole.", "--origin", "canonical_national"),
        *("--prompt-file", task, "--rubric-text", "Prefer what is better organised.", "--json"),
    )
    assert (said.code, said.err) == (0, "")
    instruction = await stored(postgres_data_access, "summer")
    assert instruction.draft.origin is ContextOrigin.CANONICAL_NATIONAL
    prompt_id, rubric_id = (
        instruction.draft.student_prompt_storage_id,
        instruction.draft.judge_rubric_storage_id,
    )
    assert prompt_id is not None
    assert rubric_id is not None
    contents = PostgreSQLContentStore(postgres_data_access.sessions)
    assert await contents.fetch_content(prompt_id) == PROMPT
    assert await contents.fetch_content(rubric_id) == "Prefer what is better organised."
    [document] = said.documents
    assert (document["assignment_id"], document["student_prompt_storage_id"]) == ("summer", prompt_id)
    assert document["judge_rubric_storage_id"] == rubric_id


def test_what_was_uploaded_is_printed_alone_or_written_to_a_file(admin: Admin, tmp_path: Path) -> None:
    create_summer(admin)
    assert admin("prompts", "upload", "summer", "--text", PROMPT).code == 0
    assert admin("rubrics", "upload", "summer", "--text", "Prefer what is longer.").code == 0
    assert admin("prompts", "get", "summer").out == f"{PROMPT}\n"
    [rubric] = admin("rubrics", "get", "summer", "--json").documents
    assert rubric["rubric_text"] == "Prefer what is longer."
    copy = tmp_path / "copy.txt"
    assert admin("prompts", "get", "summer", "--output", copy).code == 0
    assert copy.read_text(encoding="utf-8") == PROMPT


def test_the_instructions_are_listed_page_by_page(admin: Admin) -> None:
    create_summer(admin)
    course = ("instructions", "create", "--course", "ENG5", "--scale", "cefr", "--text", "Read both closely.")
    assert admin(*course).out == "ENG5 is configured, with the scale cefr.\n"
    first = admin("instructions", "list", "--page-size", 1)
    assert first.out.splitlines()[1].startswith("–\tENG5\tcefr\tresearch_experiment\tno\tno\t")
    assert first.out.splitlines()[-1] == "Page 1 of 2; 2 in all."
    [only] = admin("instructions", "list", "--scale", "swedish_8_anchor", "--json").documents
    assert only["assignment_id"] == "summer"


def test_instructions_are_shown_and_deleted(admin: Admin) -> None:
    create_summer(admin)
    shown = admin("instructions", "get", "summer").out.splitlines()
    assert shown == [
        "Scale: swedish_8_anchor. Origin: research_experiment.",
        "Student prompt: no.",
        "Judge rubric: no.",
        "Compare the letters as a whole.",
    ]
    assert admin("instructions", "delete", "--assignment", "summer", "--yes").code == 0
    assert admin("instructions", "get", "summer").code == 1
    assert admin("instructions", "delete", "--course", "ENG5", "--yes").code == 1


async def test_an_anchor_is_registered_under_its_label_and_registered_again_replaces_it(
    admin: Admin, postgres_data_access: PostgresDataAccess
) -> None:
    create_summer(admin)
    assert (
        admin("anchors", "register", "summer", "--grade", "A", "--text", ESSAY, "--label", "best").code == 0
    )
    assert (
        admin("anchors", "register", "summer", "--grade", "B", "--text", ESSAY, "--label", "best").code == 0
    )
    assert await anchors_of(postgres_data_access) == {"best": "B"}
    listed = admin("anchors", "list", "summer")
    assert listed.out.splitlines()[1].startswith("1\tbest\tB\t")
    assert listed.out.splitlines()[2] == "1 anchor in the scale swedish_8_anchor."


async def test_a_table_of_anchors_is_registered_with_texts_from_cells_files_and_essays(
    admin: Admin, postgres_data_access: PostgresDataAccess, tmp_path: Path
) -> None:
    create_summer(admin)
    (tmp_path / "own.txt").write_text(ESSAY + "From a file.", encoding="utf-8")
    table = write_table(
        tmp_path / "anchors.csv",
        ("id", "grade", "path", "text"),
        ("in a file", "A", "own.txt", ""),
        ("in a cell", "C+", "", ESSAY + "From a cell."),
        ("Erik", "F", "", ""),
    )
    essays = write_folder(tmp_path / "essays")
    said = admin("anchors", "register", "summer", "--from", table, "--essays", essays, "--json")
    assert [document["anchor_label"] for document in said.documents] == ["in a file", "in a cell", "Erik"]
    assert await anchors_of(postgres_data_access) == {"in a file": "A", "in a cell": "C+", "Erik": "F"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("second", "A++", ESSAY + "2"), "has no grade 'A++'"),
        (("second", "A", "Too short to be an anchor."), "essay_text: String should have at least 100"),
    ],
)
async def test_a_table_with_one_bad_row_registers_nothing(
    admin: Admin,
    postgres_data_access: PostgresDataAccess,
    tmp_path: Path,
    row: tuple[str, ...],
    said: str,
) -> None:
    create_summer(admin)
    table = write_table(tmp_path / "anchors.csv", ("id", "grade", "text"), ("first", "B", ESSAY), row)
    refused = admin("anchors", "register", "summer", "--from", table)
    assert refused.code == 3
    assert said in refused.err
    assert ESSAY not in refused.err
    assert await anchors_of(postgres_data_access) == {}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("prompts", "get", "winter"), "(404 Not Found): The assignment winter is not configured."),
        (("prompts", "upload", "winter", "--text", PROMPT), "(404 Not Found): The assignment winter"),
        (
            ("instructions", "create", "--course", "E", "--text", PROMPT, "--scale", "x"),
            "(400 Bad Request): ",
        ),
        (("instructions", "get", "x" * 101), "assignment: Expected `str` of length <= 100."),
    ],
)
def test_what_the_service_refuses_is_told_in_a_paragraph_with_the_correlation_id(
    admin: Admin, arguments: tuple[str, ...], said: str
) -> None:
    refused = admin(*arguments)
    assert (refused.code, refused.out) == (1, "")
    [paragraph] = refused.err.splitlines()
    assert paragraph.startswith("The service refused this (")
    assert said in paragraph
    correlation_id = paragraph.removesuffix(".").rpartition("Correlation id ")[2]
    assert str(UUID(correlation_id)) == correlation_id


def test_who_is_not_known_or_may_not_is_told_so(admin: Admin) -> None:
    unknown = admin("instructions", "list", CJ_ADMIN_TOKEN="not-a-token")  # noqa: S106 - indeed not
    assert unknown.code == 1
    assert "401 Unauthorized" in unknown.err
    assert "`cj admin login`" in unknown.err
    assert "not-a-token" not in unknown.err
    teacher = admin("instructions", "list", CJ_ADMIN_TOKEN=token_for("teacher"))
    assert teacher.code == 1
    assert "(403 Forbidden): This needs the role admin" in teacher.err


def test_an_address_with_the_prefix_of_earlier_times_works(admin: Admin, served: ServedApplication) -> None:
    assert admin("instructions", "list", CJ_ADMIN_BASE_URL=f"{served.origin}/admin/v1/").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("instructions", "create", "--scale", "cefr", "--text", PROMPT),
        ("instructions", "create", "--scale", "cefr", "--text", PROMPT, "--assignment", "a", "--course", "b"),
        ("instructions", "create", "--scale", "cefr", "--assignment", "a"),
        ("instructions", "create", "--assignment", "a", "--text", PROMPT),
        (
            *("instructions", "create", "--scale", "cefr", "--course", "b", "--text", PROMPT),
            "--prompt-text",
            PROMPT,
        ),
        ("instructions", "list", "--page-size", "201"),
        ("instructions", "delete"),
        ("prompts", "upload", "summer"),
        ("rubrics", "upload", "summer", "--text", PROMPT, "--file", "pyproject.toml"),
        ("anchors", "register", "summer", "--text", ESSAY),
        ("anchors", "register", "summer", "--grade", "A"),
        ("anchors", "register", "summer", "--grade", "A", "--text", ESSAY, "--essays", "."),
    ],
)
def test_options_that_do_not_fit_each_other_are_a_matter_of_usage(
    admin: Admin, arguments: tuple[str, ...]
) -> None:
    assert admin(*arguments).code == 2


def test_a_text_that_is_too_short_is_refused_before_it_is_sent(admin: Admin) -> None:
    create_summer(admin)
    refused = admin("prompts", "upload", "summer", "--text", "Short.")
    assert refused.code == 3
    assert "at least 10 characters" in refused.err
    assert "Short." not in refused.err


def test_nothing_is_configured_where_one_of_the_texts_cannot_be_used(admin: Admin) -> None:
    refused = admin(*CREATE, "--text", "Compare the letters as a whole.", "--rubric-text", "Short.")
    assert refused.code == 3
    assert "rubric_text: String should have at least 10 characters" in refused.err
    assert admin("instructions", "get", "summer").code == 1


async def test_batches_are_listed_page_by_page_and_shown_to_their_organisation_only(
    admin: Admin, postgres_data_access: PostgresDataAccess
) -> None:
    for number in range(2):
        request = replace(new_request(outer_id=f"outer-{number}"), organisation_id=OrganisationId("north"))
        await create_batch(postgres_data_access, request)
    of_north = {"CJ_ADMIN_TOKEN": token_for("admin", organisation="north")}
    [second, first] = admin("batches", "list", "--json", **of_north).documents
    assert (second["id"], first["id"], first["organisation_id"]) == (2, 1, "north")
    [older] = admin("batches", "list", "--before", 2, "--json", **of_north).documents
    assert older == first
    assert admin("batches", "list", **of_north).out.splitlines()[2].startswith("1\t2026-05-04 ")
    shown = admin("batches", "show", 1, **of_north)
    assert shown.out.splitlines()[0] == f"Batch 1: {BatchStatus.PENDING.value}."
    of_south = {"CJ_ADMIN_TOKEN": token_for("admin", organisation="south")}
    assert admin("batches", "list", "--json", **of_south).documents == []
    assert "404 Not Found" in admin("batches", "show", 1, **of_south).err


def test_a_service_that_has_only_the_key_set_believes_tokens_of_the_key_and_no_others(
    test_db_engine: AsyncEngine, tmp_path: Path
) -> None:
    private_key, jwks = tmp_path / "private.pem", tmp_path / "jwks.json"
    assert run_command({}, "admin", "keys", "new", "--private-key", private_key, "--jwks", jwks).code == 0
    sign = ("admin", "token", "service", "--role", "admin", "--private-key", private_key)
    token = run_command({}, *sign).out.strip()
    settings = replace(SETTINGS, tokens=replace(TOKENS, keys=KeySetFile(jwks)))
    with ServedApplication(test_db_engine, settings) as service:
        listing = {"CJ_ADMIN_BASE_URL": service.origin}
        known = run_command(listing | {"CJ_ADMIN_TOKEN": token}, "admin", "instructions", "list")
        assert (known.code, known.err) == (0, "")
        other = listing | {"CJ_ADMIN_TOKEN": token_for("admin")}
        refused = run_command(other, "admin", "instructions", "list")
        assert "401 Unauthorized" in refused.err
