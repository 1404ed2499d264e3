"""`cj admin keys`: what an installation without an identity service signs its tokens with."""

from pathlib import Path

import click

from cj_assessment_service.cli.admin.signing import KeyAlgorithm, new_key
from cj_assessment_service.cli.installed import current_installation
from cj_assessment_service.cli.talk import talk_for
from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.wire.key_set import key_set_with

_NEW_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def keys() -> None:
    """Keys that sign tokens: the private half stays with who signs, the service gets the public half."""


@keys.command(short_help="Make a private key and publish its public half.")
@click.option(
    "--private-key",
    type=_NEW_FILE,
    default=Path("cj-private-key.pem"),
    show_default=True,
    help="PEM file to make.",
)
@click.option(
    "--jwks",
    type=_NEW_FILE,
    default=Path("cj-jwks.json"),
    show_default=True,
    help="Key set the public half is added to.",
)
@click.option(
    "--algorithm",
    type=click.Choice([algorithm.value for algorithm in KeyAlgorithm]),
    default=KeyAlgorithm.ES256.value,
    show_default=True,
)
@click.option("--key-id", help="Name of the key (default: its thumbprint).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def new(private_key: Path, jwks: Path, algorithm: str, key_id: str | None, as_json: bool) -> None:
    """Make a key. A key set that exists keeps its keys, so that tokens signed before stay good."""
    talk = talk_for(as_json)
    key = new_key(KeyAlgorithm(algorithm), key_id)
    published = key_set_with(_read(jwks), key.public_jwk, str(jwks))
    current_installation().administration().private_files.write_new(private_key, key.pem)
    _publish(jwks, published)
    talk.send({"key_id": key.key_id, "private_key": str(private_key), "jwks": str(jwks)})
    talk.say(
        f"The private key {private_key} signs tokens: `cj admin token service --private-key {private_key}`."
    )
    talk.say("Keep it to yourself: whoever has it can do everything.")
    talk.say(f"The service checks them with CJ_ASSESSMENT_SERVICE_JWKS_FILE={jwks.absolute()}")


def _read(jwks: Path) -> str | None:
    """None where there is no file. Raises ConfigurationRejected."""
    try:
        return jwks.read_text(encoding="utf-8") if jwks.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationRejected(
            f"The key set {jwks} cannot be read. Name another file with --jwks."
        ) from error


def _publish(jwks: Path, content: str) -> None:
    """Replaces the file whole: a service may read it at any moment. Raises ConfigurationRejected."""
    draft = jwks.with_name(f".{jwks.name}.part")
    try:
        jwks.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(content + "\n", encoding="utf-8")
        draft.replace(jwks)
    except OSError as error:
        raise ConfigurationRejected(
            f"The key set {jwks} cannot be written ({error.strerror}). Name another file with --jwks."
        ) from error
