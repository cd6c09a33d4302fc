"""The promise of this house as a machine of rules: whatever is pressed, said, lost, killed or read again, in whatever
order, no sample that was heard while somebody had muted reaches the wire, nor one that waited when he did.

The daemon's own flows, guard and store, with a room, a service and a finger that are pretended; time jumps. The finger
is in a thread of its own, and the loop hears of it only when a rule lets time pass: in between it "hangs".
"""

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chimein.core.config import PanelSettings
from chimein.core.live import facts as f
from chimein.core.live.backoff import waits_s
from chimein.core.machines import events as e
from chimein.core.machines.effects import Effect
from chimein.core.machines.events import Muter
from chimein.edge.memory import Memory
from chimein.flow.attend import Attendant
from chimein.flow.crossing import Latch
from chimein.flow.live.converse import Conversation
from chimein.flow.live.outbox import Outbox
from chimein.flow.sound.listen import Listener
from chimein.flow.sound.speak import Mouth
from chimein.wiring.guard import Guard
from fakes.panel import FakePanel
from fakes.service import FakeService, FakeSession
from fakes.sound import FakeMicrophone, FakeSpeaker, Room
from flow.test_any_day import ANSWER, SECRET, OpenGate
from helpers.clock import JumpingLoop

OPEN_WORDS = b"\x33\x44" * 1280


class Microphone(FakeMicrophone):
    """Hears nothing of what was said before it was opened."""

    async def open(self, *, unless: Callable[[], bool] = lambda: False) -> str:
        self._room.hush()
        return await super().open(unless=unless)


class Life:
    """One life of the daemon: from a start to a kill."""

    def __init__(self, room: Room, service: FakeService, state: Path) -> None:
        self.service = service
        self.attendant = Attendant(observe=lambda event: self.guard.saw())
        happened = self.attendant.happened
        self.latch = Latch()
        self.outbox = Outbox(15, self.latch)
        self.mouth = Mouth(FakeSpeaker(room), happened=happened)
        self.microphone = Microphone(room)
        self.room = room
        self.listener = Listener(
            self.microphone,
            OpenGate(),  # type: ignore[arg-type]
            self.outbox,
            happened=happened,
            report=lambda report: None,
            is_own_voice=self.mouth.is_audible,
            latch=self.latch,
        )
        settings = PanelSettings(board="generic")
        self.guard = Guard(settings, self.attendant, self.listener, self._panel, state_directory=state)
        self.memory = Memory(state / "chimein.sqlite")
        self.conversation = Conversation(
            service,
            self.outbox,
            self.mouth,
            happened=happened,
            observe=lambda fact: None,
            is_in_use=lambda: self.attendant.state.is_in_use,
            waits_s=lambda: waits_s(Random(1).random),
        )
        self.witness = self.guard.calls_a_witness(self.memory, self.conversation)
        self.attendant.takes_in_hand(
            {
                **self.guard.hands(self.memory, self.conversation, self.mouth),
                Effect.END_STREAM: self.outbox.end,
                Effect.STOP_SPEAKING: self.mouth.stop,
                Effect.REPEAT_ANSWER: self.mouth.repeat,
                Effect.FORGET_ANSWER: self.mouth.forget,
                Effect.FORGET_CONVERSATION: self.conversation.forget,
            }
        )
        flows = [self.listener.run(), self.mouth.run(), self.conversation.run(), *self.guard.flows().values()]
        self.tasks = [asyncio.create_task(flow) for flow in flows]
        self.guard.wake(self.memory, before=lambda: None)

    def _panel(self, on_button: object) -> FakePanel:
        self.panel = FakePanel(on_button)  # type: ignore[arg-type]
        return self.panel

    @property
    def is_shut(self) -> bool:
        """Somebody has muted, or a finger has shut the ear and the loop has not heard of it."""
        return bool(self.attendant.state.mutes) or self.latch.is_down

    async def dies(self) -> None:
        """kill -9: nothing is said, nothing written, nothing sent any more."""
        for task in self.tasks:
            task.cancel()
        await asyncio.wait(self.tasks)
        self.memory.close()


