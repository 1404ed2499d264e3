"""A group of commands that are imported only when they run."""

from collections.abc import Mapping
from pkgutil import resolve_name
from typing import ClassVar

import click


class LazyGroup(click.Group):
    """Knows its commands by name (where each lives, what it does), so that `--help` answers at once."""

    commands_by_name: ClassVar[Mapping[str, tuple[str, str]]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click calls it so
        return list(self.commands_by_name)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self.commands_by_name:
            return None
        place, _ = self.commands_by_name[cmd_name]
        command = resolve_name(place)
        if not isinstance(command, click.Command):
            raise TypeError(f"{place} is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in self.commands_by_name.items()])
