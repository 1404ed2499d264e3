"""The whole result as one versioned JSON document.

The shape is that of the domain values, field by field, so that nothing can be left out; it is published as
docs/schemas/result-v1.schema.json, and a change of shape needs a new version.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.reports.csv_tables import utc_text

SCHEMA = "cj-assessment-result/1"

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


def result_json(result: AssessmentResult) -> str:
    """Money and ids are strings, times ISO 8601 in UTC, sets sorted lists. Raises ValueError for a number that JSON
    has no word for (infinite or not a number).
    """
    return json.dumps(result_document(result), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def result_document(result: AssessmentResult) -> dict[str, Json]:
    """The same as values."""
    return {"schema": SCHEMA, **fields_of(result)}


def fields_of(value: object) -> dict[str, Json]:
    """A frozen dataclass, field by field. Raises TypeError for anything else."""
    if not is_dataclass(value):
        raise TypeError(f"no JSON form is defined for {type(value).__name__}")
    return {field.name: _json(getattr(value, field.name)) for field in fields(value)}


def _json(value: object) -> Json:
    match value:
        case None | bool() | int() | float():
            return value
        case str() | UUID():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case datetime():
            return utc_text(value)
        case tuple() | frozenset():
            return [_json(item) for item in (value if isinstance(value, tuple) else sorted(value))]
        case _:
            return fields_of(value)
