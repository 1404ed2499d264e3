"""What the description of the API cannot tell by itself: bodies and answers of more than one kind."""

from dataclasses import dataclass

from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, Operation, Reference, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from pydantic import BaseModel, JsonValue

from cj_assessment_service.wire.batch_bodies import FILES_PART, OPTIONS_PART, BatchBody, UploadOptions
from cj_assessment_service.wire.batch_views import ProgressView

EVENT_STREAM = "text/event-stream"

_DEFINITIONS = "#/$defs/"


@dataclass
class WrittenSchema(Schema):
    """A schema that is written already."""

    written: JsonValue = None

    def to_schema(self) -> dict[str, JsonValue]:
        return self.written if isinstance(self.written, dict) else {}


@dataclass
class RequestingOperation(Operation):
    """Takes JSON, or a form with files."""

    def __post_init__(self) -> None:
        form = Schema(
            type=OpenAPIType.OBJECT,
            properties={
                OPTIONS_PART: _schema_of(UploadOptions),
                FILES_PART: Schema(
                    type=OpenAPIType.ARRAY,
                    min_items=1,
                    items=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY),
                    description="One .zip, .csv or .xlsx with all essays, or one .docx, .odt, .pdf, .txt or .md for each.",
                ),
            },
            required=[FILES_PART],
        )
        self.request_body = RequestBody(
            required=True,
            content={
                "application/json": OpenAPIMediaType(schema=_schema_of(BatchBody)),
                "multipart/form-data": OpenAPIMediaType(schema=form),
            },
        )


@dataclass
class ProgressOperation(Operation):
    """Answers with JSON, or with events."""

    def __post_init__(self) -> None:
        answer = (self.responses or {})["200"]
        if isinstance(answer, OpenAPIResponse):
            view = Reference(f"#/components/schemas/{ProgressView.__name__}")
            answer.content = {
                "application/json": OpenAPIMediaType(schema=view),
                EVENT_STREAM: OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING)),
            }


def _schema_of(model: type[BaseModel]) -> Schema:
    schema = model.model_json_schema()
    return WrittenSchema(written=_resolved(schema, schema.pop("$defs", {})))


def _resolved(value: JsonValue, definitions: dict[str, JsonValue]) -> JsonValue:
    """With definitions where they are referred to: inside a description of an API there is no other place for them."""
    match value:
        case dict():
            place = value.get("$ref")
            if isinstance(place, str):
                return _resolved(definitions[place.removeprefix(_DEFINITIONS)], definitions)
            return {key: _resolved(inner, definitions) for key, inner in value.items()}
        case list():
            return [_resolved(inner, definitions) for inner in value]
        case _:
            return value
