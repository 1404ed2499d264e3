"""The HTTP application: which routes there are, who may call them, and how errors are told."""

from collections.abc import Sequence

from dishka import AsyncContainer
from dishka.integrations.litestar import setup_dishka
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.stores.memory import MemoryStore

from cj_assessment_service.api.admin.anchors import list_anchors
from cj_assessment_service.api.admin.instructions import INSTRUCTION_ROUTES
from cj_assessment_service.api.admin.judge_rubrics import JUDGE_RUBRIC_ROUTES
from cj_assessment_service.api.admin.student_prompts import STUDENT_PROMPT_ROUTES
from cj_assessment_service.api.anchor_management import register_anchor
from cj_assessment_service.api.batches.progress import get_progress
from cj_assessment_service.api.batches.reading import READING_ROUTES
from cj_assessment_service.api.batches.steering import STEERING_ROUTES
from cj_assessment_service.api.batches.submitting import request_batch
from cj_assessment_service.api.contents import store_content
from cj_assessment_service.api.correlation import echo_correlation_id
from cj_assessment_service.api.errors import AnyRequest, exception_handlers
from cj_assessment_service.api.health_routes import HEALTH_ROUTES, SERVICE_VERSION
from cj_assessment_service.api.limits import STORE, counts_forgotten, rate_limit
from cj_assessment_service.api.measuring import Measuring
from cj_assessment_service.api.scales import list_scales
from cj_assessment_service.api.security import (
    ADMIN,
    JUDGE,
    SERVICE,
    TEACHER,
    Authentication,
    Caller,
    caller_of,
    require_role,
)
from cj_assessment_service.api.security_headers import add_security_headers
from cj_assessment_service.api.settings import HttpSettings
from cj_assessment_service.wire.batch_bodies import MAXIMUM_ESSAYS

_BEARER = "bearer"
BATCH_ROUTES = (request_batch, get_progress, *READING_ROUTES, *STEERING_ROUTES)


def create_http_app(container: AsyncContainer, settings: HttpSettings) -> Litestar:
    """The application on a container that stays its owner's to close."""
    counts, measuring = MemoryStore(), Measuring(container)
    app = Litestar(
        route_handlers=[*HEALTH_ROUTES, *_protected_routers(settings)],
        middleware=[measuring, Authentication(settings.tokens), rate_limit(settings.requests_per_minute)],
        stores={STORE: counts},
        after_response=counts_forgotten(counts),
        exception_handlers=exception_handlers(),
        before_send=[echo_correlation_id, add_security_headers, measuring.count],
        request_max_body_size=settings.max_body_bytes,
        multipart_form_part_limit=MAXIMUM_ESSAYS + 1,
        openapi_config=_openapi(),
        logging_config=None,
        debug=False,
    )
    setup_dishka(container, app)
    return app


def create_probe_app(container: AsyncContainer) -> Litestar:
    """Liveness, readiness and metrics of a process that answers nothing else over HTTP."""
    app = Litestar(
        route_handlers=[*HEALTH_ROUTES],
        exception_handlers=exception_handlers(),
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    setup_dishka(container, app)
    return app


def _protected_routers(settings: HttpSettings) -> tuple[Router, ...]:
    anchors = _protected("/api/v1/anchors", "anchors", [register_anchor], ADMIN, SERVICE)
    batches = _protected("/v1/batches", "batches", BATCH_ROUTES, TEACHER, ADMIN, SERVICE)
    contents = _protected("/v1/contents", "contents", [store_content], TEACHER, ADMIN, SERVICE)
    scales = _protected("/v1", "scales", [list_scales], TEACHER, ADMIN, SERVICE, JUDGE)
    admin = _protected(
        "/admin/v1",
        "admin",
        [*INSTRUCTION_ROUTES, *STUDENT_PROMPT_ROUTES, *JUDGE_RUBRIC_ROUTES, list_anchors],
        ADMIN,
    )
    return (anchors, batches, contents, scales, *([admin] if settings.enable_admin_endpoints else []))


def _protected(path: str, tag: str, routes: Sequence[HTTPRouteHandler], *roles: str) -> Router:
    """Open to callers with one of the roles; handlers get the caller by the name `caller`."""
    return Router(
        path,
        route_handlers=routes,
        guards=[require_role(*roles)],
        dependencies={"caller": Provide(_caller, sync_to_thread=False)},
        security=[{_BEARER: []}],
        tags=[tag],
    )


def _caller(request: AnyRequest) -> Caller:
    return caller_of(request.scope)


def _openapi() -> OpenAPIConfig:
    scheme = SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")
    return OpenAPIConfig(
        title="Comparative judgement assessment service",
        version=SERVICE_VERSION,
        render_plugins=[JsonRenderPlugin()],
        components=Components(security_schemes={_BEARER: scheme}),
    )
