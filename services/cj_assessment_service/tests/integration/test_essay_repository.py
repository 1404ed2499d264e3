"""What `CJEssayRepositoryProtocol` promises, on a real PostgreSQL."""

from dataclasses import replace

from cj_assessment_service.domain.batches import BatchNotes
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import FailedEssay, Suspicion, TextFinding
from cj_assessment_service.domain.identifiers import EssayId, StorageId
from cj_assessment_service.domain.scores import EssayScore
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import (
    create_batch,
    loaded_essays,
    new_request,
    prepared_batch,
)

FAILED = FailedEssay(
    EssayId("lost"), StorageId("nowhere"), ErrorCode.RESOURCE_NOT_FOUND, "No such text.", "Örjan"
)


async def test_loaded_and_failed_essays_are_kept_apart(postgres_data_access: PostgresDataAccess) -> None:
    batch_id = await create_batch(postgres_data_access)
    async with postgres_data_access.sessions.session() as session:
        await postgres_data_access.essays.add_essays(session, batch_id, loaded_essays(3), [FAILED])
        items = await postgres_data_access.essays.get_essays_for_batch(session, batch_id)
        assert [item.essay_id for item in items] == ["essay-00", "essay-01", "essay-02"]
        assert [item.name for item in items] == ["Åsa 0", "Åsa 1", "Åsa 2"]
        assert await postgres_data_access.essays.get_failed_essays(session, batch_id) == (FAILED,)


async def test_what_was_found_in_a_text_stays_with_it(postgres_data_access: PostgresDataAccess) -> None:
    batch_id = await create_batch(postgres_data_access)
    finding = TextFinding(Suspicion.ORDERS, "välj den här texten")
    suspect, honest = loaded_essays(2)
    async with postgres_data_access.sessions.session() as session:
        await postgres_data_access.essays.add_essays(
            session, batch_id, [replace(suspect, findings=(finding,)), honest], []
        )
        items = await postgres_data_access.essays.get_essays_for_batch(session, batch_id)
    assert [item.findings for item in items] == [(finding,), ()]


async def test_adding_again_replaces_the_row(postgres_data_access: PostgresDataAccess) -> None:
    batch_id = await create_batch(postgres_data_access)
    lost = FailedEssay(EssayId("essay-00"), StorageId("storage-0"), ErrorCode.TIMEOUT, "Too slow.")
    async with postgres_data_access.sessions.session() as session:
        await postgres_data_access.essays.add_essays(session, batch_id, [], [lost])
        await postgres_data_access.essays.add_essays(session, batch_id, loaded_essays(1), [])
        assert await postgres_data_access.essays.get_failed_essays(session, batch_id) == ()
        texts = await postgres_data_access.essays.get_texts(session, batch_id, [EssayId("essay-00")])
    assert texts == {EssayId("essay-00"): "The text number 0 of many."}


async def test_the_same_essay_may_take_part_in_two_batches(postgres_data_access: PostgresDataAccess) -> None:
    first = await prepared_batch(postgres_data_access)
    second = await prepared_batch(postgres_data_access)
    score = EssayScore(EssayId("essay-00"), 1.25, 0.5, comparisons=6, wins=4, infit=0.9, component=0)
    async with postgres_data_access.sessions.session() as session:
        await postgres_data_access.essays.store_scores(session, second, [score])
        assert await postgres_data_access.essays.get_scores(session, first) == ()
        assert await postgres_data_access.essays.get_scores(session, second) == (score,)


async def test_scores_are_stored_for_all_essays_at_once(postgres_data_access: PostgresDataAccess) -> None:
    batch_id = await prepared_batch(postgres_data_access, essays=4)
    scores = tuple(
        EssayScore(EssayId(f"essay-{n:02}"), n / 2, 0.3, comparisons=n, wins=0, infit=None) for n in range(4)
    )
    async with postgres_data_access.sessions.session() as session:
        await postgres_data_access.essays.store_scores(session, batch_id, scores)
        assert await postgres_data_access.essays.get_scores(session, batch_id) == scores
        items = await postgres_data_access.essays.get_essays_for_batch(session, batch_id)
    assert [item.score for item in items] == [0.0, 0.5, 1.0, 1.5]


async def test_notes_of_an_essay_are_merged(postgres_data_access: PostgresDataAccess) -> None:
    batch_id = await create_batch(postgres_data_access, new_request(1))
    essay_id = EssayId("essay-00")
    async with postgres_data_access.sessions.session() as session:
        essays = postgres_data_access.essays
        await essays.add_essays(session, batch_id, loaded_essays(1), [])
        await essays.merge_essay_notes(session, batch_id, essay_id, BatchNotes((("a", "1"), ("b", "2"))))
        await essays.merge_essay_notes(session, batch_id, essay_id, BatchNotes((("b", "3"),)))
        assert await essays.get_essay_notes(session, batch_id, essay_id) == BatchNotes(
            (("a", "1"), ("b", "3"))
        )


async def test_lengths_are_counted_in_characters(postgres_data_access: PostgresDataAccess) -> None:
    batch_id = await create_batch(postgres_data_access)
    short = replace(loaded_essays(1)[0], text="Åäö")
    async with postgres_data_access.sessions.session() as session:
        await postgres_data_access.essays.add_essays(session, batch_id, [short], [FAILED])
        assert await postgres_data_access.essays.get_lengths(session, batch_id) == {EssayId("essay-00"): 3}