class BelievableMute(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = JumpingLoop()
        asyncio.set_event_loop(self.loop)
        self.places = tempfile.TemporaryDirectory()
        self.state = self._fresh_place()
        self.room, self.service = Room(), FakeService()
        self.sent_when_shut: int | None = None
        self.life = self._do(self._starts())
        self.waits(1.0)

    def teardown(self) -> None:
        self._do(self.life.dies())
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()
        self.places.cleanup()

    def _fresh_place(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self.places.name))

    def _do(self, work):  # type: ignore[no-untyped-def]
        return self.loop.run_until_complete(work)

    async def _starts(self) -> Life:
        return Life(self.room, self.service, self.state)

    def _now(self, happened) -> None:  # type: ignore[no-untyped-def]
        async def at_once() -> None:
            happened()

        self._do(at_once())

    # --- what may happen

    @rule(seconds=st.sampled_from([0.0, 0.01, 0.1, 0.5, 1.0, 4.0, 20.0]))
    def waits(self, seconds: float) -> None:
        self._do(asyncio.sleep(seconds))

    @rule()
    def somebody_talks(self) -> None:
        if self.life.is_shut:
            self.room.say(SECRET * 10)
        else:
            self.room.say(OPEN_WORDS * 10)

    @rule()
    def presses(self) -> None:
        self.life.panel.press()

    @rule()
    def lets_go(self) -> None:
        self.life.panel.release()

    @rule()
    def taps(self) -> None:
        self.presses()
        self.lets_go()

    @rule()
    def mutes_by_command(self) -> None:
        self._now(lambda: self.life.attendant.happened(e.MuteAsked(Muter.SOFTWARE, True)))

    @rule()
    def unmutes_by_command(self) -> None:
        self.waits(0.0)
        before = self.life.attendant.state.mutes
        self._now(lambda: self.life.attendant.happened(e.MuteAsked(Muter.SOFTWARE, False)))
        assert self.life.attendant.state.mutes == before - {Muter.SOFTWARE}, "software never clears hardware"

    @rule()
    def it_answers(self) -> None:
        for session in self.service.now_open:
            session.says(f.ReplyAudio(ANSWER * 3), f.GenerationComplete(), f.TurnComplete())

    @rule()
    def somebody_talks_while_the_network_stands_still(self) -> None:
        for session in self.service.now_open:
            session.is_stuck = True
        self.somebody_talks()
        self.waits(0.5)

    @rule()
    def somebody_talks_while_the_network_loses_everything(self) -> None:
        for session in self.service.now_open:
            session.is_lost = True
        self.somebody_talks()
        self.waits(0.5)

    @rule()
    def the_network_moves_again(self) -> None:
        """What had left before the press may arrive in the moment that it has for that, and not later."""
        if any(session.on_its_way for session in self.service.now_open):
            self.waits(FakeSession.patience_s)
        for session in self.service.now_open:
            session.network_is_back()

    @rule()
    def the_line_drops(self) -> None:
        for session in self.service.now_open:
            session.unsent.clear()
            session.on_its_way.clear()
            session.ends(1006, "the connection broke")

    @rule()
    def the_cable_is_pulled_and_plugged(self) -> None:
        self.room.unplug()
        self.waits(1.5)
        self.room.replug()

    @rule()
    def the_configuration_is_read_again(self) -> None:
        self._now(self._reload)

    def _reload(self) -> None:
        self.life.microphone = Microphone(self.room)
        self.life.listener.change(gate=OpenGate(), microphone=self.life.microphone)  # type: ignore[arg-type]
        self.life.conversation.change(self.service)

    @rule()
    def it_is_killed_and_starts_again(self) -> None:
        was_shut = self.life.is_shut
        left = self._fresh_place() / "state"
        shutil.copytree(self.state, left)  # what a kill leaves: nothing that the loop had still to hear of
        self._do(self.life.dies())
        self.state = left
        self.life = self._do(self._starts())
        assert not was_shut or self.life.attendant.state.mutes, "it had been muted, and forgot"

    @precondition(lambda self: not self.life.is_shut)
    @rule()
    def it_is_killed_before_the_loop_hears_of_a_press(self) -> None:
        if not self.life.panel.is_down:
            self.presses()
            self.it_is_killed_and_starts_again()
            assert self.life.attendant.state.mutes

    # --- what must hold

    @invariant()
    def nothing_goes_up_while_it_is_shut(self) -> None:
        sent = b"".join(pcm for session in self.service.sessions for pcm in session.sent if isinstance(pcm, bytes))
        assert SECRET not in sent
        if not self.life.is_shut:
            self.sent_when_shut = None
        elif self.sent_when_shut is None:
            self.sent_when_shut = len(sent)
        else:
            assert len(sent) == self.sent_when_shut, "it was heard before the mute, and went up after it"

    @invariant()
    def nothing_can_hear_while_it_is_shut(self) -> None:
        if self.life.is_shut:
            assert not self.life.microphone.is_open


BelievableMute.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
TestBelievableMute = BelievableMute.TestCase


def test_what_stands_in_the_network_at_a_press_never_goes_up() -> None:
    """One day that chance seldom finds."""
    day = BelievableMute()
    day.somebody_talks_while_the_network_stands_still()
    day.presses()
    day.nothing_goes_up_while_it_is_shut()
    day.the_network_moves_again()
    day.nothing_goes_up_while_it_is_shut()
    day.teardown()


def test_what_was_lost_on_its_way_before_a_press_is_not_sent_again_after_it() -> None:
    day = BelievableMute()
    day.somebody_talks_while_the_network_loses_everything()
    day.presses()
    day.nothing_goes_up_while_it_is_shut()
    day.the_network_moves_again()
    day.nothing_goes_up_while_it_is_shut()
    day.teardown()


def test_the_press_itself_throws_away_what_stands_in_the_network_also_while_the_loop_hangs() -> None:
    day = BelievableMute()
    day.somebody_talks_while_the_network_stands_still()
    (session,) = day.service.now_open
    assert session.unsent
    day.presses()
    assert not session.unsent
    day.teardown()
