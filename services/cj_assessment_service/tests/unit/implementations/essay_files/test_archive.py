"""A ZIP archive gives what the same folder would give."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest

from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.implementations.essay_files import archive as archive_module
from cj_assessment_service.implementations.essay_files import stored_files
from cj_assessment_service.implementations.essay_files.archive import files_of_archive
from cj_assessment_service.tests.unit.implementations.essay_files.made_files import archive


def read(folder: Path, content: bytes) -> dict[str, bytes]:
    path = folder / "essays.zip"
    path.write_bytes(content)
    return {file.name: file.load() for file in files_of_archive(path)}


def test_files_directly_inside_are_read_by_name(tmp_path: Path) -> None:
    found = read(tmp_path, archive({"b.txt": b"2", "a.txt": b"1", "deeper/c.txt": b"3"}))
    assert list(found.items()) == [("a.txt", b"1"), ("b.txt", b"2")]


def test_a_folder_around_everything_is_entered(tmp_path: Path) -> None:
    found = read(tmp_path, archive({"class/essays/a.txt": b"1", "class/essays/old/b.txt": b"2"}))
    assert found == {"a.txt": b"1"}


def test_what_systems_leave_behind_is_passed_over(tmp_path: Path) -> None:
    left = {
        "essays/.DS_Store": b"",
        "__MACOSX/essays/._a.txt": b"",
        "essays/~$a.docx": b"",
        "essays/Thumbs.db": b"",
    }
    assert read(tmp_path, archive({"essays/a.txt": b"1"} | left)) == {"a.txt": b"1"}


def test_names_that_point_outside_are_only_names(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    found = read(inside, archive({"../../a.txt": b"1", "/b.txt": b"2", "\\c.txt": b"3"}))
    assert found == {"a.txt": b"1", "b.txt": b"2", "c.txt": b"3"}
    assert [path.name for path in tmp_path.rglob("*.txt")] == []


@pytest.mark.parametrize("encoding", ["utf-8", "cp437"])
def test_names_without_a_mark_keep_their_letters(tmp_path: Path, encoding: str) -> None:
    target, placeholder = BytesIO(), b"12345678.txt"
    with ZipFile(target, "w") as opened:
        opened.writestr(placeholder.decode(), b"1")
    raw = "Åsa.txt".encode(encoding).rjust(len(placeholder), b"x")
    (name,) = read(tmp_path, target.getvalue().replace(placeholder, raw))
    assert name.lstrip("x") == "Åsa.txt"


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "MAXIMUM_ARCHIVE_BYTES", 1000)
    with pytest.raises(InputRejected, match=r"^essays\.zip: Unpacked, the archive takes"):
        read(tmp_path, archive({"a.txt": b"0" * 600, "b.txt": b"0" * 600}))


def test_a_file_that_unpacks_to_too_much_is_refused_by_name(tmp_path: Path) -> None:
    too_much = bytes(stored_files.MAXIMUM_FILE_BYTES + 1)
    with pytest.raises(InputRejected, match=r"^a\.txt: The file has 50 MB; the limit is 50 MB"):
        read(tmp_path, archive({"a.txt": too_much}))


def test_no_more_is_unpacked_than_an_entry_declares(tmp_path: Path) -> None:
    content = archive({"a.txt": b"0" * 1_000_000})
    lying = content.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(InputRejected, match=r"^a\.txt: .*cannot be read as a part of the archive"):
        read(tmp_path, lying)


def test_a_locked_file_is_refused_by_name(tmp_path: Path) -> None:
    target = BytesIO()
    with ZipFile(target, "w") as opened:
        opened.writestr(ZipInfo("a.txt"), b"text")
    content = bytearray(target.getvalue())
    content[content.index(b"PK\x01\x02") + 8] |= 0x1
    with pytest.raises(InputRejected, match=r"^a\.txt: The archive is protected with a password"):
        read(tmp_path, bytes(content))


@pytest.mark.parametrize("content", [b"", b"not an archive", archive({"a.txt": b"text"})[:-10]])
def test_a_damaged_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputRejected, match=r"^essays\.zip: The file cannot be read as a ZIP archive"):
        read(tmp_path, content)


def test_an_empty_archive_holds_no_files(tmp_path: Path) -> None:
    assert read(tmp_path, archive({})) == {}
