"""The demo's run: the real daemon on a recorded kitchen, guests who talk in it, and what is printed meanwhile.

The daemon is `app.run` as `chimein run` calls it; it is only handed a terminal in place of a board, and an observer.
"""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TextIO

from chimein import app
from chimein.core.config import Config
from chimein.core.errors import ChimeinError
from chimein.core.live.facts import EarReport, GenerationComplete, TurnComplete
from chimein.core.machines.events import (
    ButtonUnmuted,
    Dropped,
    MuteAsked,
    PressShut,
    Refused,
    SoundStopped,
    SpeakerLost,
    Throttled,
)
from chimein.core.machines.states import Ear, Link
from chimein.core.money.prices import prices_for
from chimein.core.panel.lights import MUTED, Light
from chimein.demo.hearing import Hearing, placed
from chimein.demo.scene import PAUSES_S, Line
from chimein.demo.stage import Stage
from chimein.demo.story import Said, Story, Turn
from chimein.demo.telling import mute_line, said_line, talked_over_line, turn_lines, unanswered_line
from chimein.edge.panel.pins import OnButton
from chimein.edge.panel.terminal import TerminalPanel

LEAD_S: Final = 1.0
"""A line is written so long before it is heard; the hearing child reads less than half of that ahead."""
SETTLE_S: Final = 1.0
"""Before the first line: the gate learns what the kitchen sounds like."""
BREATH_S: Final = 0.5
CLOSING_S: Final = 4.0
"""Calm for so long after the last line: nothing more comes."""
VERDICT_S: Final = 30.0
PATIENCE_S: Final = 45.0
"""The most that anybody waits for calm."""
POLL_S: Final = 0.05
TRIES: Final = 3
"""So often may the microphone fail before anything of a recording has been heard."""


