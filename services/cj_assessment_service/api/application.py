"""The HTTP application: which routes there are, who may call them, and how errors are told."""

from dishka import AsyncContainer
from dishka.integrations.litestar import setup_dishka
from litestar import Litestar, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from cj_assessment_service.api.admin.anchors import list_anchors
from cj_assessment_service.api.admin.instructions import INSTRUCTION_ROUTES
from cj_assessment_service.api.admin.judge_rubrics import JUDGE_RUBRIC_ROUTES
from cj_assessment_service.api.admin.student_prompts import STUDENT_PROMPT_ROUTES
from cj_assessment_service.api.anchor_management import register_anchor
from cj_assessment_service.api.contents import store_content
from cj_assessment_service.api.correlation import echo_correlation_id
from cj_assessment_service.api.errors import exception_handlers
from cj_assessment_service.api.health_routes import HEALTH_ROUTES, SERVICE_VERSION
from cj_assessment_service.api.security import ADMIN, SERVICE, TEACHER, require_role
from cj_assessment_service.api.settings import HttpSettings

_BEARER = "bearer"


def create_http_app(container: AsyncContainer, settings: HttpSettings) -> Litestar:
    """The application on a container that stays its owner's to close."""
    app = Litestar(
        route_handlers=[*HEALTH_ROUTES, *_protected_routers(settings)],
        exception_handlers=exception_handlers(),
        before_send=[echo_correlation_id],
        openapi_config=_openapi(),
        logging_config=None,
        debug=False,
    )
    setup_dishka(container, app)
    return app


def _protected_routers(settings: HttpSettings) -> tuple[Router, ...]:
    anchors = Router(
        "/api/v1/anchors",
        route_handlers=[register_anchor],
        guards=[require_role(settings.tokens, ADMIN, SERVICE)],
        security=[{_BEARER: []}],
        tags=["anchors"],
    )
    contents = Router(
        "/v1/contents",
        route_handlers=[store_content],
        guards=[require_role(settings.tokens, TEACHER, ADMIN, SERVICE)],
        security=[{_BEARER: []}],
        tags=["contents"],
    )
    admin = Router(
        "/admin/v1",
        route_handlers=[*INSTRUCTION_ROUTES, *STUDENT_PROMPT_ROUTES, *JUDGE_RUBRIC_ROUTES, list_anchors],
        guards=[require_role(settings.tokens, ADMIN)],
        security=[{_BEARER: []}],
        tags=["admin"],
    )
    return (anchors, contents, admin) if settings.enable_admin_endpoints else (anchors, contents)


def _openapi() -> OpenAPIConfig:
    scheme = SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")
    return OpenAPIConfig(
        title="Comparative judgement assessment service",
        version=SERVICE_VERSION,
        render_plugins=[JsonRenderPlugin()],
        components=Components(security_schemes={_BEARER: scheme}),
    )
