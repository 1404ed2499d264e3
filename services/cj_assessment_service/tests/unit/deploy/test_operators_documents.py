"""What operators read is what the code says."""

import re
from pathlib import Path
from typing import cast

import pytest

from cj_assessment_service.config import Settings
from cj_assessment_service.tests.unit.deploy.places import ALERTS, ROOT, documents, samples, variables
from cj_assessment_service.tests.unit.deploy.reference import pages

OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("path", "page"), list(pages()), ids=["settings", "metrics"])
def test_the_reference_is_up_to_date(path: Path, page: str) -> None:
    assert path.read_text(encoding="utf-8") == page, (
        "run: python -m cj_assessment_service.tests.unit.deploy.reference"
    )


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_alert_says_what_to_do() -> None:
    rules = [rule for group in cast("list[dict[str, list[dict[str, str]]]]", next(documents(ALERTS))["groups"])
             for rule in group["rules"]]  # fmt: skip
    told = set(re.findall(r"^\| `(CJ\w+)`", OPERATIONS, re.MULTILINE))
    assert told == {rule["alert"] for rule in rules}


def test_the_guide_names_only_metrics_and_settings_there_are() -> None:
    gone = OPERATIONS.partition("## Names that are gone")[2]
    guide = OPERATIONS.replace(gone, "")
    named = set(re.findall(r"`((?:huleedu_cj_|cj_|kafka_message_)[a-z_]+)`", guide))
    families = {re.sub(r"_(bucket|count|sum)$", "", sample) for sample in samples()}
    assert named <= families
    assert set(re.findall(r"CJ_ASSESSMENT_SERVICE_[A-Z_]+", guide)) <= variables()
