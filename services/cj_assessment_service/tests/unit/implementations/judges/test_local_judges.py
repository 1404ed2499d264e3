"""An installation that no text may leave."""

import pytest

from cj_assessment_service.domain.errors import RemoteJudgeRefused
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.implementations.judges.local_judges import LocalJudges
from cj_assessment_service.implementations.judges.registry import EntryPointJudges

JUDGES = LocalJudges(EntryPointJudges())


@pytest.mark.parametrize(
    "name", ["offline", "openai:model@http://localhost:11434/v1", "openai:model@http://[::1]:80/v1"]
)
def test_a_judge_on_this_machine_is_opened(name: str) -> None:
    assert JUDGES.open(JudgeSpec.parse(name)).traits.destination is None


@pytest.mark.parametrize(
    "name", ["openai:model@http://judge.example/v1", "openai:model@http://192.168.0.7:80/v1"]
)
def test_any_other_is_refused_by_its_host(name: str) -> None:
    with pytest.raises(RemoteJudgeRefused, match="would send the texts to"):
        JUDGES.open(JudgeSpec.parse(name))
