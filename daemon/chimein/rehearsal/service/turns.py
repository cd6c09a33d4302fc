"""The model's side of a conversation: a line in, a turn out. One turn at a time, in the order of the lines.

The audio of a reply goes out faster than it plays; the turn counts as over when it would have been heard to its end,
so that a line spoken meanwhile interrupts it, as with the real service.
"""

import asyncio
import time
from dataclasses import dataclass, replace
from typing import Any, Final

from chimein.core.audio import DOWN_HZ, SAMPLE_BYTES, duration_s
from chimein.rehearsal.mind import functions, recall
from chimein.rehearsal.mind.verdict import Verdict
from chimein.rehearsal.service import mouth, protocol
from chimein.rehearsal.service.context import Conversation, Meter
from chimein.rehearsal.service.house import House
from chimein.rehearsal.service.protocol import POLICY, Json, Refusal
from chimein.rehearsal.service.script import Fault
from chimein.rehearsal.service.setup import Setup
from chimein.rehearsal.service.wire import Wire

_BLOCK_S: Final = 0.2
_BLOCK_BYTES: Final = int(_BLOCK_S * DOWN_HZ) * SAMPLE_BYTES
_UNKNOWN_WORDS: Final = "(something was said)"
_QUIET_LEVEL: Final = 0.0002
MOST_WAITING: Final = 200
"""Lines that wait for their turn. Nobody talks so far ahead of the answers."""


@dataclass(frozen=True)
class Heard:
    """A line: spoken, or typed. `text` is "" when the words could not be made out."""

    text: str
    number: int | None = None
    """Of what was heard, as the record counts it; None for what was typed."""
    instead: Fault | None = None
    """What a script wants in place of an answer."""
    others: tuple[str, ...] = ()
    """What may have been said instead, the likelier first."""
    after: int = 0
    """So many lines of the conversation came before it."""

    @property
    def is_typed(self) -> bool:
        return self.number is None


