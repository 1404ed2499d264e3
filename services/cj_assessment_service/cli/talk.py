"""How a command speaks: to a person at a terminal, to a log, or to a program."""

import json
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cj_assessment_service.cli.progress import JsonProgress, ProgressView, QuietProgress, TerminalProgress
from cj_assessment_service.reports.document import Json


@dataclass(frozen=True, slots=True)
class Talk:
    """Words on `console`, or, where `as_json`, nothing but JSON lines on standard output. Names of essays and files are
    printed as they are, never read as markup.
    """

    console: Console
    as_json: bool

    @property
    def is_watched(self) -> bool:
        """A person sits at a terminal: things may move, and tables have a frame."""
        return self.console.is_terminal and not self.as_json

    def say(self, text: str, style: str = "") -> None:
        """For people; outside a terminal one line each, however long."""
        if not self.as_json:
            self.alert(text, style)

    def alert(self, text: str, style: str = "") -> None:
        """Even where a program reads along; then it goes to standard error."""
        if self.console.is_terminal:
            self.console.print(Text(text, style))
        else:
            click.echo(text, err=self.as_json)

    def show(self, table: Table) -> None:
        """Only where somebody watches: the same rows are in the files."""
        if self.is_watched:
            self.console.print(table)

    def send(self, document: Mapping[str, Json]) -> None:
        """Only for programs."""
        if self.as_json:
            write_line(document)

    def waiting(self, what: str) -> AbstractContextManager[object]:
        """Something moves while nothing else can be seen."""
        return self.console.status(Text(what)) if self.is_watched else nullcontext()

    def progress(self) -> ProgressView:
        if self.as_json:
            return JsonProgress(write_line)
        return TerminalProgress(self.console) if self.is_watched else QuietProgress()


def talk_for(as_json: bool) -> Talk:
    return Talk(Console(stderr=as_json, highlight=False, markup=False, emoji=False), as_json)


def write_line(document: Mapping[str, Json]) -> None:
    """One JSON object as one line of standard output, at once."""
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()
