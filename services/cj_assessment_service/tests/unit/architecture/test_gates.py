"""The rules of the house, as checks that fail."""

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cj_assessment_service

PACKAGE = Path(cj_assessment_service.__file__).parent
ROOT = PACKAGE.parent.parent
FORBIDDEN_NAMES = ("CJRepository" + "Protocol", "PostgreSQLCJRepository" + "Impl", "db_access" + "_impl")
LONGEST_MODULE = 500


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders or ("",):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            if "tests" not in path.relative_to(PACKAGE).parts or "tests" in folder:
                yield path


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FORBIDDEN_NAMES)
def test_the_repository_that_knew_everything_exists_nowhere(name: str) -> None:
    named = [path for path in (*modules(), *modules("tests")) if name in path.read_text(encoding="utf-8")]
    assert named == []


def test_no_repository_ends_a_transaction() -> None:
    endings = {"commit", "rollback", "begin", "begin_nested"}
    found = [
        f"{path.name}:{node.lineno}"
        for path in modules("implementations")
        if path.stem.endswith("_repository") or path.stem == "outbox"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in endings
    ]
    assert found == []


def test_no_public_function_of_the_workflow_takes_a_database_session() -> None:
    found = [
        f"{path.name}:{node.name}"
        for path in modules("cj_core_logic", "message_handlers")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for argument in (*node.args.args, *node.args.kwonlyargs)
        if argument.arg == "session"
        or (argument.annotation and "AsyncSession" in ast.unparse(argument.annotation))
    ]
    assert found == []


def test_sqlalchemy_stays_behind_the_adapters() -> None:
    allowed = {"implementations", "alembic"}
    found = [
        path.relative_to(PACKAGE).as_posix()
        for path in modules()
        if path.relative_to(PACKAGE).parts[0] not in {*allowed, "models_db.py", "protocols.py"}
        and any("sqlalchemy" in name for name in imported(tree_of(path)))
    ]
    assert found == []


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_nothing_is_imported_inside_a_function_or_for_type_checking_only() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{inner.lineno}"
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert found == []
    assert [path for path in modules() if "TYPE_CHECKING" in path.read_text(encoding="utf-8")] == []


def test_the_workflow_waits_for_nothing_outside_while_a_transaction_is_open() -> None:
    """Inside a session block only repositories, the event staging and the session itself are awaited."""
    allowed = {
        "batches", "panels", "essays", "comparisons", "instructions", "anchors", "projections", "events", "outbox",
        "privacy", "provider_batches", "orphans", "session",
    }  # fmt: skip
    found = [
        f"{path.name}:{awaited.lineno}"
        for path in modules("cj_core_logic")
        for block in ast.walk(tree_of(path))
        if isinstance(block, ast.AsyncWith) and "session" in ast.unparse(block.items[0].context_expr)
        for statement in block.body
        for awaited in ast.walk(statement)
        if isinstance(awaited, ast.Await) and not owner_of(awaited) & allowed
    ]
    assert found == []


def owner_of(awaited: ast.Await) -> set[str]:
    """The names in `self.batches.get(...)` before the method."""
    return set(ast.unparse(awaited.value).partition("(")[0].split(".")[:-1])


def test_no_module_is_too_long_to_hold_in_the_head() -> None:
    long = {
        path.relative_to(PACKAGE).as_posix(): lines
        for path in modules()
        if "versions" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert set(long) <= {"protocols.py"}


def test_broad_excepts_stand_only_at_the_outermost_border_and_in_the_loop_that_redelivers() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and not any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
    }
    # the monitor and the runner carry on many batches, of which one must not stop the others
    assert found == {
        "cli/exits.py",
        "kafka_consumer.py",
        "batch_monitor.py",
        "cj_core_logic/hand_over_runner.py",
    }


def test_the_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_package_marker_is_spelt_right() -> None:
    folders = {path.parent for path in (*modules(), *modules("tests")) if "alembic" not in path.parts}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
    assert inspect.getsourcefile(cj_assessment_service) is not None
