"""What `GradeProjectionRepositoryProtocol` promises, on a real PostgreSQL."""

from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale
from cj_assessment_service.domain.grades import (
    AnchorCheck,
    AnchorFit,
    Calibration,
    ConfidenceLabel,
    GradeProbability,
    GradeProjection,
    Inversion,
    LeftOutAnchor,
    ProjectedGrades,
    ProjectionOutcome,
    ProjectionUnavailable,
    ProjectionUnavailableReason,
)
from cj_assessment_service.domain.identifiers import BatchId, EssayId, Grade, GradeScaleId
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import NOW, prepared_batch

SCALE = get_scale(GradeScaleId("eng5_np_national_9_step"))
CALIBRATION = Calibration(
    SCALE,
    centres=tuple(range(10)),
    cut_points=tuple(n + 0.5 for n in range(9)),
    cut_point_se=(0.2,) * 9,
    share_weights=(1.0,) * 10,
    grader_noise=0.125,
    anchors=(AnchorFit(EssayId("essay-00"), Grade("9"), 1.5, 0.25, -0.125, 0.75),),
    inversions=(Inversion(better=EssayId("essay-00"), worse=EssayId("essay-01")),),
    kendall_tau=0.75,
    check=AnchorCheck(
        (LeftOutAnchor(EssayId("essay-00"), Grade("9"), Grade("8"), 0.25),), 0.0, 1.0, 1.0, kappa=None
    ),
)
UNAVAILABLE = ProjectionUnavailable(ProjectionUnavailableReason.REVERSED_ANCHORS)


def projection(essay: int, grade: str) -> GradeProjection:
    return GradeProjection(
        essay_id=EssayId(f"essay-{essay:02}"),
        grade=Grade(grade),
        base_grade=Grade(grade),
        probabilities=(GradeProbability(Grade("0"), 0.25), GradeProbability(Grade(grade), 0.75)),
        confidence=0.75,
        confidence_label=ConfidenceLabel.HIGH,
        normalised_score=0.5,
        second=GradeProbability(Grade("0"), 0.25),
    )


GRADES = ProjectedGrades(CALIBRATION, (projection(0, "9"), projection(1, "4")))


async def replace(access: PostgresDataAccess, batch_id: BatchId, outcome: ProjectionOutcome) -> None:
    async with access.sessions.session() as session:
        await access.projections.replace_for_batch(session, batch_id, outcome, NOW)
        await session.commit()


async def stored(access: PostgresDataAccess, batch_id: BatchId) -> ProjectionOutcome | None:
    async with access.sessions.session() as session:
        return await access.projections.get_for_batch(session, batch_id)


async def test_grades_come_back_with_everything_they_rest_on(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    assert await stored(postgres_data_access, batch_id) is None
    await replace(postgres_data_access, batch_id, GRADES)
    assert await stored(postgres_data_access, batch_id) == GRADES


async def test_a_second_finalisation_replaces_the_first(postgres_data_access: PostgresDataAccess) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    await replace(postgres_data_access, batch_id, GRADES)
    fewer = ProjectedGrades(CALIBRATION, (projection(1, "5"),))
    await replace(postgres_data_access, batch_id, fewer)
    assert await stored(postgres_data_access, batch_id) == fewer


async def test_the_reason_for_having_no_grades_is_kept(postgres_data_access: PostgresDataAccess) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    await replace(postgres_data_access, batch_id, GRADES)
    await replace(postgres_data_access, batch_id, UNAVAILABLE)
    assert await stored(postgres_data_access, batch_id) == UNAVAILABLE


async def test_batches_keep_their_own_grades(postgres_data_access: PostgresDataAccess) -> None:
    first, second = await prepared_batch(postgres_data_access), await prepared_batch(postgres_data_access)
    await replace(postgres_data_access, first, GRADES)
    await replace(postgres_data_access, second, UNAVAILABLE)
    assert await stored(postgres_data_access, first) == GRADES
