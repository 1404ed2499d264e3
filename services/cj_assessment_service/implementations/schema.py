"""The schema of the database, brought up to date by migrations alone."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def migration_config(database_url: str) -> Config:
    """Where the migrations lie and which database they work on."""
    config = Config()
    config.set_main_option("script_location", str(files("cj_assessment_service").joinpath("alembic")))
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return config


def newest_revision(database_url: str) -> str:
    head = ScriptDirectory.from_config(migration_config(database_url)).get_current_head()
    if head is None:
        raise RuntimeError("The package carries no migrations.")
    return head


def upgrade_schema(database_url: str) -> None:
    """Applies every migration still missing. Blocks; call it in a thread of its own, without a running event loop."""
    command.upgrade(migration_config(database_url), "head")
