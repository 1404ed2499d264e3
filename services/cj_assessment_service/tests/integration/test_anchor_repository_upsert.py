"""What `AnchorRepositoryProtocol` promises, on a real PostgreSQL."""

from cj_assessment_service.domain.essays import AnchorDraft
from cj_assessment_service.domain.identifiers import AnchorId, AssignmentId, Grade, GradeScaleId, StorageId
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess

ASSIGNMENT = AssignmentId("np-2026")
CEFR = GradeScaleId("cefr")
SWEDISH = GradeScaleId("swedish_8_anchor")


async def upsert(
    access: PostgresDataAccess, label: str, grade: str, storage: str, scale: GradeScaleId = CEFR
) -> AnchorId:
    async with access.sessions.session() as session:
        anchor_id = await access.anchors.upsert_anchor(
            session, AnchorDraft(ASSIGNMENT, scale, label, Grade(grade), StorageId(storage))
        )
        await session.commit()
    return anchor_id


async def test_the_same_label_keeps_its_id_and_gets_the_new_text(
    postgres_data_access: PostgresDataAccess,
) -> None:
    first = await upsert(postgres_data_access, "anchor-1", "B1", "old")
    second = await upsert(postgres_data_access, "anchor-1", "B2", "new")
    async with postgres_data_access.sessions.session() as session:
        (anchor,) = await postgres_data_access.anchors.list_anchors(session, None, ASSIGNMENT, CEFR)
    assert first == second == anchor.anchor_id
    assert (anchor.grade, anchor.storage_id) == ("B2", "new")


async def test_several_labels_may_share_a_grade_and_come_in_order(
    postgres_data_access: PostgresDataAccess,
) -> None:
    ids = [await upsert(postgres_data_access, label, "B1", label) for label in ("c", "a", "b")]
    async with postgres_data_access.sessions.session() as session:
        anchors = await postgres_data_access.anchors.list_anchors(session, None, ASSIGNMENT, CEFR)
    assert [anchor.anchor_id for anchor in anchors] == sorted(ids)
    assert [anchor.label for anchor in anchors] == ["c", "a", "b"]


async def test_anchors_of_different_scales_do_not_mix(postgres_data_access: PostgresDataAccess) -> None:
    await upsert(postgres_data_access, "one", "B1", "x")
    await upsert(postgres_data_access, "one", "C", "y", SWEDISH)
    async with postgres_data_access.sessions.session() as session:
        anchors = postgres_data_access.anchors
        assert await anchors.count_anchors_by_scale(session, None, ASSIGNMENT) == {CEFR: 1, SWEDISH: 1}
        assert [a.grade for a in await anchors.list_anchors(session, None, ASSIGNMENT, SWEDISH)] == ["C"]


async def test_deleting_says_how_many_went(postgres_data_access: PostgresDataAccess) -> None:
    await upsert(postgres_data_access, "one", "B1", "x")
    await upsert(postgres_data_access, "two", "B1", "y")
    async with postgres_data_access.sessions.session() as session:
        assert await postgres_data_access.anchors.delete_anchors(session, None, ASSIGNMENT) == 2
        assert await postgres_data_access.anchors.list_anchors(session, None, ASSIGNMENT, CEFR) == ()
        await session.commit()
