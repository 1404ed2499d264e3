"""What may leave this machine, and what of a batch did."""

from pathlib import Path

from cj_assessment_service.cj_core_logic.privacy.disclosure import disclosure_of
from cj_assessment_service.cj_core_logic.privacy.local_only import refuse_remote
from cj_assessment_service.cli.names import reidentifier_of
from cj_assessment_service.cli.services import Services
from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.domain.disclosures import Disclosure
from cj_assessment_service.domain.errors import TextsDeleted
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.domain.results import AssessmentResult


async def refuse_remote_judges(services: Services, judges: tuple[str, ...]) -> None:
    """Raises RemoteJudgeRefused, or InvalidJudge for a judge there is not."""
    for judge in judges:
        opened = services.judges.open(JudgeSpec.parse(judge))
        destination = opened.traits.destination
        await opened.close()
        refuse_remote(judge, destination)


async def named_result(services: Services, batch_id: BatchId, key: Path | None = None) -> AssessmentResult:
    """With the real names, as far as the key is there. Raises UnknownBatch, or ConfigurationRejected for the key."""
    result = await services.reader.result(batch_id)
    reidentifier = await reidentifier_of(services, batch_id, key)
    return reidentifier.value(result) if reidentifier is not None else result


def refuse_without_texts(overview: BatchOverview) -> None:
    """Raises TextsDeleted for a batch of which only decisions are left."""
    if overview.texts_deleted_at is not None:
        batch_id = overview.identity.batch_id
        raise TextsDeleted(
            f"The texts of batch {batch_id} were deleted on {overview.texts_deleted_at:%Y-%m-%d}, so it cannot go on."
            f" Its results are still there: cj results {batch_id}"
        )


async def disclosed(services: Services, result: AssessmentResult) -> Disclosure:
    """What of this batch left the machine so far."""
    destinations = await services.reader.destinations(result.overview.identity.batch_id)
    return disclosure_of(result, destinations)
