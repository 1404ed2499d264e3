"""Fits one data set with one method and writes what it cost: a program of its own, run by the interpreter that has the method.

`python peer_worker.py METHOD DATA.npz RESULT.json`. It imports nothing that both environments have not got; each method is found
by name. Getting the data into the form a method wants is not on the clock, the call itself is.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import logit

MOST_MEMORY = 8 * 1024**3
ENOUGH_SECONDS = 3.0
MOST_RUNS = 7

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Method = tuple[Callable[[], Any], Callable[[Any], Floats]]
"""What is on the clock, and how to read the scores from what it returns."""


def choix_pairs(first: Ints, second: Ints, won: Ints) -> list[tuple[int, int]]:
    winner, loser = np.where(won, first, second), np.where(won, second, first)
    return list(zip(winner.tolist(), loser.tolist(), strict=True))


def choix(name: str, n: int, pairs: list[tuple[int, int]]) -> Method:
    function = resolve_name(f"choix:{name}")
    return lambda: function(n, pairs), np.asarray


def choix_newton(n: int, first: Ints, second: Ints, won: Ints) -> Method:
    return choix("opt_pairwise", n, choix_pairs(first, second, won))


def choix_ilsr(n: int, first: Ints, second: Ints, won: Ints) -> Method:
    return choix("ilsr_pairwise", n, choix_pairs(first, second, won))


def choix_mm(n: int, first: Ints, second: Ints, won: Ints) -> Method:
    return choix("mm_pairwise", n, choix_pairs(first, second, won))


def evalica(name: str, first: Ints, second: Ints, won: Ints) -> Method:
    function, winner = resolve_name(f"evalica:{name}"), resolve_name("evalica:Winner")
    rows = (first.tolist(), second.tolist(), [winner.X if x else winner.Y for x in won.tolist()])
    return (
        lambda: function(*rows, tolerance=1e-8, limit=10_000),
        lambda found: np.log(found.scores.sort_index().to_numpy()),
    )


def evalica_bradley_terry(_: int, first: Ints, second: Ints, won: Ints) -> Method:
    return evalica("bradley_terry", first, second, won)


def evalica_newman(_: int, first: Ints, second: Ints, won: Ints) -> Method:
    return evalica("newman", first, second, won)


def sklearn(solver: str, n: int, pairs: tuple[Ints, Ints], won: Ints) -> Method:
    first, second = pairs
    rows, m = np.arange(len(first)), len(first)
    values = np.concatenate([np.ones(m), -np.ones(m)])
    places = (np.concatenate([rows, rows]), np.concatenate([first, second]))
    design = csr_array((values, places), shape=(m, n))
    model = resolve_name("sklearn.linear_model:LogisticRegression")(
        C=1e8, fit_intercept=False, solver=solver, tol=1e-8, max_iter=10_000
    )
    return lambda: model.fit(design, won), lambda found: np.asarray(found.coef_[0])


def sklearn_lbfgs(n: int, first: Ints, second: Ints, won: Ints) -> Method:
    return sklearn("lbfgs", n, (first, second), won)


def sklearn_newton(n: int, first: Ints, second: Ints, won: Ints) -> Method:
    return sklearn("newton-cg", n, (first, second), won)


def crowdkit(method: Any, first: Ints, second: Ints, won: Ints) -> Callable[[], Any]:  # noqa: ANN401
    frame = resolve_name("pandas:DataFrame")(
        {"worker": 0, "left": first, "right": second, "label": np.where(won, first, second)}
    )
    return lambda: method.fit(frame).scores_


def crowdkit_bradley_terry(_: int, first: Ints, second: Ints, won: Ints) -> Method:
    # its stopping rule compares an array with itself; tol = 0 switches it off
    method = resolve_name("crowdkit.aggregation:BradleyTerry")(n_iter=1000, tol=0.0)
    return crowdkit(method, first, second, won), lambda found: np.log(found.sort_index().to_numpy())


def crowdkit_noisy(_: int, first: Ints, second: Ints, won: Ints) -> Method:
    method = resolve_name("crowdkit.aggregation:NoisyBradleyTerry")(n_iter=1000, tol=1e-12)
    return crowdkit(method, first, second, won), lambda found: np.asarray(
        logit(found.sort_index().to_numpy())
    )


OURS = "cj_assessment_service.cj_core_logic.scoring"


def our_judgements(n: int, first: Ints, second: Ints, won: Ints) -> Any:  # noqa: ANN401
    m = len(first)
    return resolve_name(f"{OURS}.judgements:Judgements")(
        tuple(f"{place:06d}" for place in range(n)),
        ("judge",),
        first,
        second,
        np.zeros(m, dtype=np.intp),
        np.where(won, 1, -1),
        np.zeros(m, dtype=np.intp),
        np.full(m, np.nan),
        np.ones(m),
    )


def ours(name: str, n: int, first: Ints, second: Ints, won: Ints) -> Method:
    policies = "cj_assessment_service.domain.policies"
    policy = resolve_name(f"{policies}:ScoringPolicy")(
        position=resolve_name(f"{policies}:PositionTerm").ABSENT,
        judge_terms=resolve_name(f"{policies}:JudgeTermsUse").POOLED,
    )
    function, judgements = resolve_name(f"{OURS}.{name}"), our_judgements(n, first, second, won)
    return lambda: function(judgements, policy), lambda board: np.array([row.score for row in board.scores])


def our_maximum_likelihood(n: int, first: Ints, second: Ints, won: Ints) -> Method:
    return ours("maximum_likelihood:fit_maximum_likelihood", n, first, second, won)


def our_map(n: int, first: Ints, second: Ints, won: Ints) -> Method:
    return ours("fit:fit_judgements", n, first, second, won)


METHODS: dict[str, Callable[[int, Ints, Ints, Ints], Method]] = {
    method.__name__: method
    for method in (
        our_maximum_likelihood,
        our_map,
        choix_newton,
        choix_ilsr,
        choix_mm,
        evalica_bradley_terry,
        evalica_newman,
        sklearn_lbfgs,
        sklearn_newton,
        crowdkit_bradley_terry,
        crowdkit_noisy,
    )
}


def main() -> None:
    method, data, result = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    given = np.load(data)
    fit, read = METHODS[method](int(given["n"]), given["first"], given["second"], given["won"])
    seconds: list[float] = []
    found: Any = None
    while len(seconds) < MOST_RUNS and sum(seconds) < ENOUGH_SECONDS:
        started = time.perf_counter()
        found = fit()
        seconds.append(time.perf_counter() - started)
    # the first run loads and warms; it counts where it is the only one
    typical = median(seconds[1:] or seconds)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    text = json.dumps({"seconds": typical, "memory": memory, "scores": read(found).tolist()})
    Path(result).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
