"""A JSON Web Key Set (RFC 7517): the public keys that tokens are checked with."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, ValidationError

from cj_assessment_service.domain.errors import ConfigurationRejected


class _Key(BaseModel):
    """What a key holds besides its name is kept as it is."""

    model_config = ConfigDict(frozen=True, extra="allow")

    kid: str | None = None


class _KeySet(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")

    keys: tuple[_Key, ...]


def key_set_with(content: str | None, key: Mapping[str, str], where: str) -> str:
    """The set in `content`, or an empty one where that is None, with the key added. Raises ConfigurationRejected for what is no
    set, and for a set that has a key of that name.
    """
    try:
        known = _KeySet.model_validate_json(content) if content is not None else _KeySet(keys=())
    except ValidationError:
        raise ConfigurationRejected(f"{where} is no key set. Name another file with --jwks.") from None
    added = _Key.model_validate(key)
    if any(one.kid == added.kid for one in known.keys):
        raise ConfigurationRejected(
            f"{where} has a key {added.kid} already. Give the new one another --key-id."
        )
    grown = known.model_copy(update={"keys": (*known.keys, added)})
    return grown.model_dump_json(indent=1, exclude_none=True)
