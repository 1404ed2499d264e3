from decimal import Decimal
from pathlib import Path

import pytest

from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.judges import RateLimits
from cj_assessment_service.implementations.judges.judges_file import (
    JudgesFile,
    TokenPrice,
    judges_file_path,
    read_judges_file,
)

KEY = "sk-0123456789abcdef"


def written(folder: Path, content: str, mode: int = 0o600) -> JudgesFile:
    path = folder / "judges.toml"
    path.write_text(content)
    path.chmod(mode)
    return read_judges_file({"CJ_JUDGES_FILE": str(path)})


def test_keys_limits_and_prices_are_read(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        f"""
        keys = {{ openai = "{KEY}", "llm.example.org:8443" = "other" }}
        [limits.openai]
        rpm = 500
        concurrency = 8
        [prices."my-model"]
        input = 0.25
        cached_input = 0.025
        output = 2
        """,
    )
    assert file.keys == {"openai": KEY, "llm.example.org:8443": "other"}
    assert file.limits == {"openai": RateLimits(500, None, 8)}
    assert file.prices == {
        "my-model": TokenPrice(Decimal("0.25"), Decimal("0.025"), Decimal("0.25"), Decimal(2))
    }


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o644])
def test_keys_that_others_can_read_or_change_are_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(InvalidJudge, match=rf"Run: chmod 600 {tmp_path}/judges.toml") as caught:
        written(tmp_path, f'[keys]\nopenai = "{KEY}"', mode)
    assert KEY not in str(caught.value)


def test_a_file_without_keys_may_be_read_by_all(tmp_path: Path) -> None:
    assert written(tmp_path, "[limits.openai]\nrpm = 5", 0o644).limits == {"openai": RateLimits(5)}


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (f"[keys]\nopenai = {KEY}", "not a TOML file"),
        ("[keys]\nopenai = 5", "Put it in quotes"),
        ("keys = 5", "not a table"),
        ("[key]\nopenai = 'x'", "1 unknown parts"),
        ("[limits.openai]\nrps = 5", "called rpm, tpm, concurrency"),
        ("[limits.openai]\nrpm = 'many'", "nothing but numbers"),
        ("[limits.openai]\nrpm = 0", "not above 0"),
        ("[prices.m]\ninput = 1", "needs input and output"),
        ("[prices.m]\ninput = -1\noutput = 1", "not below 0"),
        ("[prices.m]\ninput = nan\noutput = 1", "nothing but numbers"),
        ("[prices.m]\ninput = true\noutput = 1", "nothing but numbers"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_place(
    tmp_path: Path, content: str, what: str
) -> None:
    with pytest.raises(InvalidJudge, match=what) as caught:
        written(tmp_path, content)
    assert str(tmp_path) in str(caught.value)
    assert KEY not in str(caught.value)


def test_a_file_that_is_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(InvalidJudge, match="There is no such file"):
        read_judges_file({"CJ_JUDGES_FILE": str(tmp_path / "none.toml")})


def test_without_a_name_the_file_lies_with_the_users_settings() -> None:
    assert judges_file_path({}).parts[-2:] == ("cj-assessment-service", "judges.toml")


def test_keys_show_in_no_representation(tmp_path: Path) -> None:
    assert KEY not in repr(written(tmp_path, f'[keys]\nopenai = "{KEY}"'))
