"""From a fresh clone to a running demo, or to passing tests, with nothing but Python 3.11 or newer and git.

`python3 bootstrap.py demo` installs what the lock file names and runs the demo.
`python3 bootstrap.py test` installs the development tools too and runs the tests.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOLS = HERE / ".tools"
ENVIRONMENT = HERE / ".venv"
PDM_VERSION = "2.29.3"
# a plain install of this PDM resolves to an incompatible dependency; its own lock does not
TOOL_REQUIREMENTS = (f"pdm[locked]=={PDM_VERSION}", "uv==0.13.9")
SUPPORTED = ((3, 11), (3, 13))


def main() -> None:
    check_python()
    match sys.argv[1:]:
        case ["demo", *arguments]:
            install("--prod")
            run(str(ENVIRONMENT / "bin" / "cj"), "demo", *arguments)
        case ["test", *arguments]:
            install("-G", ":all")
            tests = arguments or ["services/cj_assessment_service/tests"]
            run(pdm(), "run", "pytest-root", *tests)
        case _:
            sys.exit(__doc__)


def check_python() -> None:
    oldest, newest = SUPPORTED
    if not oldest <= sys.version_info[:2] <= newest:
        sys.exit(
            f"Python {oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]} is needed; this is {sys.version.split()[0]}."
        )


def install(*selection: str) -> None:
    """Puts the locked dependencies and the project itself into .venv."""
    if not Path(pdm()).exists():
        print("Installing the package manager …", flush=True)
        make_environment(TOOLS)
        quietly(str(TOOLS / "bin" / "python"), "-m", "pip", "install", *TOOL_REQUIREMENTS)
    if not ENVIRONMENT.exists():
        make_environment(ENVIRONMENT)
    quietly(pdm(), "use", "--first", str(ENVIRONMENT / "bin" / "python"))
    print("Installing the dependencies …", flush=True)
    quietly(pdm(), "sync", *selection)


def make_environment(folder: Path) -> None:
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    except subprocess.CalledProcessError:
        sys.exit(
            "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv"
        )


def pdm() -> str:
    return str(TOOLS / "bin" / "pdm")


def run(*command: str) -> None:
    """Ends this process with the command's exit code when it fails."""
    done = subprocess.run(command, cwd=HERE, env=settings(), check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)


def quietly(*command: str) -> None:
    """The same, but what the command says is shown only when it fails."""
    done = subprocess.run(command, cwd=HERE, env=settings(), check=False, capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        sys.exit(done.returncode)


def settings() -> dict[str, str]:
    """The environment of every command: our own tools first, and no other virtual environment in sight."""
    ours = {
        "PDM_USE_UV": "1",
        "PDM_CHECK_UPDATE": "0",
        # packages that are compiled once start in half the time
        "UV_COMPILE_BYTECODE": "1",
        # whom this machine trusts, as pip does: networks of schools often have a certificate of their own
        "UV_SYSTEM_CERTS": "1",
        "PATH": f"{TOOLS / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    return {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | ours


if __name__ == "__main__":
    main()
