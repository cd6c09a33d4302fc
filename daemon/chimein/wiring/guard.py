"""The guard at the ear: wires the button, what is remembered of mutes, and the panel's own flows. Decides nothing."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path

from chimein.core.config import PanelSettings
from chimein.core.machines import events as e
from chimein.core.machines.effects import Effect
from chimein.core.machines.events import Muter
from chimein.core.machines.states import Hours
from chimein.core.machines.waking import mutes_at_the_start
from chimein.core.panel.earcons import Earcon, wanted
from chimein.core.panel.finger import Bindings, bindings
from chimein.core.panel.lights import NOTHING_TO_SAY, Light
from chimein.core.panel.night import is_night
from chimein.core.status.proof import Counters
from chimein.core.status.why import lamp
from chimein.edge.clock import house_time, timestamp
from chimein.edge.memory import Memory
from chimein.edge.panel.mark import PressMarks
from chimein.edge.panel.panel import Panel
from chimein.edge.panel.pins import OnButton
from chimein.edge.sound.handles import capture_handles
from chimein.flow.attend import Attendant
from chimein.flow.crossing import Aside
from chimein.flow.live.converse import Conversation
from chimein.flow.live.wire import Wire
from chimein.flow.panel.press import Press
from chimein.flow.panel.terminals import Terminals
from chimein.flow.panel.witness import Witness
from chimein.flow.sound.listen import Listener
from chimein.flow.sound.speak import Mouth
from chimein.flow.watch import every

LOOK_EVERY_S = 1.0
"""Between two looks at a button or switch, for edges get lost."""

NIGHT_LOOK_S = 30.0
"""Between two looks at the clock, where the lamp has a night."""
ARRAY_LOOK_S = 0.5
"""Between two looks at a board that has to be asked: a lamp that may have come back, and the array's own mute."""


class Guard:
    """Made in the loop, and the first thing that is opened: the lamp is on from here."""

    def __init__(
        self,
        settings: PanelSettings,
        attendant: Attendant,
        listener: Listener,
        open_panel: Callable[[OnButton], Panel],
        *,
        state_directory: Path,
    ) -> None:
        """`settings` are those of the start, whatever is read again later. Raises PanelError."""
        self._attendant = attendant
        self._listener = listener
        self._has_earcons, self._lamp = settings.earcons, settings.lamp
        self._marks = PressMarks(state_directory, aside=Aside().do)
        self._wire: Wire | None = None
        self._press = Press(
            bindings(settings.button),
            self,
            happened=attendant.happened,
            state=lambda: attendant.state,
            mark=self._marks.set,
            unmark=self._marks.unset,
        )
        self._witness: Witness | None = None
        self._panel = open_panel(self._press.touched)
        self.terminals = Terminals(
            bindings(settings.button) or Bindings(),
            self,
            happened=attendant.happened,
            state=lambda: attendant.state,
            is_touched=lambda: self._press.is_down,
        )
        """The same panel, for people who look from afar."""
        self._is_night = is_night(self._lamp, house_time())
        attendant.lights(self._show)

    def close(self) -> None:
        """The lamp goes out: the last thing of all."""
        self._panel.close()

    def shut_now(self) -> None:
        """Any thread: nothing hears, and what was heard and has not left this machine never will."""
        self._listener.shut_now()
        if self._wire is not None:
            self._wire.drop_unsent_now()

    def heed(self) -> None:
        """The loop's: it has heard of one shut_now."""
        self._listener.heed()
        if self._wire is not None:
            self._wire.drop_unsent()

    @property
    def has_button(self) -> bool:
        """A momentary one, which can undo any mute but the array's."""
        return not self._press.is_switch and self._panel.is_pressed() is not None

    def sign(self, light: Light) -> None:
        """A short sign over a dark lamp."""
        self._panel.sign(light)
        self.terminals.sign(light)

    def chime(self, mouth: Mouth, earcon: Earcon) -> None:
        """A short sound, if the owner wants any and it is the moment for one."""
        if self._has_earcons and wanted(self._attendant.state):
            mouth.chime(earcon.pcm)

    def calls_a_witness(self, memory: Memory, conversation: Conversation) -> Witness:
        """From now on every mute is proved."""
        self._witness = Witness(
            memory,
            wall=timestamp,
            count=lambda: Counters(conversation.sent_bytes, conversation.wire.sent_bytes),
            capture=capture_handles,
        )
        return self._witness

    def saw(self) -> None:
        """The appliance has been stepped."""
        if self._witness is not None:
            self._witness.saw(self._attendant.state)

    def hands(self, memory: Memory, conversation: Conversation, mouth: Mouth) -> Mapping[Effect, Callable[[], object]]:
        """What it does about effects."""
        self._wire = conversation.wire

        def forget_sound() -> None:
            self._listener.forget()
            conversation.wire.drop_unsent()

        return {
            Effect.SHUT_MICROPHONE: self._listener.shut,
            Effect.FORGET_SOUND: forget_sound,
            Effect.OPEN_MICROPHONE: self._listener.open,
            Effect.REMEMBER_MUTES: lambda: memory.keep_mutes(self._attendant.state.mutes),
            Effect.SOUND_MUTED: lambda: self.chime(mouth, Earcon.MUTED),
            Effect.SOUND_UNMUTED: lambda: self.chime(mouth, Earcon.UNMUTED),
            Effect.SIGN_OUT_OF_TOUCH: lambda: self.chime(mouth, Earcon.OUT_OF_TOUCH),
            Effect.SIGN_NOTHING_TO_SAY: lambda: self.sign(NOTHING_TO_SAY),
        }

    def flows(self) -> dict[str, Coroutine[object, object, None]]:
        """What has to run beside the way of the sound."""
        flows: dict[str, Coroutine[object, object, None]] = {}
        if self._panel.is_pressed() is not None:
            flows["button"] = every(LOOK_EVERY_S, self._press.look)
        if self._lamp.night:
            flows["night"] = every(NIGHT_LOOK_S, self._look_at_the_clock, at_once=True)
        if self._panel.needs_looks:
            flows["board"] = self._follow_array()
        return flows

    def wake(self, memory: Memory, *, before: Callable[[], None]) -> None:
        """Who muted before the power went, and what the switch says now; `before` the microphone may open, that."""
        for muter in mutes_at_the_start(
            memory.mutes(),
            is_press_left_over=self._marks.left_over(),
            has_switch=self._press.is_switch and self._panel.is_pressed() is not None,
            has_array_line=self._panel.has_array_line,
        ):
            self._attendant.happened(e.MuteAsked(muter, True))
        self._press.starts(self._panel.is_pressed)
        self._marks.clear()
        before()
        self._attendant.happened(e.Woke())

    def _show(self, light: Light) -> None:
        self._panel.darken(self._is_night or self._attendant.state.hours is Hours.QUIET)
        self._panel.show(light)
        self.terminals.show(light)

    def _look_at_the_clock(self) -> None:
        self._is_night = is_night(self._lamp, house_time())
        self._show(lamp(self._attendant.state))

    async def _follow_array(self) -> None:
        """What the array's own mute says, where that can be read without listening; and a lamp that came back."""
        while True:
            muted = await asyncio.to_thread(self._panel.array_muted)
            if muted is not None and muted is not (Muter.ARRAY in self._attendant.state.mutes):
                self._attendant.happened(e.MuteAsked(Muter.ARRAY, muted))
            await asyncio.sleep(ARRAY_LOOK_S)
