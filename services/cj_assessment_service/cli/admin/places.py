"""Where the service is that is looked after, and who looks after it."""

from dataclasses import dataclass, field
from pathlib import Path

import click

ADMIN_PREFIX = "/admin/v1"
"""Earlier addresses of a service ended so."""


@dataclass(frozen=True, slots=True)
class AdminPlaces:
    """`token` wins over what is in `token_file`."""

    service_url: str
    identity_url: str
    token_file: Path
    token: str | None = field(default=None, repr=False)

    @property
    def service_root(self) -> str:
        return self.service_url.rstrip("/").removesuffix(ADMIN_PREFIX).rstrip("/")

    @property
    def identity_root(self) -> str:
        return self.identity_url.rstrip("/")


def current_places() -> AdminPlaces:
    """Those the command was started with."""
    places = click.get_current_context().find_object(AdminPlaces)
    if places is None:
        raise TypeError("the command does not stand below `cj admin`")
    return places
