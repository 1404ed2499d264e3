"""Probes and metrics: public, and nothing in them that is anyone's secret."""

import asyncio
from importlib.metadata import version

from dishka.integrations.litestar import FromDishka, inject
from litestar import Response, get
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from cj_assessment_service.api.health_check import DatabaseAnswers, DatabaseSilent, Health, HealthCheck
from cj_assessment_service.api.limits import UNLIMITED
from cj_assessment_service.metrics import Metrics
from cj_assessment_service.wire.http import (
    CheckStatus,
    DatabaseHealthView,
    Dependencies,
    HealthChecks,
    HealthView,
    LivenessView,
    ReadinessChecks,
    ReadinessView,
)

SERVICE_NAME = "cj_assessment_service"
SERVICE_VERSION = version("cj-assessment-service")
ALWAYS = {UNLIMITED: True}


@get("/healthz", opt=ALWAYS)
@inject
async def health(check: FromDishka[HealthCheck]) -> Response[HealthView]:
    database = _database_view(await check.look())
    works = database.status is CheckStatus.HEALTHY
    view = HealthView(
        service=SERVICE_NAME,
        status=database.status,
        message="The service works." if works else "The service cannot work without its database.",
        version=SERVICE_VERSION,
        checks=HealthChecks(service_responsive=True, dependencies_available=works),
        dependencies=Dependencies(database=database),
    )
    return Response(view, status_code=_status(works))


@get("/healthz/live", opt=ALWAYS)
async def liveness() -> LivenessView:
    return LivenessView()


@get("/healthz/ready", opt=ALWAYS)
@inject
async def readiness(check: FromDishka[HealthCheck]) -> Response[ReadinessView]:
    """Ready while the database answers, batches move, and the broker, where there is one, can be reached."""
    health, broker = await asyncio.gather(check.look(), check.broker_answers())
    checks = _readiness_checks(health, broker)
    ready = checks.batch_monitoring is CheckStatus.HEALTHY and broker is not False
    view = ReadinessView(status="ready" if ready else "not_ready", checks=checks)
    return Response(view, status_code=_status(ready))


@get(["/healthz/database", "/healthz/database/summary"], opt=ALWAYS)
@inject
async def database_health(check: FromDishka[HealthCheck]) -> Response[DatabaseHealthView]:
    view = _database_view(await check.look())
    return Response(view, status_code=_status(view.status is CheckStatus.HEALTHY))


@get("/metrics", media_type="text/plain", opt=ALWAYS)
@inject
async def metrics(instruments: FromDishka[Metrics]) -> Response[bytes]:
    return Response(generate_latest(instruments.registry), media_type=CONTENT_TYPE_LATEST)


def _readiness_checks(health: Health, broker: bool | None) -> ReadinessChecks:
    kafka = _check(broker) if broker is not None else None
    match health:
        case DatabaseSilent():
            return ReadinessChecks(
                database=CheckStatus.UNHEALTHY, batch_monitoring=CheckStatus.UNKNOWN, kafka=kafka
            )
        case DatabaseAnswers():
            batches = _check(health.batches_move)
            return ReadinessChecks(database=CheckStatus.HEALTHY, batch_monitoring=batches, kafka=kafka)


def _check(works: bool) -> CheckStatus:
    return CheckStatus.HEALTHY if works else CheckStatus.UNHEALTHY


def _database_view(health: Health) -> DatabaseHealthView:
    if isinstance(health, DatabaseSilent):
        return DatabaseHealthView(status=CheckStatus.UNHEALTHY, message=health.reason)
    return DatabaseHealthView(status=CheckStatus.HEALTHY, message="The database answers.")


def _status(works: bool) -> int:
    return HTTP_200_OK if works else HTTP_503_SERVICE_UNAVAILABLE


HEALTH_ROUTES = (health, liveness, readiness, database_health, metrics)
