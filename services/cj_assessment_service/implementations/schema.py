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


def upgrade_schema(database_url: str) -> str:
    """Applies every migration still missing and names the newest. Blocks; call it in a thread of its own, without a
    running event loop.
    """
    config = migration_config(database_url)
    command.upgrade(config, "head")
    newest = ScriptDirectory.from_config(config).get_current_head()
    if newest is None:
        raise RuntimeError("The package carries no migrations.")
    return newest
