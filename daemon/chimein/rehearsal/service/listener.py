"""What the client sends after its setup: sound, text, tools' answers. Lines go to Turns, offences end the session."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from chimein.core.audio import UP_HZ, duration_s
from chimein.rehearsal.service import protocol, setup
from chimein.rehearsal.service.house import House
from chimein.rehearsal.service.protocol import INVALID, POLICY, Json, Refusal
from chimein.rehearsal.service.script import Fault
from chimein.rehearsal.service.setup import Setup
from chimein.rehearsal.service.turns import MOST_WAITING, Heard, Turns
from chimein.rehearsal.sound.denoise import Denoiser
from chimein.rehearsal.sound.segment import Began, Line, Segmenter

_CHUNK_S: Final = (0.0199, 0.1001)
"""What Google recommends. Anything else is served, and counted."""

Strike = Callable[[str, int], Awaitable[Fault | None]]


class Listener:
    def __init__(self, accepted: Setup, house: House, turns: Turns, strike: Strike, connection: int) -> None:
        self._setup = accepted
        self._house = house
        self._turns = turns
        self._strike = strike
        self._connection = connection
        self._segmenter = Segmenter(accepted.silence_ms)
        self._denoiser = Denoiser() if house.script.ears == "real" else None
        self._lines: asyncio.Queue[Line] = asyncio.Queue(MOST_WAITING)
        self._activity: list[bytes] | None = None
        self._activity_began_s = 0.0
        self._audio_bytes = self._odd_chunks = 0
        self._counts = {"audio": 0, "stream_end": 0, "line": 0, "text": 0}

    def counts(self) -> Json:
        """What this connection brought, for the record."""
        return {
            "audio_bytes": self._audio_bytes,
            "audio_s": round(self._audio_s, 3),
            "audio_messages": self._counts["audio"],
            "odd_chunks": self._odd_chunks,
            "stream_ends": self._counts["stream_end"],
            "lines": self._counts["line"],
            "texts": self._counts["text"],
        }

    @property
    def _audio_s(self) -> float:
        """Seconds of sound received over this connection."""
        return duration_s(self._audio_bytes, UP_HZ)

    async def take(self, kind: str, content: Json) -> None:
        """One message. Raises Refusal."""
        match kind:
            case "setup":
                raise Refusal(INVALID, "setup must be the first message and only the first.")
            case "realtimeInput":
                await self._realtime(content)
            case "clientContent":
                await self._content(content)
            case "toolResponse":
                self._tool_response(content)
            case "contextUpdate":
                self._update(content)

    async def understand(self) -> None:
        """Turns lines of sound into words, one after the other. Runs beside the reader."""
        while True:
            line = await self._lines.get()
            readings = await self._readings(line.pcm)
            text = readings[0] if readings else None
            self._house.hearings += 1
            number = self._house.hearings
            self._house.record.note(
                "heard",
                connection=self._connection,
                line=number,
                text=text,
                length_s=round(duration_s(len(line.pcm), UP_HZ), 2),
                start_s=round(line.start_s, 3),
                end_s=round(line.end_s, 3),
            )
            if text is not None:
                await self._ask(text, number, tuple(readings[1:]))

    async def _readings(self, pcm: bytes) -> list[str]:
        """What was said, the likeliest first; empty when it was only noise."""
        script = self._house.script
        if script.ears == "real":
            return await self._house.ears.readings(pcm)
        return [script.words[self._house.lines % len(script.words)] if script.words else ""]

    async def _ask(self, text: str, number: int | None, others: tuple[str, ...] = ()) -> None:
        """`number` is the hearing's; None for what was typed."""
        instead = await self._strike("line", self._count("line"))
        self._turns.ask(Heard(text, number, instead, others))

    def _count(self, what: str) -> int:
        self._counts[what] += 1
        return self._counts[what]

    # --- sound

    async def _realtime(self, content: Json) -> None:
        if "video" in content:
            raise Refusal(POLICY, "The rehearsal service cannot see.")
        for blob in [content["audio"]] if content.get("audio") else content.get("mediaChunks") or []:
            await self._audio(protocol.audio(blob))
        if content.get("text"):
            await self._text(content["text"])
        if content.get("audioStreamEnd"):
            await self._stream_end()
        if "activityStart" in content or "activityEnd" in content:
            self._explicit(begins="activityStart" in content)

    async def _audio(self, pcm: bytes) -> None:
        length_s = duration_s(len(pcm), UP_HZ)
        self._odd_chunks += not _CHUNK_S[0] <= length_s <= _CHUNK_S[1]
        self._audio_bytes += len(pcm)
        self._turns.meter.heard(len(pcm))
        self._house.record.heard(pcm)
        await self._strike("audio", self._count("audio"))
        clean = self._denoiser.push(pcm) if self._denoiser else pcm
        if not self._setup.automatic_detection:
            if self._activity is not None:
                self._activity.append(clean)
            return
        for event in self._segmenter.push(clean):
            self._hear(event)

    def _hear(self, event: Began | Line) -> None:
        if isinstance(event, Line):
            self._wait_for_ears(event)
        elif self._setup.barge_in:
            self._turns.interrupt()

    async def _stream_end(self) -> None:
        self._house.record.note("stream_end")
        if not self._setup.automatic_detection:
            raise Refusal(INVALID, "audio_stream_end is only allowed with automatic activity detection.")
        line = self._segmenter.flush()
        if line is not None:
            self._hear(line)
        await self._strike("stream_end", self._count("stream_end"))

    def _explicit(self, *, begins: bool) -> None:
        if self._setup.automatic_detection:
            raise Refusal(INVALID, "Explicit activity control is not supported with automatic activity detection.")
        if begins:
            self._activity, self._activity_began_s = [], self._audio_s
            if self._setup.barge_in:
                self._turns.interrupt()
        elif self._activity is not None:
            self._wait_for_ears(Line(b"".join(self._activity), self._activity_began_s, self._audio_s))
            self._activity = None

    def _wait_for_ears(self, line: Line) -> None:
        if self._lines.full():
            raise Refusal(POLICY, "More sound than can be understood is waiting.")
        self._lines.put_nowait(line)

    # --- everything else

    async def _text(self, text: str) -> None:
        self._house.record.note("text", text=text)
        self._turns.meter.read(text)
        await self._strike("text", self._count("text"))
        self._turns.interrupt()
        await self._ask(text, None)

    async def _content(self, content: Json) -> None:
        turns = content.get("turns") or []
        text = " ".join(filter(None, (protocol.text_of(turn) for turn in turns)))
        if content.get("turnComplete"):
            await self._text(text)
        else:
            self._turns.meter.read(text)

    def _tool_response(self, content: Json) -> None:
        for response in content.get("functionResponses") or []:
            known = self._turns.answer_call(response)
            self._house.record.note("tool_response", known=known, response=response)

    def _update(self, content: Json) -> None:
        if content.get("systemInstruction") is not None:
            self._turns.instruction = protocol.text_of(content["systemInstruction"])
            self._turns.meter.read(self._turns.instruction)
        if content.get("tools") is not None:
            self._turns.functions = setup.functions_of(content["tools"], self._setup.model)
