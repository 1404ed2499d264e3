"""`python -m benchmarks.measurement_figures [PART ...] [--n N] [--sd SD] [--strategy NAME] [--seeds S]`: the figures of the scale
itself, on simulated essays. Figures depend on the seeds only, not on the machine.
"""

import argparse
import sys
from collections.abc import Mapping
from types import MappingProxyType

from benchmarks import measurement_honesty, measurement_judges, measurement_prices, measurement_soft
from benchmarks.figures import FULL, QUICK, Bench, Effort, Figure, print_figures, print_markdown
from benchmarks.measurement_cells import QUICK_CHOICE, Choice, Lab, Part
from cj_assessment_service.cli.processes import Workers
from cj_assessment_service.cli.strategies import STRATEGIES

PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "coverage": measurement_honesty.coverage,
        "claims": measurement_honesty.claims,
        "coins": measurement_judges.coins,
        "stopping": measurement_judges.stopping,
        "panel": measurement_judges.panel,
        "graded": measurement_prices.graded,
        "faulty": measurement_prices.faulty,
        "soft": measurement_soft.soft,
        "binary": measurement_prices.binary,
    }
)


async def measure(bench: Bench) -> tuple[Figure, ...]:
    """All parts; the small ones of them where the effort is small."""
    choice = QUICK_CHOICE if bench.effort is QUICK else Choice()
    return figures_of(tuple(PARTS), choice, bench.effort, jobs=None)


def figures_of(
    parts: tuple[str, ...], choice: Choice, effort: Effort, jobs: int | None
) -> tuple[Figure, ...]:
    figures: list[Figure] = []
    with Workers(jobs) as workers:
        lab = Lab(workers, choice, effort)
        for part in parts:
            print(f"{part}:", flush=True)
            figures += PARTS[part](lab)
    return tuple(figures)


def main() -> int:
    """1 when a figure misses its goal."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.measurement_figures", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all)")
    parser.add_argument("--n", type=int, nargs="+", help="essays")
    parser.add_argument("--sd", type=float, nargs="+", help="spread of the true abilities, in logits")
    parser.add_argument("--strategy", nargs="+", choices=list(STRATEGIES))
    parser.add_argument("--seeds", type=int, help="runs of each cell")
    parser.add_argument("--jobs", type=int, help="processes (default: one for each core)")
    parser.add_argument("--quick", action="store_true", help="a fifth of the runs, and a sample of the cells")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown too")
    given = parser.parse_args()
    if unknown := set(given.parts) - PARTS.keys():
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    usual = QUICK_CHOICE if given.quick else Choice()
    choice = Choice(
        sizes=tuple(given.n) if given.n else usual.sizes,
        spreads=tuple(given.sd) if given.sd else usual.spreads,
        strategies=tuple(given.strategy) if given.strategy else usual.strategies,
        seeds=given.seeds,
    )
    figures = figures_of(tuple(given.parts or PARTS), choice, QUICK if given.quick else FULL, given.jobs)
    print_figures("measurement_figures", figures)
    if given.markdown:
        print_markdown(figures)
    return int(any(figure.holds is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
