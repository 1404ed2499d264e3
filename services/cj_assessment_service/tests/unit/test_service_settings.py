"""What `cj serve` makes of the settings, and what it refuses before anything is started."""

import pytest

from cj_assessment_service.app import settings_of_service
from cj_assessment_service.cli.services import EVERY_PART, ServeOrder, ServicePart
from cj_assessment_service.config import Settings
from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.domain.policies import Judging

NAMED = Settings(db_host="database")
HTTP_ALONE = frozenset({ServicePart.HTTP})


@pytest.mark.parametrize(
    ("settings", "order", "remedy"),
    [
        (Settings(), ServeOrder(EVERY_PART, embedded=False), "cj serve --embedded"),
        (NAMED, ServeOrder(HTTP_ALONE, embedded=False), "KAFKA_BOOTSTRAP_SERVERS"),
        (Settings(), ServeOrder(HTTP_ALONE, embedded=True), "Leave out --only"),
        (
            Settings(db_host="database", judging=Judging.WORKERS),
            ServeOrder(EVERY_PART, embedded=False),
            "CJ_ASSESSMENT_SERVICE_JUDGING",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_the_remedy(
    settings: Settings, order: ServeOrder, remedy: str
) -> None:
    with pytest.raises(ConfigurationRejected, match=remedy):
        settings_of_service(settings, order)


def test_embedded_is_this_process_alone_whatever_else_is_named() -> None:
    named = Settings(db_host="database", kafka_bootstrap_servers="broker:9092", judging=Judging.WORKERS)
    own = settings_of_service(named, ServeOrder(EVERY_PART, embedded=True))
    assert (own.db_host, own.kafka_bootstrap_servers, own.judging) == (None, None, Judging.IN_PROCESS)


def test_other_settings_stay_as_they_are() -> None:
    assert settings_of_service(NAMED, ServeOrder(EVERY_PART, embedded=False)) == NAMED
