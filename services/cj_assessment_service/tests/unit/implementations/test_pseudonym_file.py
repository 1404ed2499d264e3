"""The key file."""

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.domain.privacy import PseudonymBook
from cj_assessment_service.implementations.pseudonym_file import PseudonymFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "key.json"


@pytest.fixture
def keys(path: Path) -> PseudonymFile:
    return PseudonymFile(path)


def with_name(book: PseudonymBook, name: str) -> tuple[PseudonymBook, str]:
    return replace(book, names=(*book.names, (f"Student {name}", name))), name


def test_what_was_stored_is_read_again_with_its_secret(keys: PseudonymFile, path: Path) -> None:
    assert keys.read(path) is None
    assert keys.change(path, lambda book: with_name(book, "Åsa")) == "Åsa"
    book = keys.read(path)
    assert book is not None
    assert (book.names, len(book.secret)) == ((("Student Åsa", "Åsa"),), 32)
    keys.change(path, lambda book: with_name(book, "Erik"))
    again = keys.read(path)
    assert again is not None
    assert (again.secret, len(again.names)) == (book.secret, 2)


def test_only_its_owner_may_open_the_file_and_its_folder(keys: PseudonymFile, path: Path) -> None:
    keys.change(path, lambda book: with_name(book, "Anna"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}


def test_a_file_that_others_may_open_is_refused(keys: PseudonymFile, path: Path) -> None:
    keys.change(path, lambda book: with_name(book, "Anna"))
    path.chmod(0o640)
    with pytest.raises(ConfigurationRejected, match="chmod 600"):
        keys.read(path)


def test_no_file_is_made_where_there_is_nothing_to_keep(keys: PseudonymFile, path: Path) -> None:
    keys.change(path, lambda book: (book, None))
    assert not path.exists()


@pytest.mark.parametrize("content", ["", "{}", '{"secret": "Anna", "names": {}, "labels": {}}'])
def test_another_file_is_refused_without_repeating_what_stands_in_it(
    keys: PseudonymFile, tmp_path: Path, content: str
) -> None:
    other = tmp_path / "other.json"
    other.write_text(content)
    other.chmod(0o600)
    with pytest.raises(ConfigurationRejected, match="is no pseudonym key") as refused:
        keys.change(other, lambda book: with_name(book, "Erik"))
    assert "Anna" not in str(refused.value)
    assert other.read_text() == content


def test_those_who_write_at_once_lose_nothing(keys: PseudonymFile, path: Path) -> None:
    names = [f"name {number}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: keys.change(path, lambda book: with_name(book, name)), names))
    book = keys.read(path)
    assert book is not None
    assert sorted(name for _, name in book.names) == sorted(names)
