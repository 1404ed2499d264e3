"""How fast a scale is fitted, errors included, beside the libraries people use for it; every one in a process of its own.

All fit the same random Bradley-Terry judgements (abilities N(0, 0.7^2), pairs at random; more spread, and some of 30,000 essays
would win or lose everything, where maximum likelihood does not exist). A method counts as a peer where it reaches
the maximum of the likelihood, within 0.01 logits of a reference solved here. Our maximum likelihood comes with errors (exact up to
800 essays, by random probes beyond), the default model with everything it estimates; the peers give scores alone.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path
from scipy.sparse import coo_array, csr_array, diags_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import cg
from scipy.special import expit

from benchmarks.figures import Bench, Effort, Figure

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "peers-requirements.txt"
SIZES = ((30, 200), (300, 3_000), (3_000, 60_000), (30_000, 600_000))
LIMIT_SECONDS = 60.0
LARGE = 1_000
ABILITY_SD = 0.7
SAME_OPTIMUM = 0.01
GIGABYTE = 1024**3

OURS = MappingProxyType(
    {
        "our_maximum_likelihood": "ours, maximum likelihood with errors (exact up to 800 essays, by probes beyond)",
        "our_map": "ours, default model with everything it estimates",
    }
)
PEERS = MappingProxyType(
    {
        "choix_newton": "choix, Newton",
        "choix_ilsr": "choix, I-LSR",
        "choix_mm": "choix, MM",
        "evalica_bradley_terry": "evalica, Bradley-Terry",
        "evalica_newman": "evalica, Newman",
        "sklearn_lbfgs": "scikit-learn, sparse logistic regression, L-BFGS",
        "sklearn_newton": "scikit-learn, sparse logistic regression, Newton-CG",
        "crowdkit_bradley_terry": "crowd-kit, Bradley-Terry",
        "crowdkit_noisy": "crowd-kit, noisy Bradley-Terry (a model of its own)",
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """`won` is 1 where the first wins; `optimum` the maximum likelihood scores, mean zero."""

    n: int
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    won: NDArray[np.intp]
    optimum: NDArray[np.float64]

    @property
    def size(self) -> str:
        return f"{self.n:,} x {len(self.first):,}"


@dataclass(frozen=True, slots=True)
class Cost:
    """`seconds` of one fit, `memory` in bytes at most, `off` the largest distance from the optimum in logits."""

    seconds: float
    memory: int
    off: float

    @property
    def at_optimum(self) -> bool:
        return self.off <= SAME_OPTIMUM


@dataclass(frozen=True, slots=True)
class NotDone:
    """Why there is no cost."""

    reason: str


async def measure(bench: Bench) -> tuple[Figure, ...]:
    python = peer_python()
    figures: list[Figure] = []
    for n, m in sizes_of(bench.effort):
        session = random_session(n, m)
        with tempfile.TemporaryDirectory(prefix="cj-peers-") as folder:
            figures += figures_of(session, python, Path(folder))
    return tuple(figures)


def sizes_of(effort: Effort) -> tuple[tuple[int, int], ...]:
    return SIZES if effort.repeats > 1 else SIZES[:2]


def figures_of(session: Session, python: Path, folder: Path) -> list[Figure]:
    data = folder / "judgements.npz"
    np.savez(data, n=session.n, first=session.first, second=session.second, won=session.won)
    mine = {name: cost_of(name, Path(sys.executable), data, session) for name in OURS}
    figures = [our_figure(session, OURS[name], cost) for name, cost in mine.items()]
    for name, title in PEERS.items():
        figures.append(peer_figure(session, title, cost_of(name, python, data, session), mine))
    return figures


def our_figure(session: Session, title: str, cost: Cost | NotDone) -> Figure:
    goal = "< 10 s, < 2 GB" if session.n == SIZES[-1][0] else ""
    if isinstance(cost, NotDone):
        return Figure(f"{session.size}: {title}", "", goal, cost.reason, False if goal else None)
    holds = cost.seconds < 10.0 and cost.memory < 2 * GIGABYTE if goal else None
    return Figure(f"{session.size}: {title}", "", goal, said(session, cost), holds)


def peer_figure(
    session: Session, title: str, peer: Cost | NotDone, mine: Mapping[str, Cost | NotDone]
) -> Figure:
    what = f"{session.size}: {title}"
    if isinstance(peer, NotDone):
        return Figure(what, "", "", peer.reason)
    ratios = [
        f"{peer.seconds / cost.seconds:.3g} times {OURS[name].split(' with ')[0]}"
        for name, cost in mine.items()
        if isinstance(cost, Cost)
    ]
    reached = "; ".join((said(session, peer), *ratios))
    if not peer.at_optimum:
        return Figure(what, "", "", f"{reached}; ends {peer.off:.2g} logits from the optimum")
    reference = mine["our_maximum_likelihood"]
    holds = peer.seconds > reference.seconds if isinstance(reference, Cost) else None
    return Figure(what, "", "slower than our maximum likelihood", reached, holds)


def said(session: Session, cost: Cost) -> str:
    memory = f", {cost.memory / GIGABYTE:.2f} GB" if session.n > LARGE else ""
    return f"{cost.seconds:.3g} s{memory}"


def cost_of(method: str, python: Path, data: Path, session: Session) -> Cost | NotDone:
    result = data.with_name(f"{method}.json")
    command = (str(python), str(HERE / "peer_worker.py"), method, str(data), str(result))
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command, env=environment, timeout=LIMIT_SECONDS, capture_output=True, text=True, check=False
        )
    except subprocess.TimeoutExpired:
        return NotDone(f"not done in {LIMIT_SECONDS:.0f} s")
    if done.returncode != 0 or not result.exists():
        return NotDone(reason_in(done.stderr) or f"ended with {done.returncode}")
    found = json.loads(result.read_text(encoding="utf-8"))
    scores = np.array(found["scores"])
    off = float(np.abs(scores - scores.mean() - session.optimum).max())
    return Cost(found["seconds"], found["memory"], off)


def reason_in(complaint: str) -> str:
    """The line that speaks of memory, else the last."""
    lines = complaint.strip().splitlines()
    told = [line for line in lines if "memory" in line.lower()] or lines[-1:]
    return told[0].strip()[:120] if told else ""


def random_session(n: int, m: int) -> Session:
    """The first of the seeds 1, 2, ... under which maximum likelihood exists (every essay linked to every other by wins)."""
    seed = 0
    while True:
        seed += 1
        rng = np.random.default_rng(seed)
        ability = rng.normal(0.0, ABILITY_SD, n)
        first = rng.integers(0, n, m)
        second = (first + rng.integers(1, n, m)) % n
        won = (rng.random(m) < expit(ability[first] - ability[second])).astype(np.intp)
        beats = (np.ones(m), (np.where(won, first, second), np.where(won, second, first)))
        parts, _ = connected_components(coo_array(beats, shape=(n, n)), directed=True, connection="strong")
        if parts == 1:
            return Session(n, first, second, won, maximum_likelihood(n, (first, second), won))


def maximum_likelihood(
    n: int, pairs: tuple[NDArray[np.intp], NDArray[np.intp]], won: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Newton's method with conjugate gradients, one row per judgement: slow and plain."""
    first, second = pairs
    theta = np.zeros(n)
    for _ in range(100):
        chance = expit(theta[first] - theta[second])
        slope = np.bincount(first, won - chance, n) - np.bincount(second, won - chance, n)
        carried = chance * (1.0 - chance)
        links = coo_array((carried, (first, second)), shape=(n, n))
        degree = np.bincount(first, carried, n) + np.bincount(second, carried, n)
        curvature = csr_array(diags_array(degree) - links - links.T)
        step, _ = cg(curvature, slope, rtol=1e-8, atol=1e-12, M=diags_array(1.0 / degree))
        theta += step - step.mean()
        if np.abs(step).max() < 1e-9:
            return theta
    raise RuntimeError("the reference did not reach the optimum")


def peer_python() -> Path:
    """The interpreter of the environment with the peers, made or renewed when the requirements say so."""
    home = Path(os.environ.get("CJ_BENCH_PEERS") or user_cache_path("cj-assessment-service") / "bench-peers")
    python, stamp = home / "bin" / "python", home / "installed-requirements.txt"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        subprocess.run((sys.executable, "-m", "venv", "--clear", str(home)), check=True)
        subprocess.run((str(python), "-m", "pip", "install", "--quiet", "-r", str(REQUIREMENTS)), check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return python
