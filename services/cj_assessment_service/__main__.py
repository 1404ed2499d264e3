"""The console command; everything heavy is loaded when a command needs it."""

import os
from pkgutil import resolve_name

from cj_assessment_service.cli.main import run


def main() -> None:
    # a fit works on small matrices, where more threads than one only wait for each other
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    run(load_installation)


def load_installation() -> object:
    return resolve_name("cj_assessment_service.app:installation")()


if __name__ == "__main__":
    main()