class Turns:
    """Runs as one task beside the reader. `ask` queues a line; `interrupt` silences the turn that runs."""

    def __init__(self, wire: Wire, house: House, setup: Setup, conversation: Conversation, strike: Any) -> None:
        self._wire = wire
        self._house = house
        self.setup = setup
        self.functions = setup.functions
        self.instruction = setup.instruction
        self._conversation = conversation
        self._strike = strike
        self.meter = Meter(whole_context=house.script.usage == "context")
        self.meter.read(setup.instruction)
        self._queue: asyncio.Queue[Heard] = asyncio.Queue(MOST_WAITING)
        self._turn: asyncio.Task[None] | None = None
        self._is_speaking = False
        self._calls: dict[str, asyncio.Future[Json]] = {}
        self._replies = self._ended = self._call_count = 0

    def ask(self, line: Heard) -> None:
        """Raises Refusal for a client that does not wait for answers."""
        if self._queue.full():
            raise Refusal(POLICY, "More lines than can be answered are waiting.")
        line = replace(line, after=self._conversation.remember(line.text, line.others))
        self._queue.put_nowait(line)

    def answer_call(self, response: Json) -> bool:
        """A tool's response; False when nobody asked for it."""
        future = self._calls.get(str(response.get("id") or ""))
        if future is None or future.done():
            return False
        future.set_result(response)
        return True

    def interrupt(self, *, even_if_silent: bool = False) -> None:
        """Somebody speaks: a reply that is being heard ends here."""
        if self._turn is not None and (self._is_speaking or even_if_silent):
            self._turn.cancel()

    async def run(self) -> None:
        while True:
            line = await self._queue.get()
            self._turn = asyncio.create_task(self._one(line), name="turn")
            try:
                await asyncio.wait([self._turn])
            except asyncio.CancelledError:
                self._turn.cancel()
                raise
            if self._turn.cancelled():
                await self._interrupted()
            else:
                self._turn.result()
            self._turn, self._is_speaking = None, False

    async def offer_handle(self) -> None:
        """A fresh handle for the conversation as it stands."""
        if self.setup.resumption:
            handle = self._house.handles.issue(self._conversation, self._house.secret())
            await self._wire.send(protocol.resumption(handle))

    # --- one turn

    async def _one(self, line: Heard) -> None:
        if line.instead is not None:
            await self._as_told(line, line.instead)
            return
        await self._transcribe(line)
        call = functions.choose(self.functions, (line.text, *line.others), self._conversation.names)
        if call is not None:
            asked = ", ".join(f"{name}={value}" for name, value in call[1].items())
            self._house.lines += 1
            why = f"somebody asked for {call[0]}({asked})"
            self._house.record.note("turn", line=line.number, text=line.text, speaks=True, why=why, reply="")
            await self._call(call[0], call[1])
            return
        verdict = await self._verdict(line)
        self._house.record.note(
            "turn",
            line=line.number,
            text=line.text,
            speaks=verdict.speaks,
            why=verdict.why,
            reply=verdict.reply,
        )
        if verdict.speaks:
            await self._say(verdict.reply)
        else:
            await self._finish()

    async def _verdict(self, line: Heard) -> Verdict:
        script = self._house.script
        answers: str | list[str] = script.answers
        number, self._house.lines = self._house.lines, self._house.lines + 1
        if isinstance(answers, list):
            answers = "always" if answers[number % len(answers)] == "answer" else "never"
        recalled = recall.answer(
            self._conversation.heard[: line.after], [line.text, *line.others], is_typed=line.is_typed
        )
        if answers == "judge" and recalled is not None:
            verdict = Verdict(True, "a question about what was heard", recalled)
        elif answers == "judge":
            instruction = self.instruction if self.setup.proactive and not line.is_typed else None
            verdict = await self._house.wits.verdict(instruction, line.text, line.others)
        else:
            verdict = Verdict(answers == "always", f"the script says {answers}", _echo(line.text))
        if script.reply is not None:
            verdict = Verdict(verdict.speaks, verdict.why, script.reply)
        return verdict

    async def _transcribe(self, line: Heard) -> None:
        if line.is_typed or not self.setup.input_transcription:
            return
        words = line.text.split()
        for at in range(0, len(words), 3):
            piece = " ".join(words[at : at + 3])
            await self._wire.send(protocol.input_transcription(piece if at == 0 else " " + piece))

    async def _say(self, text: str) -> None:
        if self.setup.resumption:
            await self._wire.send(protocol.resumption(None))
        pcm = await mouth.spoken(text, self._house.script)
        self._conversation.lines.append(text)
        await self._play(pcm, text)
        await self._finish()

    async def _play(self, pcm: bytes, text: str = "") -> None:
        """Sends a reply and waits until it would have been heard."""
        self._replies += 1
        began_s = time.monotonic()
        words = text.split() if self.setup.output_transcription else []
        per_block = max(1, -(-len(words) * _BLOCK_BYTES // max(1, len(pcm))))
        self._is_speaking = True
        for at in range(0, len(pcm), _BLOCK_BYTES):
            piece, words = words[:per_block], words[per_block:]
            if piece:
                await self._wire.send(protocol.output_transcription(" ".join(piece) + (" " if words else "")))
            block = pcm[at : at + _BLOCK_BYTES]
            await self._wire.send(protocol.audio_block(block, DOWN_HZ))
            self.meter.spoken(len(block))
            if at == 0:
                await self._strike("reply", self._replies)
            await self._pace()
        await self._wire.send(protocol.generation_complete())
        await asyncio.sleep(max(0.0, began_s + duration_s(len(pcm), DOWN_HZ) - time.monotonic()))
        self._is_speaking = False

    async def _drone(self) -> None:
        """A reply without an end, until somebody interrupts it."""
        block = mouth.tone(_BLOCK_S)
        self._is_speaking = True
        while True:
            await self._wire.send(protocol.audio_block(block, DOWN_HZ))
            self.meter.spoken(len(block))
            await self._pace()

    async def _pace(self) -> None:
        speed = self._house.script.speed
        await asyncio.sleep(_BLOCK_S / speed if speed > 0 else 0.0)

    async def _finish(self) -> None:
        usage = self.meter.turn(vertex=self.setup.vertex)
        self._house.record.note("usage", **usage)
        await self._wire.send(protocol.turn_complete(usage))
        self._ended += 1
        await self.offer_handle()
        await self._strike("turn", self._ended)

    async def _interrupted(self) -> None:
        self._house.record.note("interrupted")
        pending, self._calls = list(self._calls), {}
        if pending:
            await self._wire.send(protocol.tool_call_cancellation(pending))
        await self._wire.send(protocol.interrupted())
        await self._finish()

    # --- tools

    async def _call(self, name: str, args: Json) -> None:
        self._call_count += 1
        call_id = f"call-{self._call_count}-{self._house.secret()}"
        self._calls[call_id] = asyncio.get_running_loop().create_future()
        self._house.record.note("tool_call", id=call_id, name=name, args=args)
        if isinstance(args, dict) and args.get("name"):
            self._conversation.names.add(str(args["name"]))
        await self._wire.send(protocol.tool_call([{"id": call_id, "name": name, "args": args}]))
        response = await self._calls[call_id]
        del self._calls[call_id]
        if response.get("scheduling") == "SILENT":
            await self._finish()
        else:
            await self._say(self._house.script.reply or functions.report(name, response.get("response") or {}))

    # --- a script's turns

    async def _as_told(self, line: Heard, fault: Fault) -> None:
        details = fault.details
        if fault.do not in ("empty_turn", "swallow"):
            await self._transcribe(line)
        match fault.do:
            case "silent_turn" | "empty_turn":
                await self._finish()
            case "say":
                await self._say(str(details.get("text", "Here I am.")))
            case "quiet_reply":
                await self._play(mouth.tone(float(details.get("for_s", 2.0)), _QUIET_LEVEL))
                await self._finish()
            case "endless_reply":
                await self._drone()
            case "tool_call":
                await self._call(str(details["name"]), details.get("args") or {})
            case "swallow":
                pass


def _echo(text: str) -> str:
    return f"You said: {text or _UNKNOWN_WORDS}."
