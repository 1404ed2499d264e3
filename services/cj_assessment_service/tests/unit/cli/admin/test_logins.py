"""Logging in, keeping the login, and whose token a request carries; both services are doubles on real sockets."""

import json
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cj_assessment_service.cli.admin.access import LoginFile
from cj_assessment_service.domain.logins import Login
from cj_assessment_service.implementations.private_files import PrivateFiles
from cj_assessment_service.implementations.system_clock import SystemClock
from cj_assessment_service.tests.fixtures.http_double import HttpCall, HttpDouble, HttpReply
from cj_assessment_service.tests.fixtures.identity_double import EMAIL, PASSWORD, IdentityDouble
from cj_assessment_service.tests.integration.command_line import Said, run_command

LONG, SHORT = timedelta(hours=1), timedelta(seconds=30)
NOBODY_LISTENS = "http://127.0.0.1:1"


class Station:
    """The command line of an administrator between an identity service and a service that notes the tokens it is shown."""

    def __init__(self, identity: IdentityDouble, folder: Path) -> None:
        self.identity, self.path, self.shown = identity, folder / "closed" / "login.json", list[str]()

    def answer(self, call: HttpCall) -> HttpReply:
        self.shown.append(call.headers["authorization"].removeprefix("Bearer "))
        return HttpReply(200, json.dumps({"items": [], "total": 0, "page": 1, "page_size": 20}))

    def run(self, *arguments: str, **changes: str) -> Said:
        with HttpDouble(self.answer) as service:
            environment = {
                "CJ_ADMIN_BASE_URL": service.origin,
                "IDENTITY_BASE_URL": self.identity.url,
                "CJ_ADMIN_TOKEN_PATH": str(self.path),
                "CJ_ADMIN_EMAIL": EMAIL,
                "CJ_ADMIN_PASSWORD": PASSWORD,
            }
            return run_command(environment | changes, "admin", *arguments)

    @property
    def kept(self) -> dict[str, str]:
        document: dict[str, str] = json.loads(self.path.read_text(encoding="utf-8"))
        return document


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    with IdentityDouble(LONG) as identity:
        yield Station(identity, tmp_path)


def test_a_login_is_kept_for_its_owner_only_and_used_by_the_next_command(station: Station) -> None:
    said = station.run("login")
    assert (said.code, said.out, said.err) == (0, f"You are logged in as {EMAIL}.\n", "")
    assert stat.S_IMODE(station.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(station.path.parent.stat().st_mode) == 0o700
    assert station.run("instructions", "list").code == 0
    assert station.run("instructions", "list").code == 0
    assert station.shown == [station.kept["access_token"]] * 2
    assert (station.identity.logins, station.identity.refreshes) == (1, 0)


def test_a_wrong_password_leaves_no_login(station: Station) -> None:
    said = station.run("login", CJ_ADMIN_PASSWORD="wrong")  # noqa: S106 - a test's
    assert said.code == 1
    assert "Nobody is known by that." in said.err
    assert "Check email and password" in said.err
    assert "wrong" not in said.err
    assert not station.path.exists()


def test_a_token_is_renewed_before_it_ends(station: Station) -> None:
    station.identity.lifetime = SHORT
    station.run("login")
    first = station.kept
    station.identity.lifetime = LONG
    assert station.run("instructions", "list").code == 0
    assert station.run("instructions", "list").code == 0
    assert station.identity.refreshes == 1
    assert station.shown == [station.kept["access_token"]] * 2
    assert station.kept["access_token"] != first["access_token"]
    assert station.kept["refresh_token"] == station.identity.refresh_token
    assert stat.S_IMODE(station.path.stat().st_mode) == 0o600


def test_those_who_renew_at_once_use_the_refresh_token_once(station: Station) -> None:
    station.identity.lifetime = SHORT
    station.run("login")
    station.identity.lifetime = LONG
    kept = LoginFile(station.path, PrivateFiles(), SystemClock())
    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(lambda _: kept.good_token(), range(16)))
    assert tokens == {station.kept["access_token"]}
    assert station.identity.refreshes == 1


def test_a_login_that_nobody_renews_any_longer_asks_for_a_new_one(station: Station) -> None:
    station.identity.lifetime = SHORT
    station.run("login")
    station.identity.logins = 7
    said = station.run("instructions", "list")
    assert said.code == 1
    assert "`cj admin login`" in said.err
    assert station.shown == []


def test_a_kept_token_without_a_refresh_token_ends(station: Station) -> None:
    LoginFile(station.path, PrivateFiles(), SystemClock()).keep(
        Login("old", datetime(2026, 1, 1, tzinfo=UTC))
    )
    said = station.run("instructions", "list")
    assert said.code == 1
    assert said.err.startswith("The kept token ended at 2026-01-01 00:00 UTC, and nobody renews it.")


def test_the_token_of_the_environment_wins(station: Station) -> None:
    station.run("login")
    assert station.run("instructions", "list", CJ_ADMIN_TOKEN="of-the-environment\n").code == 0  # noqa: S106 - a test's
    assert station.shown == ["of-the-environment"]


def test_who_never_logged_in_is_told_how(station: Station) -> None:
    said = station.run("instructions", "list")
    assert said.code == 1
    assert said.err.startswith("You are not logged in. Log in with `cj admin login`")


def test_a_token_of_the_identity_service_is_printed_alone_and_kept_on_request(station: Station) -> None:
    said = station.run("token", "issue")
    assert (said.code, said.err, said.out.count("\n")) == (0, "", 1)
    assert not station.path.exists()
    cached = station.run("token", "issue", "--cache")
    assert cached.out.strip() == station.kept["access_token"]


@pytest.mark.parametrize("content", ["", "{}", '{"access_token": "secret-token"}'])
def test_a_file_that_holds_no_login_is_refused_without_repeating_it(station: Station, content: str) -> None:
    PrivateFiles().write(station.path, content)
    said = station.run("instructions", "list")
    assert said.code == 2
    assert "holds no login" in said.err
    assert "secret-token" not in said.err


def test_a_login_that_others_can_read_is_refused(station: Station) -> None:
    station.run("login")
    station.path.chmod(0o644)
    said = station.run("instructions", "list")
    assert said.code == 2
    assert f"chmod 600 '{station.path}'" in said.err


@pytest.mark.parametrize("token", ["two words", "naïve", "line\nbreak"])
def test_what_is_no_token_is_never_sent_nor_shown(station: Station, token: str) -> None:
    said = station.run("instructions", "list", CJ_ADMIN_TOKEN=token)
    assert said.code == 2
    assert token not in said.err
    assert station.shown == []


def test_services_that_do_not_answer_are_named_with_what_to_do(station: Station) -> None:
    said = station.run("instructions", "list", CJ_ADMIN_TOKEN="any", CJ_ADMIN_BASE_URL=NOBODY_LISTENS)  # noqa: S106 - a test's
    assert said.code == 1
    assert said.err.startswith(f"The service at {NOBODY_LISTENS} cannot be reached (")
    assert "`cj serve`" in said.err
    said = station.run("login", IDENTITY_BASE_URL=NOBODY_LISTENS)
    assert said.code == 1
    assert said.err.startswith(f"The identity service at {NOBODY_LISTENS} cannot be reached (")
    assert "IDENTITY_BASE_URL" in said.err
