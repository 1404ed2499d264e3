"""The address of a database server somebody named in the environment."""

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from cj_assessment_service.config import Settings
from cj_assessment_service.domain.errors import ConfigurationRejected

ASYNC_DRIVER = "postgresql+asyncpg"


def named_database_url(settings: Settings) -> str | None:
    """None when the embedded server is meant. Raises ConfigurationRejected for an address that is not PostgreSQL."""
    if settings.database_url:
        return _with_driver(settings.database_url)
    if settings.db_host is None:
        return None
    return URL.create(
        ASYNC_DRIVER,
        username=settings.db_user,
        password=settings.db_password,
        host=settings.db_host,
        port=settings.db_port,
        database=settings.db_name,
    ).render_as_string(hide_password=False)


def _with_driver(text: str) -> str:
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise ConfigurationRejected(
            "CJ_DATABASE_URL is not an address. Write postgresql://user:password@host:port/database."
        ) from error
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise ConfigurationRejected(
            f"CJ_DATABASE_URL names a {url.get_backend_name()} database; only PostgreSQL is supported."
        )
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername=ASYNC_DRIVER)
    return url.render_as_string(hide_password=False)
