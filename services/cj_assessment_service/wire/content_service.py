"""What a content service says when it has stored a text."""

from pydantic import AliasChoices, Field

from cj_assessment_service.wire.envelope import WireModel


class StoredText(WireModel):
    """Services of an older kind call the id `content_id`."""

    storage_id: str = Field(min_length=1, validation_alias=AliasChoices("storage_id", "content_id"))
