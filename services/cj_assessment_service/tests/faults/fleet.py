"""Processes of the service, started and killed as an operator, a scheduler or bad luck would.

Each runs the console command itself, forked from a server that has loaded everything, so that one more costs no start-up.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Self

import numpy as np

from cj_assessment_service.__main__ import main
from cj_assessment_service.domain.policies import KafkaPolicy

SERVICE = ("serve", "--only", "consume", "--only", "monitor")
RELAY = ("serve", "--only", "relay")
WORKER = ("worker",)

LOADED_EARLY = (
    __name__,
    "cj_assessment_service.app",
    "cj_assessment_service.cli.serve",
    "cj_assessment_service.implementations.judges.simulated",
    "cj_assessment_service.implementations.schema",
    "confluent_kafka.aio",
)


def environment_of(database_url: str, policy: KafkaPolicy, settings: Mapping[str, str]) -> Mapping[str, str]:
    """What makes a process one of the service on this database and broker; `settings` are named without the prefix of their
    variables.
    """
    own = {
        "KAFKA_BOOTSTRAP_SERVERS": policy.bootstrap_servers,
        "KAFKA_CONSUMER_GROUP": policy.group,
        **settings,
    }
    return {
        **{f"CJ_ASSESSMENT_SERVICE_{name}": value for name, value in own.items()},
        "CJ_DATABASE_URL": database_url,
    }


@dataclass(frozen=True, slots=True)
class Role:
    """A command line behind `cj`, with its environment; what it says ends up in `log`."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path


def play(role: Role) -> None:
    os.environ.update(role.environment)
    sys.argv = ["cj", *role.arguments]
    with role.log.open("ab") as log:
        os.dup2(log.fileno(), sys.stdout.fileno())
        os.dup2(log.fileno(), sys.stderr.fileno())
    main()


@dataclass(slots=True)
class Fleet:
    """Keeps as many processes of each kind running as it was given, whatever is killed."""

    environment: Mapping[str, str]
    folder: Path
    wanted: Sequence[tuple[str, ...]]
    _processes: list[ForkServerProcess] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self._processes = [self._new(place) for place in range(len(self.wanted))]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nobody is left."""
        for place in range(len(self.wanted)):
            await self.kill(place)

    async def kill_one(self, rng: np.random.Generator) -> str:
        """Without warning, and starts another in its place; says what it was."""
        place = int(rng.integers(len(self.wanted)))
        await self.kill(place)
        self._processes[place] = self._new(place)
        return " ".join(self.wanted[place])

    async def kill(self, place: int) -> None:
        process = self._processes[place]
        if process.pid is not None and process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        await asyncio.to_thread(process.join)

    def dead(self) -> list[str]:
        """Those that ended though nobody killed them."""
        return [
            f"{' '.join(command)} (exit code {process.exitcode})"
            for command, process in zip(self.wanted, self._processes, strict=True)
            if not process.is_alive()
        ]

    async def stop(self, seconds: float) -> list[int | None]:
        """As a scheduler does it: SIGTERM and patience. The exit codes; None never came."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            await asyncio.to_thread(process.join, seconds)
        return [process.exitcode for process in self._processes]

    def _new(self, place: int) -> ForkServerProcess:
        context = get_context("forkserver")
        context.set_forkserver_preload(list(LOADED_EARLY))
        log = self.folder / f"{place}-{self.wanted[place][-1]}.log"
        process = context.Process(target=play, args=(Role(self.wanted[place], self.environment, log),))
        process.start()
        return process
