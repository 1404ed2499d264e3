"""How long a user waits for `cj --help`, and what loading the service costs. Byte code is cached, as after one use."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.figures import Bench, Figure

HELP = (str(Path(sys.executable).with_name("cj")), "--help")
LOAD = (sys.executable, "-c", "import cj_assessment_service.app")
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """`wall` and `cpu` (user and system) in seconds, `memory` (resident, at most) in bytes."""

    wall: float
    cpu: float
    memory: float


async def measure(bench: Bench) -> tuple[Figure, ...]:
    repeats = 2 * bench.effort.repeats + 1
    with tempfile.TemporaryDirectory(prefix="cj-bytecode-") as bytecode:
        help_cost, load_cost = (typical_cost(command, repeats, bytecode) for command in (HELP, LOAD))
    return (
        Figure("`cj --help`", "", "< 0.4 s", f"{help_cost.wall:.2f} s", help_cost.wall < 0.4),
        Figure(
            "loading the service",
            "5.0 s CPU, 220 MB",
            "< 1.5 s CPU",
            f"{load_cost.cpu:.2f} s CPU, {load_cost.memory / MEGABYTE:.0f} MB",
            load_cost.cpu < 1.5,
        ),
    )


def typical_cost(command: Sequence[str], repeats: int, bytecode: str) -> Cost:
    """Medians; the first run, which fills the byte code cache, does not count."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    _, *costs = [cost_of(command, environment) for _ in range(repeats + 1)]
    return Cost(
        wall=median(cost.wall for cost in costs),
        cpu=median(cost.cpu for cost in costs),
        memory=median(cost.memory for cost in costs),
    )


def cost_of(command: Sequence[str], environment: dict[str, str]) -> Cost:
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)
