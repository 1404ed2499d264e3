"""The command line itself."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from cj_assessment_service.cli.lazy_group import LazyGroup
from cj_assessment_service.cli.main import COMMANDS, cj
from cj_assessment_service.cli.request import lasting_judge_name, user_name

LOADED = """
import sys
from cj_assessment_service.__main__ import main
sys.argv = ["cj", *{arguments!r}]
try:
    main()
except SystemExit:
    print(sorted(sys.modules.keys() & {slow!r}))
"""
SLOW = {
    "numpy",
    "scipy",
    "sqlalchemy",
    "pydantic",
    "dishka",
    "matplotlib",
    "openpyxl",
    "litestar",
    "openai",
    "httpx2",
}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["assess", "--help"],
        ["demo", "--help"],
        ["fit", "--help"],
        ["simulate", "--help"],
        ["plan", "--help"],
        ["prompts", "show", "--help"],
        ["admin", "--help"],
    ],
)
def test_help_comes_without_loading_what_is_slow(arguments: list[str]) -> None:
    code = LOADED.format(arguments=arguments, slow=SLOW)
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_found_under_its_name(name: str) -> None:
    assert isinstance(cj, LazyGroup)
    command = cj.get_command(click.Context(cj), name)
    assert command is not None
    assert command.name == name


def test_a_recording_is_found_again_from_another_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert lasting_judge_name("replay:before.csv") == f"replay:{tmp_path / 'before.csv'}"
    assert lasting_judge_name("openai:model@http://host/v1") == "openai:model@http://host/v1"


@pytest.mark.parametrize("error", [KeyError, OSError])
def test_a_user_without_a_name_is_no_obstacle(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def nobody() -> str:
        raise error

    monkeypatch.setattr("getpass.getuser", nobody)
    assert user_name() == "unknown"
