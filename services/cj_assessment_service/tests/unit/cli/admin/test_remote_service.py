"""Whatever a server says, the command line understands it or says that it does not."""

import json
from collections.abc import Callable
from uuid import UUID

import httpx2
import pytest

from cj_assessment_service.cli.admin.remote_service import (
    Advice,
    RemoteService,
    ServiceMisunderstood,
    ServiceRefused,
    ServiceSilent,
    remote_service,
)
from cj_assessment_service.cli.admin.service_client import ServiceClient
from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.tests.fixtures.http_double import NEVER, HttpCall, HttpDouble, HttpReply
from cj_assessment_service.wire.batch_views import ObeyedView
from cj_assessment_service.wire.http import DeletionView, StudentPromptBody

ADVICE = Advice(when_silent="Start it.", when_unknown="Log in.")
CORRELATION_ID = "0190f7c2-6d0a-7cc4-8a4e-000000000001"


def asked(answer: Callable[[HttpCall], HttpReply], seconds: float = 30) -> DeletionView:
    with HttpDouble(answer) as server, httpx2.Client(base_url=server.origin, timeout=seconds) as http:
        return RemoteService(http, "service", ADVICE).ask("GET", "/somewhere", DeletionView)


def test_the_correlation_id_of_a_request_is_that_of_the_error_where_the_answer_names_none() -> None:
    sent: list[str] = []

    def fail(call: HttpCall) -> HttpReply:
        sent.append(call.headers["x-correlation-id"])
        return HttpReply(502, "<html>Bad gateway</html>", (("Content-Type", "text/html"),))

    with pytest.raises(ServiceRefused) as refused:
        asked(fail)
    assert str(UUID(sent[0])) == sent[0]
    assert str(refused.value) == f"The service answered 502 Bad Gateway. Correlation id {sent[0]}."


def test_a_problem_is_told_with_every_field_and_its_own_correlation_id() -> None:
    problem = {
        "title": "Bad Request",
        "detail": "The body does not validate.",
        "code": "A_CODE_OF_A_LATER_VERSION",
        "correlation_id": CORRELATION_ID,
        "errors": [{"field": "grade", "message": "is missing"}, {"field": None, "message": "is too long"}],
    }
    with pytest.raises(ServiceRefused) as refused:
        asked(lambda _: HttpReply(400, json.dumps(problem)))
    assert str(refused.value) == (
        "The service refused this (400 Bad Request): The body does not validate. grade: is missing."
        f" The body: is too long. Correlation id {CORRELATION_ID}."
    )


@pytest.mark.parametrize("status", [301, 307, 418, 499, 599])
def test_every_status_but_success_is_an_error(status: int) -> None:
    with pytest.raises(ServiceRefused, match=f"answered {status}"):
        asked(lambda _: HttpReply(status, "", (("Location", "http://127.0.0.1:1/"),)))


@pytest.mark.parametrize("content", ["<html></html>", "[]", '{"status": 5}', '"a text of a student"'])
def test_an_answer_of_something_else_is_not_taken_for_one_and_not_repeated(content: str) -> None:
    with pytest.raises(ServiceMisunderstood, match="Check that this is the address of the service") as said:
        asked(lambda _: HttpReply(200, content))
    assert content not in str(said.value)


def test_a_server_that_never_answers_is_given_up_on() -> None:
    with pytest.raises(ServiceSilent, match="did not answer in time"):
        asked(lambda _: HttpReply(200, "", delay=NEVER), seconds=0.2)


@pytest.mark.parametrize(
    "address", ["localhost:9090", "ftp://localhost", "http://localhost:port", "http://", "service"]
)
def test_what_is_no_address_is_a_matter_of_configuration(address: str) -> None:
    with pytest.raises(ConfigurationRejected, match="no address"), remote_service(address, "service", ADVICE):
        pytest.fail("it was taken for an address")


def test_texts_and_names_arrive_as_they_are() -> None:
    arrived: list[HttpCall] = []

    def note(call: HttpCall) -> HttpReply:
        arrived.append(call)
        return HttpReply(404, "{}")

    with HttpDouble(note) as server, remote_service(f"{server.origin}/prefix", "service", ADVICE) as remote:
        client = ServiceClient(remote)
        with pytest.raises(ServiceRefused):
            client.upload_student_prompt(
                StudentPromptBody(assignment_id="a b?c#d", prompt_text="Skriv om din sommar, åäö.")
            )
        with pytest.raises(ServiceRefused):
            client.get_student_prompt("å b?c#d%2e")
    body = StudentPromptBody.model_validate_json(arrived[0].body)
    assert (body.assignment_id, body.prompt_text) == ("a b?c#d", "Skriv om din sommar, åäö.")
    assert arrived[1].path == "/prefix/admin/v1/student-prompts/assignment/%C3%A5%20b%3Fc%23d%252e"


def test_an_answer_without_a_word_is_one_where_nothing_has_to_be_said() -> None:
    with (
        HttpDouble(lambda _: HttpReply(202, "")) as server,
        remote_service(server.origin, "x", ADVICE) as remote,
    ):
        assert remote.ask("POST", "/cancel", ObeyedView) == ObeyedView()
