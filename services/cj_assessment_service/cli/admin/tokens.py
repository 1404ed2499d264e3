"""`cj admin login` and `cj admin token`: tokens alone on standard output, so that they can be piped."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import ParamSpec, TypedDict, TypeVar, Unpack

import click

from cj_assessment_service.cli.admin.access import current_login_file
from cj_assessment_service.cli.admin.identity_client import identity_client
from cj_assessment_service.cli.admin.places import current_places
from cj_assessment_service.cli.admin.signing import Bearer, development_token, read_key
from cj_assessment_service.cli.assess import GIVEN_FILE
from cj_assessment_service.cli.installed import current_installation
from cj_assessment_service.domain.logins import Login
from cj_assessment_service.wire.identity import expiry_of

ROLES = ("admin", "teacher", "judge", "service")
LONGEST_HOURS = 24 * 366.0

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Command = Callable[Parameters, Result]


def credentials(command: Command[Parameters, Result]) -> Command[Parameters, Result]:
    """Adds email and password, which are asked for where they are not given."""
    email = click.option("--email", envvar="CJ_ADMIN_EMAIL", show_envvar=True, prompt=True)
    password = click.option(
        "--password",
        envvar="CJ_ADMIN_PASSWORD",
        show_envvar=True,
        prompt=True,
        hide_input=True,
        help="Better asked for than given here, where others on this machine can see it.",
    )
    return email(password(command))


class BearerOptions(TypedDict):
    """What a token says of its bearer, as given in a command."""

    roles: tuple[str, ...]
    org: str | None
    subject: str
    hours: float


def bearer_options(
    role: str, subject: str, hours: float
) -> Callable[[Command[Parameters, Result]], Command[Parameters, Result]]:
    """Adds what a token says of its bearer, with what is usual for it."""
    options = (
        click.option(
            "--role",
            "roles",
            type=click.Choice(ROLES),
            multiple=True,
            default=(role,),
            show_default=True,
            help="May be given several times.",
        ),
        click.option("--org", help="Organisation whose batches the bearer may see."),
        click.option("--subject", default=subject, show_default=True, help="Who the bearer is."),
        click.option(
            "--hours",
            type=click.FloatRange(0, LONGEST_HOURS, min_open=True),
            default=hours,
            show_default=True,
            help="How long the token is good.",
        ),
    )

    def add(command: Command[Parameters, Result]) -> Command[Parameters, Result]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


cached = click.option("--cache", is_flag=True, help="Keep it as the login of the next commands, too.")


@click.command()
@credentials
def login(email: str, password: str) -> None:
    """Log in at the identity service; the next commands use that login and renew it."""
    with identity_client(current_places().identity_root) as identity:
        known = identity.log_in(email, password)
    current_login_file().keep(known)
    click.echo(f"You are logged in as {email}.")


@click.group()
def token() -> None:
    """Get a token from the identity service, or sign one."""


@token.command(short_help="Get a token from the identity service.")
@credentials
@cached
def issue(email: str, password: str, cache: bool) -> None:
    """Print a token of the identity service."""
    with identity_client(current_places().identity_root) as identity:
        known = identity.log_in(email, password)
    _hand_out(known, cache)


@token.command(short_help="Sign a token for a development machine.")
@bearer_options("admin", "developer", 8)
@cached
def dev(cache: bool, **said: Unpack[BearerOptions]) -> None:
    """Print a token signed with CJ_ASSESSMENT_SERVICE_JWT_SECRET.

    Refused where HULEEDU_ENVIRONMENT is production, and where the service believes keys instead.
    """
    administration = current_installation().administration()
    signed = development_token(_bearer(said), administration.signing, administration.clock.now())
    _hand_out(Login(signed, expiry_of(signed)), cache)


@token.command(short_help="Sign a token for a program.")
@bearer_options("service", "cj-service", 24)
@click.option(
    "--private-key", type=GIVEN_FILE, help="PEM file to sign with, as `cj admin keys new` makes it."
)
@click.option("--key-id", help="The key's name in the key set, where that is not its thumbprint.")
@cached
def service(private_key: Path | None, key_id: str | None, cache: bool, **said: Unpack[BearerOptions]) -> None:
    """Print a token for a program, signed with a private key, or on a development machine with the secret."""
    if key_id is not None and private_key is None:
        raise click.UsageError("--key-id names a --private-key.")
    administration = current_installation().administration()
    signing, now = administration.signing, administration.clock.now()
    if private_key is None:
        signed = development_token(_bearer(said), signing, now)
    else:
        key = read_key(private_key.read_bytes(), str(private_key), key_id)
        signed = key.sign(_bearer(said).claims(signing, now))
    _hand_out(Login(signed, expiry_of(signed)), cache)


def _bearer(said: BearerOptions) -> Bearer:
    return Bearer(said["subject"], said["roles"], said["org"], timedelta(hours=said["hours"]))


def _hand_out(known: Login, cache: bool) -> None:
    if cache:
        current_login_file().keep(known)
    click.echo(known.access_token)
