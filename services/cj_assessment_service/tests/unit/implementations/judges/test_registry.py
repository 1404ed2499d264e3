import os
import subprocess
import sys
from pathlib import Path

import pytest

from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.implementations.judges import offline, simulated
from cj_assessment_service.implementations.judges.registry import EntryPointJudges

GROUP = "cj_assessment_service.judges_under_test"
BAD_ARGUMENTS = {"offline": "x", "simulated": "x"}
OUR_OWN = ("anthropic", "azure", "google", "mistral", "offline", "ollama", "openai", "replay", "simulated")
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EntryPointJudges:
    """A package as an installer leaves it: only its metadata, which is all that finding judges needs."""
    metadata = tmp_path / "more_judges-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: more-judges\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        f"[{GROUP}]\n"
        f"surface = {offline.__name__}:open_judge\n"
        f"dice = {simulated.__name__}:open_judge\n"
        "gone = no_such_package_here:open_judge\n"
        f"hollow = {offline.__name__}:nothing_of_this_name\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    return EntryPointJudges(GROUP)


def test_an_announced_judge_is_opened_with_its_argument(installed: EntryPointJudges) -> None:
    assert isinstance(installed.open(JudgeSpec.parse("surface")), offline.OfflineJudge)
    judge = installed.open(JudgeSpec.parse("dice:sd=3,seed=9"))
    assert judge == simulated.SimulatedJudge(simulated.SimulationPolicy(sd=3, seed=9))


def test_an_unknown_kind_is_refused_with_the_known_ones(installed: EntryPointJudges) -> None:
    with pytest.raises(InvalidJudge, match=r"no judge called oracle.*dice, gone, hollow, surface"):
        installed.open(JudgeSpec.parse("oracle"))


@pytest.mark.parametrize("kind", ["gone", "hollow"])
def test_a_judge_that_cannot_be_loaded_is_refused_by_name(installed: EntryPointJudges, kind: str) -> None:
    with pytest.raises(InvalidJudge, match=f"The judge {kind} is announced but cannot be loaded"):
        installed.open(JudgeSpec.parse(kind))


def test_the_fault_of_an_argument_is_told_by_the_judge_itself(installed: EntryPointJudges) -> None:
    with pytest.raises(InvalidJudge, match="takes no argument"):
        installed.open(JudgeSpec.parse("surface:fast"))


@pytest.mark.parametrize("kind", OUR_OWN)
def test_no_judge_takes_an_option_it_does_not_know_or_repeats_it_to_people(kind: str) -> None:
    argument = "" if kind in {"offline", "simulated"} else "x@http://localhost:1"
    with pytest.raises(InvalidJudge, match="does not know 1 of its options") as caught:
        EntryPointJudges().open(JudgeSpec.parse(f"{kind}:{argument}?pass=hunter2"))
    assert "hunter2" not in str(caught.value)


def test_the_client_of_a_provider_is_imported_only_when_it_is_used() -> None:
    script = f"import sys, {EntryPointJudges.__module__}; sys.exit({{'openai', 'anthropic'}} & {{*sys.modules}} != set())"
    assert subprocess.run([sys.executable, "-c", script], check=False, env=ENVIRONMENT).returncode == 0


@pytest.mark.parametrize("kind", OUR_OWN)
def test_our_own_judges_are_installed(kind: str) -> None:
    with pytest.raises(InvalidJudge) as caught:
        EntryPointJudges().open(JudgeSpec(kind, BAD_ARGUMENTS.get(kind, "")))
    assert f"no judge called {kind}" not in str(caught.value)
