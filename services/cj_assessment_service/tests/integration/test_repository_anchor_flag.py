"""An essay is an anchor exactly when its grade is known; nothing else, least of all its id, says so."""

from dataclasses import replace

import pytest

from cj_assessment_service.domain.identifiers import EssayId, Grade
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import create_batch, loaded_essays


@pytest.mark.parametrize(("grade", "is_anchor"), [(Grade("B1"), True), (None, False)])
async def test_the_anchor_flag_follows_the_known_grade(
    postgres_data_access: PostgresDataAccess, grade: Grade | None, is_anchor: bool
) -> None:
    batch_id = await create_batch(postgres_data_access)
    essay = replace(loaded_essays(1)[0], essay_id=EssayId("ANCHOR_7"), known_grade=grade)
    async with postgres_data_access.sessions.session() as session:
        await postgres_data_access.essays.add_essays(session, batch_id, [essay], [])
        (item,) = await postgres_data_access.essays.get_essays_for_batch(session, batch_id)
    assert (item.is_anchor, item.known_grade) == (is_anchor, grade)
