"""The guide shows calls that the service has."""

import re
from pathlib import Path

from dishka import make_async_container

from cj_assessment_service.api.application import create_http_app
from cj_assessment_service.tests.fixtures.http import SETTINGS

GUIDE = Path(__file__).parents[5] / "docs" / "service.md"
CALL = re.compile(r"""\bapi (?P<before>[^$|\n]*)\$CJ(?P<path>/[^\s?)|"`]*)(?P<after>.*)""")


def calls_in(guide: str) -> list[tuple[str, str]]:
    """Method and path of every curl call."""
    return [
        (
            "post" if re.search(r"--(json|form|request POST|header 'Idempotency-Key)", call[0]) else "get",
            call["path"],
        )
        for call in CALL.finditer(guide.replace("\\\n", " "))
    ]


def is_described(path: str, described: str) -> bool:
    return re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", described), path) is not None


def test_every_call_of_the_guide_is_in_the_description_of_the_api() -> None:
    described = create_http_app(make_async_container(), SETTINGS).openapi_schema.to_schema()["paths"]
    calls = calls_in(GUIDE.read_text("utf-8"))
    assert len(calls) >= 15
    unknown = [
        (method, path)
        for method, path in calls
        if not any(
            method in operations and is_described(path, name) for name, operations in described.items()
        )
    ]
    assert unknown == []
