"""The judges of an order, as the options name them."""

from collections.abc import Sequence
from math import isfinite

import click

from cj_assessment_service.domain.panels import JudgeRole, Panel, PanelMember


class Shares(click.ParamType[tuple[float, ...]]):
    """Numbers above 0 with commas between them."""

    name = "N,N"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        try:
            shares = tuple(float(part) for part in str(value).split(","))
        except ValueError:
            shares = ()
        if not shares or not all(isfinite(share) and share > 0 for share in shares):
            self.fail(f"{value!r} are not shares, for example 2,1.", param, ctx)
        return shares


def ordered_panel(
    judges: Sequence[str], shares: Sequence[float], arbiters: Sequence[str], fallbacks: Sequence[str]
) -> Panel:
    """Without shares every judge gets as many questions. Raises UsageError when there is not one share for each judge, and
    InvalidJudge when one is named twice.
    """
    if shares and len(shares) != len(judges):
        raise click.UsageError(
            f"--shares names {len(shares)} and --judge {len(judges)}: give each judge its share, in the order of the judges."
        )
    primaries = zip(judges, shares or (1.0,) * len(judges), strict=True)
    return Panel(
        (
            *(PanelMember(judge, JudgeRole.PRIMARY, share) for judge, share in primaries),
            *(PanelMember(judge, JudgeRole.ARBITER) for judge in arbiters),
            *(PanelMember(judge, JudgeRole.FALLBACK) for judge in fallbacks),
        )
    )