class Evening:
    """One run. `story`, `turns` and `said` are to be read afterwards."""

    def __init__(
        self,
        config: Config,
        *,
        lines: Sequence[Line] = (),
        stage: Stage | None = None,
        recording_s: float = 0.0,
        hearings: Callable[[], list[Hearing]],
        stop: asyncio.Event,
        output: TextIO,
        keys: TextIO,
    ) -> None:
        """Either `lines` to be said on a `stage`, or a recording of so many seconds. `hearings()` are what the service
        has heard so far. `stop` ends it.
        """
        self.story = Story(prices=prices_for(config.live.model, config.budget.prices, config.budget.model_prices))
        self.turns: list[Turn] = []
        """The story's, with the times of their lines."""
        self.said: list[Said] = []
        self._config = config
        self._lines = lines
        self._stage = stage
        self._recording_s = recording_s
        self._hearings = hearings
        self._stop = stop
        self._output, self._keys = output, keys
        self._panel: TerminalPanel | None = None
        self._gave_up = False
        self._is_saying = False
        self._failures = 0  # of the microphone
        self._spoilt: str | None = None  # why no report of this evening can be right
        self._was_muted = False  # at some time since the latest line
        self._is_told = False  # the answer that is being heard has been printed

    async def run(self) -> int:
        """Until the scene is over, the last answer has been heard, or somebody quits; the exit status.

        Raises ChimeinError when the microphone failed in the middle of what was said.
        """
        scene = asyncio.create_task(self._guests() if self._stage else self._recording(), name="scene")
        scene.add_done_callback(lambda _: self._stop.set())
        try:
            status = await app.run(self._config, panel=self._open_panel, observe=self._observe, stop=self._stop)
        finally:
            scene.cancel()
            await asyncio.wait({scene})
        if self._spoilt is not None:
            raise ChimeinError(self._spoilt)
        self.story.close()
        self.turns = self._placed()
        if not scene.cancelled():
            scene.result()
        return status or (1 if self._gave_up else 0)

    # --- who talks

    async def _guests(self) -> None:
        assert self._stage is not None
        if not await self._calm(SETTLE_S):
            return
        for line, pause_s in zip(self._lines, itertools.cycle(PAUSES_S), strict=False):
            turns, sent_s = len(self.story.turns), self.story.sent_s
            await self._say(line, self._stage)
            await asyncio.sleep(pause_s - LEAD_S)
            if self.story.sent_s > sent_s:
                await self._verdict(partial(self._has_more_turns, turns))
            is_calm = await self._calm(BREATH_S)
            if len(self.story.turns) == turns:
                is_online = self.story.state.link is Link.ONLINE
                was_sent = self.story.sent_s > sent_s
                self._tell(unanswered_line(was_muted=self._was_muted, is_online=is_online, was_sent=was_sent))
            if not is_calm:
                return
        await self._calm(CLOSING_S)

    async def _say(self, line: Line, stage: Stage) -> None:
        self._was_muted = False
        self._is_saying = True
        start_s = self._heard_s() + LEAD_S
        stage.put(line.sound, start_s - self.story.sound_began_s)
        await asyncio.sleep(LEAD_S)
        self.said.append(Said(line.speaker, line.text, start_s, start_s + line.duration_s))
        self._tell(said_line(self.said[-1]))
        await asyncio.sleep(line.duration_s)
        self._is_saying = False

    async def _recording(self) -> None:
        while self._heard_s() - self.story.sound_began_s < self._recording_s:
            await asyncio.sleep(POLL_S)
            if self._failures >= TRIES:
                self._gave_up = True
                return
        await self._calm(CLOSING_S)
        await self._verdict(lambda: all(hearing.why for hearing in self._hearings()))
        await self._calm(BREATH_S)

    def _has_more_turns(self, than: int) -> bool:
        return len(self.story.turns) > than

    async def _verdict(self, is_there: Callable[[], bool]) -> None:
        """Waits for the service to have made up its mind: on a busy machine it takes long to understand a line."""
        gives_up_s = asyncio.get_running_loop().time() + VERDICT_S
        while not is_there() and asyncio.get_running_loop().time() < gives_up_s:
            await asyncio.sleep(POLL_S)
            if self.story.state.mutes or self.story.state.link is not Link.ONLINE:
                return

    async def _calm(self, for_s: float) -> bool:
        """Waits until it has been calm for so long; while muted, as long as that takes. False: it does not get calm."""
        loop = asyncio.get_running_loop()
        gives_up_s = loop.time() + PATIENCE_S
        since_s: float | None = None
        while since_s is None or loop.time() - since_s < for_s:
            await asyncio.sleep(POLL_S)
            if not self.story.is_calm:
                since_s = None
            elif since_s is None:
                since_s = loop.time()
            if self.story.state.mutes:
                gives_up_s = loop.time() + PATIENCE_S
            if loop.time() > gives_up_s or self.story.state.link is Link.REFUSED:
                self._gave_up = True
                return False
        return True

    # --- who looks on

    def _open_panel(self, on_button: OnButton) -> TerminalPanel:
        self._panel = TerminalPanel(
            self._output, self._keys, on_button=on_button, on_quit=self._stop.set, remark=self._remark
        )
        return self._panel

    def _remark(self, light: Light) -> str:
        """The lamp shows a shut microphone, and does not care who shut it; at the start nobody has."""
        return ": the microphone is not open yet" if light is MUTED and not self.story.state.mutes else ""

    def _observe(self, at_s: float, fact: object) -> None:
        turn = self.story.take(at_s, fact)
        if self._panel is not None:
            self._panel.linked(self.story.state.link.value)
            if isinstance(fact, EarReport):
                self._panel.hears(fact)
            elif self.story.state.ear in (Ear.MUTED, Ear.DEAF):
                self._panel.hears(None)
        if self._stage is not None and isinstance(fact, ButtonUnmuted | MuteAsked | PressShut | SoundStopped):
            self._stage.clear()  # the file will be heard from its beginning again
        match fact:
            case ButtonUnmuted() | MuteAsked():
                self._was_muted |= self.story.state.is_muted
                self._tell(mute_line(bool(self.story.state.mutes), is_recording=self._stage is None))
            case SoundStopped(cause=cause):
                self._tell(f"{'':10}! the microphone: {cause}")
                self._sound_stopped()
            case Dropped(cause=cause) | Refused(cause=cause) | Throttled(cause=cause):
                self._tell(f"{'':10}! the link: {cause}")
            case SpeakerLost(cause=cause):
                self._tell(f"{'':10}! the speaker: {cause}")
        answer = self.story.turn
        if isinstance(fact, GenerationComplete) and answer is not None and answer.chimed_in:
            self._tell_turn(answer)  # now, for the turn ends only when it has been heard
        if turn is not None:
            if turn.chimed_in or isinstance(fact, TurnComplete):  # else it was cut off, and says nothing about silence
                self._tell_turn(turn)
            self._is_told = False

    def _sound_stopped(self) -> None:
        """The daemon opens the microphone again, and a file is then heard from its beginning. Before anything was said
        that does no harm.
        """
        self._failures += 1
        heard_s = self.story.ear.heard_s if self.story.ear else 0.0
        is_harmless = heard_s == 0.0 if self._stage is None else not self._is_saying
        if is_harmless or self._stop.is_set():
            return
        self._spoilt = (
            f"the microphone's process ended after {heard_s:.1f} s, and a new one hears "
            "the same from its beginning: no report of that would be right, so there is none. "
            "Is this machine very busy? Run the demo again"
        )
        self._stop.set()

    def _placed(self) -> list[Turn]:
        """All turns so far; the one that is still open is the last."""
        story = self.story
        return placed([*story.turns, *filter(None, [story.turn])], self._hearings(), story.passage)

    def _tell_turn(self, turn: Turn) -> None:
        if not self._is_told:
            for line in turn_lines(self._placed()[-1], with_words=self._stage is None):
                self._tell(line)
        elif turn.interrupted:
            self._tell(talked_over_line())
        self._is_told = True

    def _tell(self, line: str) -> None:
        if self._panel is not None:
            self._panel.tell(line)

    def _heard_s(self) -> float:
        # The observer's times are CLOCK_MONOTONIC, and so is the loop's own.
        return self.story.heard_s(asyncio.get_running_loop().time())
