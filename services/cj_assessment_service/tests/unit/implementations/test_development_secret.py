"""The secret of an installation without another is made once and shown to nobody else."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.implementations.development_secret import development_secret, known_secret


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    assert known_secret(path) is None
    made = development_secret(path)
    assert len(made) >= 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert development_secret(path) == known_secret(path) == made


def test_whoever_begins_at_once_gets_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: development_secret(tmp_path / "secret"), range(64)))
    assert len(made) == 1


def test_a_secret_that_others_may_open_counts_no_more(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    development_secret(path)
    path.chmod(0o644)
    assert known_secret(path) is None
    with pytest.raises(ConfigurationRejected, match="chmod 600"):
        development_secret(path)
