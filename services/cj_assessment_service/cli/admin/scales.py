"""`cj admin scales`: the grade scales."""

import click

from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale, list_available_scales
from cj_assessment_service.cli.listing import list_rows
from cj_assessment_service.cli.tables import Column
from cj_assessment_service.cli.talk import talk_for
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.reports.document import Json

_COLUMNS: tuple[Column[GradeScale], ...] = (
    Column("scale", lambda scale: scale.scale_id),
    Column("name", lambda scale: scale.display_name, may_shrink=True),
    Column("grades, lowest first", lambda scale: " ".join(_grades(scale)), may_shrink=True),
)


@click.group()
def scales() -> None:
    """The grade scales there are."""


@scales.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_scales(as_json: bool) -> None:
    """List the grade scales with their grades."""
    known = [get_scale(scale_id) for scale_id in list_available_scales()]
    list_rows(talk_for(as_json), _COLUMNS, known, _document)


def _grades(scale: GradeScale) -> tuple[str, ...]:
    """With the grade below the lowest, where there is one."""
    return (*filter(None, (scale.below_lowest,)), *scale.grades)


def _document(scale: GradeScale) -> dict[str, Json]:
    return {"scale": scale.scale_id, "name": scale.display_name, "grades": list(_grades(scale))}
