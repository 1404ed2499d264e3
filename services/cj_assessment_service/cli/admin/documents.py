"""What programs read: the answers of the service as they are."""

import json
from collections.abc import Mapping

from pydantic import BaseModel

from cj_assessment_service.reports.document import Json


def document_of(view: BaseModel) -> Mapping[str, Json]:
    document: dict[str, Json] = json.loads(view.model_dump_json())
    return document
