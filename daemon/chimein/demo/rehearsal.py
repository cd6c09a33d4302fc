"""The rehearsal service as a child of the demo."""

import asyncio
import json
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final

from chimein.core.errors import ChimeinError

START_S: Final = 90.0
"""Its ears load a model; on a Pi that takes a while."""
STOP_S: Final = 3.0


class Rehearsal:
    """`chimein rehearse` between entering and leaving. Raises ChimeinError when it does not start."""

    def __init__(self, scratch: Path) -> None:
        self.env: dict[str, str] = {}
        """What lets the SDK find it."""
        self._record = scratch / "rehearsal.jsonl"
        self._child: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> "Rehearsal":
        with tempfile.TemporaryFile() as complaints:
            self._child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "chimein", "rehearse", "--record", str(self._record)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=complaints,
                start_new_session=True,  # ^C is for the demo, which then ends its service in good order
            )
            try:
                self.env = await self._address()
            except BaseException as error:
                await self._end()
                if isinstance(error, TimeoutError | ValueError | KeyError):
                    complaints.seek(0)
                    said = complaints.read()[-500:].decode(errors="replace").strip().removeprefix("chimein: ")
                    raise ChimeinError(f"the rehearsal service did not start. {said}".strip()) from error
                raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._end()

    def latest_reason(self) -> str:
        """Why it answered the latest line, or did not; "" if it has not said."""
        try:
            notes = [json.loads(line) for line in self._record.read_text(encoding="utf-8").splitlines()]
        except (OSError, ValueError):
            return ""
        return next((str(note["why"]) for note in reversed(notes) if note.get("kind") == "turn"), "")

    async def _address(self) -> dict[str, str]:
        assert self._child is not None
        assert self._child.stdout is not None
        async with asyncio.timeout(START_S):
            line = await self._child.stdout.readline()
        env = json.loads(line)["env"]
        return {str(name): str(value) for name, value in env.items()}

    async def _end(self) -> None:
        if self._child is None or self._child.returncode is not None:
            return
        self._child.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self._child.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._child.kill()
            await self._child.wait()
