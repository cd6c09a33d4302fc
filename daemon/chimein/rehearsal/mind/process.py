"""What costs thought, in a process of its own so that the sockets stay served: recognising speech, judging, answering.

Parent and child speak over pipes: a request is one JSON line, followed by as many raw bytes as its `bytes` says; an
answer is one JSON line. One request at a time. `python -m chimein.rehearsal.mind.process` is the child.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

from chimein.core.errors import ChimeinError
from chimein.rehearsal.mind.verdict import Verdict

ATTEMPTS = 2
"""To answer one question: whatever ended the child, a fresh one may know."""
MOST_ANSWER_BYTES = 8 << 20
"""Sixty readings of a minute of speech are more than the 64 KiB that a line may usually have."""


class MindError(ChimeinError, RuntimeError):
    """The thinking child ended."""


class Mind:
    """The parent's side. Started when first needed, restarted if it died."""

    def __init__(self) -> None:
        self._child: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._is_closed = False

    async def warm_up(self, part: str) -> None:
        """Loads what is slow to load: "ears" or "wits"."""
        await self._ask({"do": "warm_up", "part": part})

    async def readings(self, pcm: bytes) -> list[str]:
        """What is said in 16 kHz PCM, the likeliest first; empty for mere noise."""
        return [str(text) for text in (await self._ask({"do": "readings", "bytes": len(pcm)}, pcm))["texts"]]

    async def verdict(self, instruction: str | None, line: str, others: Sequence[str] = ()) -> Verdict:
        """Whether the instruction wants an answer to this line; None wants one to every line. `others` is what may
        have been said instead."""
        answer = await self._ask({"do": "verdict", "instruction": instruction, "line": line, "others": list(others)})
        return Verdict(answer["speaks"], answer["why"], answer["reply"])

    async def close(self) -> None:
        """At once; nothing is lost but thought."""
        self._is_closed = True
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError):
                self._child.kill()
            await self._child.wait()

    async def _ask(self, request: dict[str, Any], payload: bytes = b"") -> dict[str, Any]:
        # Whoever is cancelled leaves his question in the pipe: its answer must still be fetched before the next one.
        exchange = asyncio.ensure_future(self._exchange(request, payload))
        exchange.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(exchange)

    async def _exchange(self, request: dict[str, Any], payload: bytes) -> dict[str, Any]:
        async with self._lock:
            question = json.dumps(request).encode() + b"\n" + payload
            for _ in range(ATTEMPTS):
                child = await self._alive()
                assert child.stdin is not None
                assert child.stdout is not None
                line = b""
                with contextlib.suppress(OSError):
                    child.stdin.write(question)
                    await child.stdin.drain()
                    line = await child.stdout.readline()
                if line:
                    answer: dict[str, Any] = json.loads(line)
                    return answer
                status = await child.wait()
                if self._is_closed:
                    break
            raise MindError(f"a thinking process of the rehearsal service ended over a question ({status})")

    async def _alive(self) -> asyncio.subprocess.Process:
        if self._child is None or self._child.returncode is not None:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "chimein.rehearsal.mind.process",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=MOST_ANSWER_BYTES,
                start_new_session=True,
            )
        return self._child


class _Child:
    """The child's side."""

    def __init__(self) -> None:
        self._recogniser: Any = None
        self._judges: dict[str | None, Any] = {}
        self._fields: Any = None

    def answer(self, request: dict[str, Any], payload: bytes) -> dict[str, Any]:
        match request["do"]:
            case "readings":
                return {"texts": self._ears().readings(payload)}
            case "verdict":
                judge = self._judge(request["instruction"])
                verdict = judge.verdict(request["line"], request["others"])
                return {"speaks": verdict.speaks, "why": verdict.why, "reply": verdict.reply}
            case _:
                if request["part"] == "ears":
                    self._ears()
                else:
                    self._knowledge()
                return {}

    def _ears(self) -> Any:
        if self._recogniser is None:
            from chimein.rehearsal.sound.recogniser import Recogniser

            self._recogniser = Recogniser()
        return self._recogniser

    def _knowledge(self) -> Any:
        """WordNet's fields, or None (said once) when it is not installed."""
        if self._fields is None:
            from chimein.rehearsal.mind import wordnet
            from chimein.rehearsal.mind.field import Fields

            try:
                self._fields = Fields(wordnet.load())
            except wordnet.WordNetError as missing:
                print(f"chimein: {missing}; until then only a topic's own words count", file=sys.stderr)
                self._fields = False
        return self._fields or None

    def _judge(self, instruction: str | None) -> Any:
        if instruction not in self._judges:
            from chimein.rehearsal.mind.judge import Judge

            self._judges[instruction] = Judge(instruction, self._knowledge())
        return self._judges[instruction]


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    child = _Child()
    while line := requests.readline():
        request = json.loads(line)
        answer = child.answer(request, requests.read(request.get("bytes", 0)))
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
