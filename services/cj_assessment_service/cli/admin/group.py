"""`cj admin` itself."""

import os
from pathlib import Path

import click
from platformdirs import user_config_path

from cj_assessment_service.cli.admin.places import AdminPlaces
from cj_assessment_service.cli.lazy_group import LazyGroup
from cj_assessment_service.domain.errors import ConfigurationRejected

TOKEN_VARIABLE = "CJ_ADMIN_TOKEN"  # noqa: S105 - the name of a variable, not a token
_APPLICATION = "cj-assessment-service"


class AdminGroup(LazyGroup):
    commands_by_name = {  # noqa: RUF012 - a constant of the group
        "login": ("cj_assessment_service.cli.admin.tokens:login", "Log in at the identity service."),
        "token": ("cj_assessment_service.cli.admin.tokens:token", "Get or sign tokens."),
        "keys": ("cj_assessment_service.cli.admin.keys:keys", "Make the keys tokens are signed with."),
        "scales": ("cj_assessment_service.cli.admin.scales:scales", "Show the grade scales."),
        "instructions": (
            "cj_assessment_service.cli.admin.instructions:instructions",
            "Say how assignments and courses are assessed.",
        ),
        "prompts": (
            "cj_assessment_service.cli.admin.assignment_texts:prompts",
            "The tasks students were given.",
        ),
        "rubrics": (
            "cj_assessment_service.cli.admin.assignment_texts:rubrics",
            "What judges look for.",
        ),
        "anchors": ("cj_assessment_service.cli.admin.anchors:anchors", "Essays whose grade is known."),
        "batches": ("cj_assessment_service.cli.admin.batches:batches", "The batches of the service."),
    }


def usual_token_file() -> Path:
    return user_config_path(_APPLICATION) / "admin-login.json"


@click.group(cls=AdminGroup)
@click.option(
    "--url",
    envvar="CJ_ADMIN_BASE_URL",
    default="http://localhost:9090",
    show_default=True,
    show_envvar=True,
    help="Where the service is.",
)
@click.option(
    "--identity-url",
    envvar="IDENTITY_BASE_URL",
    default="http://localhost:7005/v1/auth",
    show_default=True,
    show_envvar=True,
    help="Where the identity service is.",
)
@click.option(
    "--token-file",
    envvar="CJ_ADMIN_TOKEN_PATH",
    type=click.Path(path_type=Path, dir_okay=False),
    show_envvar=True,
    help="Where a login is kept.",
)
@click.pass_context
def admin(ctx: click.Context, url: str, identity_url: str, token_file: Path | None) -> None:
    """Look after a service over its HTTP API.

    The token is that of the last login, or the one in CJ_ADMIN_TOKEN.
    """
    ctx.obj = AdminPlaces(
        service_url=url,
        identity_url=identity_url,
        token_file=token_file or usual_token_file(),
        token=_given_token(),
    )


def _given_token() -> str | None:
    """Raises ConfigurationRejected for what no header could carry, in words that repeat nothing of it."""
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigurationRejected(f"What stands in {TOKEN_VARIABLE} is no token.")
    return token or None
