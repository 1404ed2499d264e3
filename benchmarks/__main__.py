"""`python -m benchmarks [NAME ...]`: measures what the project promises about itself, on a durable database."""

import argparse
import asyncio
import os
import platform
import sys
from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType

from benchmarks import (
    both_orders,
    consuming,
    crashes,
    dispatch,
    endings,
    grades,
    in_flight,
    judge_check,
    learner_texts,
    ledger,
    measurement_figures,
    names,
    outbox,
    peers,
    planning,
    processes,
    races,
    startup,
    whole_batch,
)
from benchmarks.figures import FULL, QUICK, Bench, Figure, print_figures, print_markdown
from benchmarks.server import durable_server

BENCHMARKS: Mapping[str, Callable[[Bench], Coroutine[None, None, tuple[Figure, ...]]]] = MappingProxyType(
    {
        "startup": startup.measure,
        "whole_batch": whole_batch.measure,
        "ledger": ledger.measure,
        "outbox": outbox.measure,
        "consuming": consuming.measure,
        "processes": processes.measure,
        "in_flight": in_flight.measure,
        "planning": planning.measure,
        "peers": peers.measure,
        "endings": endings.measure,
        "races": races.measure,
        "crashes": crashes.measure,
        "dispatch": dispatch.measure,
        "grades": grades.measure,
        "both_orders": both_orders.measure,
        "learner_texts": learner_texts.measure,
        "judge_check": judge_check.measure,
        "measurement_figures": measurement_figures.measure,
        "names": names.measure,
    }
)


def main() -> int:
    """1 when a figure misses its goal."""
    parser = argparse.ArgumentParser(prog="pdm run bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="once each, and a sample of the long ones")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown too")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - BENCHMARKS.keys():
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    print(surroundings())
    figures: list[Figure] = []
    with durable_server() as server:
        for name in chosen.names or BENCHMARKS:
            bench = Bench(
                server.new_database(f"bench_{name}"), server.data_dir, QUICK if chosen.quick else FULL
            )
            measured = asyncio.run(BENCHMARKS[name](bench))
            print_figures(name, measured)
            figures += measured
    if chosen.markdown:
        print_markdown(figures)
    return int(any(figure.holds is False for figure in figures))


def surroundings() -> str:
    load, _, _ = os.getloadavg()
    return (
        f"Python {platform.python_version()} on {os.cpu_count()} cores (load before: {load:.1f});"
        " embedded PostgreSQL, durable (fsync on); medians"
    )


if __name__ == "__main__":
    sys.exit(main())
