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
from chimein.demo.hearing import Hearing, hearings

START_S: Final = 90.0
"""Its ears load a model; on a Pi that takes a while."""
STOP_S: Final = 3.0


class Rehearsal:
    """`chimein rehearse` between entering and leaving. Raises ChimeinError when it does not start."""

    def __init__(self, scratch: Path, stop: asyncio.Event) -> None:
        """Once `stop` is set nobody waits for it to start."""
        self.env: dict[str, str] = {}
        """What lets the SDK find it; empty when it was told to stop."""
        self._stop = stop
        self._record = scratch / "rehearsal.jsonl"
        self._child: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> "Rehearsal":
        with tempfile.TemporaryFile() as complaints:
            self._child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "chimein", "rehearse", "--until-eof", "--record", str(self._record)),
                stdin=asyncio.subprocess.PIPE,  # ends with us, however we end: so does the service
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

    def hearings(self) -> list[Hearing]:
        """The lines that it has heard so far."""
        try:
            lines = self._record.read_text(encoding="utf-8").splitlines(keepends=True)
        except FileNotFoundError:
            return []
        return hearings(json.loads(line) for line in lines if line.endswith("\n"))

    async def _address(self) -> dict[str, str]:
        assert self._child is not None
        assert self._child.stdout is not None
        ready, told = asyncio.ensure_future(self._child.stdout.readline()), asyncio.ensure_future(self._stop.wait())
        try:
            async with asyncio.timeout(START_S):
                await asyncio.wait({ready, told}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
            ready.cancel()
        if self._stop.is_set():
            return {}
        env = json.loads(ready.result())["env"]
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
