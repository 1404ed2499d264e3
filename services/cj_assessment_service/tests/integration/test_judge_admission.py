"""Before a question leaves it is known where it goes, and where texts must stay none leaves."""

from dataclasses import replace

import pytest

from cj_assessment_service.domain.batches import StopReason
from cj_assessment_service.domain.panels import JudgeRole, Panel, PanelMember
from cj_assessment_service.domain.privacy import PrivacySettings
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow

HOST = "judge.example"
PANEL = Panel((PanelMember("here"), PanelMember("there", JudgeRole.FALLBACK)))
LOCAL = replace(SETTINGS, panel=PANEL, privacy=PrivacySettings(local_only=True))


@pytest.mark.parametrize("remote", ["here", "there"])
async def test_no_judge_of_a_local_batch_is_asked_when_one_of_them_is_elsewhere(
    workflow: Workflow, remote: str
) -> None:
    workflow.judges.destinations[remote] = HOST
    overview = await workflow.overview(await workflow.start(4, LOCAL))
    assert (workflow.judges.asked, overview.stop_reason) == ([], StopReason.PROCESSING_FAILED)
    assert HOST in str(overview.failure_detail)


async def test_a_local_batch_goes_on_with_judges_on_this_machine(workflow: Workflow) -> None:
    batch_id = await workflow.start(4, LOCAL)
    assert workflow.judges.asked
    assert await workflow.reader.destinations(batch_id) == {"here": None, "there": None}


async def test_where_questions_go_is_noted_before_they_leave(workflow: Workflow) -> None:
    workflow.judges.destinations["there"] = HOST
    batch_id = await workflow.start(4, replace(SETTINGS, panel=PANEL))
    assert workflow.judges.asked
    assert await workflow.reader.destinations(batch_id) == {"here": None, "there": HOST}
    overview = await workflow.overview(batch_id)
    assert overview.settings.privacy == PrivacySettings()
