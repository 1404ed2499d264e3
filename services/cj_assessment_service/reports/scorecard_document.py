"""A scorecard as one versioned JSON document, published as docs/schemas/judge-scorecard-v1.schema.json."""

import json
from collections.abc import Mapping

from cj_assessment_service.domain.scorecards import Scorecard
from cj_assessment_service.reports.document import Json, fields_of

SCHEMA = "cj-judge-scorecard/1"


def scorecard_document(card: Scorecard) -> Mapping[str, Json]:
    """The domain value field by field; shares are between 0 and 1, money is text in USD."""
    return {"schema": SCHEMA, **fields_of(card)}


def scorecard_json(card: Scorecard) -> str:
    document = scorecard_document(card)
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
