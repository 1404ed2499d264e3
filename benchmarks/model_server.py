"""A server on this machine that stands in for model providers, to try judges without an account and without cost:

python -m benchmarks.model_server --port 8123 --seconds 1 --rpm 600 --fault error=0.02
cj assess essays/ --judge openai:careful@http://127.0.0.1:8123/v1 --judge anthropic:hasty@http://127.0.0.1:8123
"""

import argparse
import signal
import sys
from collections.abc import Sequence

from cj_assessment_service.tests.fixtures.stand_in import Fault, StandIn, StandInPolicy
from cj_assessment_service.tests.fixtures.stand_in_models import MODELS


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until it is interrupted, then says what it was asked."""
    given = _parser().parse_args(arguments)
    policy = StandInPolicy(
        seconds=given.seconds,
        key=given.key,
        requests_per_minute=given.rpm,
        faults=tuple(given.fault),
        refused=frozenset(given.refuse),
    )
    with StandIn(policy, given.port) as server:
        print(
            f"Serving {server.base_url} (OpenAI) and {server.origin} (Anthropic); Ctrl-C ends it.", flush=True
        )
        print(f"Models: {', '.join(MODELS)}", flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    share = server.cached_tokens / server.prompt_tokens if server.prompt_tokens else 0.0
    print(
        f"{server.count} requests, {server.answered} answered, at most {server.most_at_once} at once;"
        f" {server.prompt_tokens} prompt tokens, {share:.0%} of them from the cache"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.model_server",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=8123)
    parser.add_argument("--seconds", type=float, default=0.0, help="before each answer")
    parser.add_argument("--key", help="that must be given; without it any will do")
    parser.add_argument("--rpm", type=int, help="requests a minute before status 429 with Retry-After")
    parser.add_argument(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        help=f"share of questions: {', '.join(Fault)}=0.05",
    )
    parser.add_argument(
        "--refuse", action="append", default=[], metavar="FIELD", help="such as response_format or logprobs"
    )
    return parser


def _fault(text: str) -> tuple[Fault, float]:
    name, _, share = text.partition("=")
    return Fault(name), float(share)


if __name__ == "__main__":
    # from here on every thread leaves the signals to `sigwait`
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    sys.exit(main())
