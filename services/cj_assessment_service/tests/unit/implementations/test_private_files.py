"""Files for their owner's eyes only."""

import stat
from pathlib import Path

import pytest

from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.implementations.private_files import PrivateFiles

FILES = PrivateFiles()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "file"


def test_what_is_written_is_read_again_and_closed_to_others(path: Path) -> None:
    assert FILES.read(path) is None
    FILES.write(path, "first")
    path.chmod(0o644)
    FILES.write(path, "åäö")
    assert FILES.read(path) == "åäö"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["file"]


def test_a_new_file_replaces_none(path: Path) -> None:
    FILES.write_new(path, "first")
    with pytest.raises(ConfigurationRejected, match="exists already"):
        FILES.write_new(path, "second")
    assert FILES.read(path) == "first"


def test_a_file_that_others_may_open_is_not_read(path: Path) -> None:
    FILES.write(path, "secret")
    path.chmod(0o604)
    with pytest.raises(ConfigurationRejected, match="chmod 600"):
        FILES.read(path)


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(ConfigurationRejected, match="cannot be used"):
        FILES.write(tmp_path / "file" / "below", "content")


def test_an_error_of_the_block_passes_through_the_lock(path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="of the block"), FILES.locked(path):
        raise FileNotFoundError("of the block")
