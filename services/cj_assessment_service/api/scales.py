"""The grade scales there are."""

from litestar import get

from cj_assessment_service.api.errors import PROBLEMS
from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale, list_available_scales
from cj_assessment_service.wire.batch_views import ScalesView, ScaleView


@get("/scales", responses=PROBLEMS)
async def list_scales() -> ScalesView:
    return ScalesView(items=tuple(ScaleView.of(get_scale(name)) for name in list_available_scales()))
