"""A chat server in a process of its own that takes its time, reads the beginning of a prompt only once, and remembers every
request it got.
"""

import asyncio
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

MODEL = "double"
CHARACTERS_PER_TOKEN = 4
ANSWER_TOKENS = 40
CACHE_STEP, LEAST_CACHED = 128, 1024
"""Tokens: beginnings are cached in such steps, and none below that."""

_NONCE = re.compile(r"<<<BEGIN [A-Z ]+ (\w+)>>>")
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_MARGIN = '"margin":'


@dataclass(frozen=True, slots=True)
class Received:
    """One request. `nonce` names the question; tokens are those it was billed for."""

    nonce: str
    prompt_tokens: int
    cached_tokens: int


@dataclass(frozen=True, slots=True)
class ProviderDouble:
    port: int
    log: Path

    @property
    def judge(self) -> str:
        return f"openai:{MODEL}@http://127.0.0.1:{self.port}/v1"

    def received(self) -> tuple[Received, ...]:
        """So far, in order."""
        return tuple(Received(*json.loads(line)) for line in self.log.read_text().splitlines())


@contextmanager
def provider_double(log: Path, seconds: float) -> Iterator[ProviderDouble]:
    """Each answer takes so many seconds."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    log.touch()
    process = context.Process(target=_serve, args=(theirs, log, seconds), daemon=True)
    process.start()
    try:
        yield ProviderDouble(ours.recv(), log)
    finally:
        process.kill()
        process.join()


def _serve(told: Connection, log: Path, seconds: float) -> None:
    asyncio.run(_run(told, log, seconds))


async def _run(told: Connection, log: Path, seconds: float) -> None:
    with log.open("a", buffering=1) as notes:
        double = _Double(notes.fileno(), seconds)
        server = await asyncio.start_server(double.talk, "127.0.0.1", 0, backlog=1000)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()


class _Double:
    """The winner is as good as drawn by lot."""

    def __init__(self, log: int, seconds: float) -> None:
        self._log = log
        self._seconds = seconds
        self._read_before = ""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Requests of one connection, one after the other."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                found = _LENGTH.search(head)
                body = await reader.readexactly(int(found[1]) if found is not None else 0)
                writer.write(_http(await self._answer(body)))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, body: bytes) -> str:
        prompt = "".join(message["content"] for message in json.loads(body)["messages"])
        tokens, cached = len(prompt) // CHARACTERS_PER_TOKEN, self._cached(prompt)
        nonce = _NONCE.findall(prompt)[0]
        os.write(self._log, f"{json.dumps([nonce, tokens, cached])}\n".encode())
        await asyncio.sleep(self._seconds)
        self._read_before = prompt
        margin = ', "margin": "clearly"' if _MARGIN in prompt else ""
        winner = "first" if int(nonce, 16) % 2 else "second"
        verdict = f'{{"justification": "It argues.", "winner": "{winner}"{margin}, "confidence": 4}}'
        return json.dumps(
            {
                "id": "1",
                "object": "chat.completion",
                "created": 1,
                "model": MODEL,
                "choices": [
                    {
                        "index": 0,
                        "message": {"role": "assistant", "content": verdict},
                        "finish_reason": "stop",
                    }
                ],
                "usage": {
                    "prompt_tokens": tokens,
                    "completion_tokens": ANSWER_TOKENS,
                    "total_tokens": tokens + ANSWER_TOKENS,
                    "prompt_tokens_details": {"cached_tokens": cached},
                },
            }
        )

    def _cached(self, prompt: str) -> int:
        """Only of what was answered before this request came."""
        pairs = enumerate(zip(prompt, self._read_before, strict=False))
        differs_at = next((place for place, (one, other) in pairs if one != other), 0)
        common = differs_at // CHARACTERS_PER_TOKEN
        return common // CACHE_STEP * CACHE_STEP if common >= LEAST_CACHED else 0


def _http(body: str) -> bytes:
    content = body.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content
