"""Any day in a kitchen: the three flows and the appliance together, with whatever may happen in whatever order.

Everything is pretended but the flows, the core and asyncio; time jumps. What must hold: no flow dies, no event is told
that the appliance does not know, nothing heard while muted goes up, and when the world is well again so is the daemon.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from chimein.core.audio import DOWN_HZ, Samples
from chimein.core.gate import Forward, GateStep, Item, Opened
from chimein.core.live import facts as f
from chimein.core.live.backoff import waits_s
from chimein.core.live.goodbye import Failure, Phase
from chimein.core.machines import events as e
from chimein.core.machines.effects import Effect
from chimein.core.machines.events import Muter
from chimein.core.machines.states import Ear, Link, Speaker, Voice
from chimein.core.panel.finger import Bindings
from chimein.flow.attend import Attendant
from chimein.flow.crossing import Latch
from chimein.flow.live.converse import Conversation
from chimein.flow.live.outbox import Outbox
from chimein.flow.panel.press import Press
from chimein.flow.sound.listen import Listener
from chimein.flow.sound.speak import Mouth
from fakes.panel import FakePanel
from fakes.service import FakeService, FakeSession
from fakes.sound import FakeMicrophone, FakeSpeaker, Room
from helpers import clock

SECRET = b"\x11\x22" * 1280
"""80 ms of what is only ever said while muted."""
ANSWER = b"\x01\x10" * DOWN_HZ
ZEROS = bytes(32_000)


class OpenGate:
    """Lets everything through but a hardware mute: the real one has exams of its own, and judging hours takes long."""

    def __init__(self) -> None:
        self._is_open = False

    def push(self, frames: Samples, played: Samples | None = None, **_: object) -> GateStep:
        is_muted = not frames.any()
        items: tuple[Item, ...] = () if is_muted else (Forward(frames.tobytes()),)
        if items and not self._is_open:
            self._is_open, items = True, (Opened(0), *items)
        return GateStep(items, self._is_open, is_muted, -60.0, -60.0, -50.0)

    def pause(self) -> None:
        self._is_open = False

    def wipe(self) -> None:
        self._is_open = False


class Kitchen:
    """The world, and the daemon's parts wired as app.py does."""

    def __init__(self) -> None:
        self.room = Room()
        self.service = FakeService()
        self.attendant = Attendant()
        happened = self.attendant.happened
        self.latch = Latch()
        self.outbox = Outbox(15, self.latch)
        self.mouth = Mouth(FakeSpeaker(self.room), happened=happened)
        self.listener = Listener(
            FakeMicrophone(self.room),
            OpenGate(),  # type: ignore[arg-type]
            self.outbox,
            happened=happened,
            report=lambda report: None,
            is_own_voice=self.mouth.is_audible,
            latch=self.latch,
        )
        self.press = Press(Bindings(), self.listener, happened=happened, state=lambda: self.attendant.state)
        self.panel = FakePanel(self.press.touched)
        self.press.starts(self.panel.is_pressed)
        self.conversation = Conversation(
            self.service,
            self.outbox,
            self.mouth,
            happened=happened,
            observe=lambda fact: None,
            is_in_use=lambda: self.attendant.state.is_in_use,
            waits_s=lambda: waits_s(Random(1).random),
        )
        self.attendant.takes_in_hand(
            {
                Effect.SHUT_MICROPHONE: self.listener.shut,
                Effect.FORGET_SOUND: self.listener.forget,
                Effect.END_STREAM: self.outbox.end,
                Effect.OPEN_MICROPHONE: self.listener.open,
                Effect.STOP_SPEAKING: self.mouth.stop,
                Effect.REPEAT_ANSWER: self.mouth.repeat,
                Effect.FORGET_ANSWER: self.mouth.forget,
                Effect.FORGET_CONVERSATION: self.conversation.forget,
                Effect.REST: self.conversation.rest,
                Effect.DIAL: self.conversation.dial,
                Effect.GRANT_MINUTE: self._grant_minute,
            }
        )

    def _grant_minute(self) -> None:
        asyncio.get_running_loop().call_later(60.0, self.attendant.happened, e.MinuteOver())

    @property
    def is_shut(self) -> bool:
        """Somebody has muted, or a finger has and the loop has not heard of it."""
        return bool(self.attendant.state.mutes) or self.latch.is_down

    @property
    def session(self) -> FakeSession | None:
        return self.service.now_open[0] if self.service.now_open else None

    def service_says(self, *facts: f.Down) -> None:
        if self.session is not None:
            self.session.says(*facts)

    def drops(self, code: int, reason: str) -> None:
        if self.session is not None:
            self.session.ends(code, reason)

    # what may happen, by name, so that a failing day can be read

    def presses(self) -> None:
        self.panel.tap()
        self.room.hush()

    def keeps_a_finger_on_it(self) -> None:
        self.panel.press()
        self.room.hush()

    def lets_go(self) -> None:
        self.panel.release()
        self.room.hush()

    def mutes(self) -> None:
        self.attendant.happened(e.MuteAsked(Muter.SOFTWARE, True))

    def unmutes(self) -> None:
        self.room.hush()
        self.attendant.happened(e.MuteAsked(Muter.SOFTWARE, False))

    def talks(self) -> None:
        self.room.say(SECRET * 10 if self.is_shut else b"\x33\x44" * 12_800)

    def mutes_the_array(self) -> None:
        self.room.say(ZEROS)

    def pulls_the_cable(self) -> None:
        self.room.unplug()

    def plugs_it_in(self) -> None:
        self.room.replug()

    def answers(self) -> None:
        self.service_says(f.HeardText("…"), f.ReplyAudio(ANSWER), f.GenerationComplete(), f.TurnComplete())

    def says_half_an_answer(self) -> None:
        self.service_says(f.ReplyAudio(ANSWER * 4))

    def is_silent(self) -> None:
        self.service_says(f.TurnComplete())

    def is_interrupted(self) -> None:
        self.service_says(f.Interrupted(), f.TurnComplete())

    def gives_a_handle(self) -> None:
        self.service_says(f.Handle("a handle"))

    def says_go_away(self) -> None:
        self.service_says(f.GoAway(10.0))

    def talks_nonsense(self) -> None:
        self.service_says(f.Oddity("?"), f.GenerationComplete(), f.Handle(None), f.GoAway(None))

    def drops_the_line(self) -> None:
        self.drops(1006, "the connection broke")

    def is_in_trouble(self) -> None:
        self.service.refusals += [Failure(Phase.REACHING, 503, "Service Unavailable")] * 3
        self.drops(1011, "Internal error encountered.")

    def refuses_the_key(self) -> None:
        self.service.refusals += [Failure(Phase.SETUP, 1007, "API key expired. Please renew the API key.")]
        self.drops(1007, "API key expired. Please renew the API key.")

    def forgets_the_handle(self) -> None:
        self.service.refusals += [Failure(Phase.SETUP, 1008, "session not found", resuming=True)]
        self.drops(1008, "The operation was aborted.")

    def goes_deaf(self) -> None:
        if self.session is not None:
            self.session.is_alive.clear()

    def reads_the_configuration_again(self) -> None:
        self.conversation.change(self.service)
        self.listener.change(gate=OpenGate(), microphone=FakeMicrophone(self.room))  # type: ignore[arg-type]

    def changes_the_speaker(self) -> None:
        self.mouth.change(FakeSpeaker(self.room))

    def forgets(self) -> None:
        self.conversation.forget()

    def spends_four_fifths(self) -> None:
        self.attendant.happened(e.BudgetTight())

    def spends_everything(self) -> None:
        self.attendant.happened(e.BudgetSpent())

    def turns_to_a_new_day(self) -> None:
        self.attendant.happened(e.BudgetAmple())


HAPPENINGS = sorted(name for name, thing in vars(Kitchen).items() if callable(thing) and not name.startswith("_"))
HAPPENINGS = [name for name in HAPPENINGS if name not in ("service_says", "drops")]
DAY = st.lists(st.tuples(st.sampled_from(HAPPENINGS), st.sampled_from([0.0, 0.01, 0.1, 0.7, 3.0, 20.0])), max_size=40)


@asynccontextmanager
async def open_kitchen() -> AsyncIterator[Kitchen]:
    kitchen = Kitchen()
    flows = [kitchen.listener.run(), kitchen.mouth.run(), kitchen.conversation.run()]
    tasks = [asyncio.create_task(flow) for flow in flows]
    kitchen.attendant.happened(e.Woke())
    try:
        yield kitchen
    finally:
        died = [task.exception() for task in tasks if task.done() and not task.cancelled()]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert died == []


@settings(max_examples=100)
@example([("answers", 0.0), ("forgets", 0.1), ("mutes_the_array", 0.1), ("forgets", 0.0)])
@given(DAY)
def test_any_day(day: list[tuple[str, float]]) -> None:
    @clock.jumping
    async def live() -> None:
        async with open_kitchen() as kitchen:
            for happening, pause_s in day:
                getattr(kitchen, happening)()
                await asyncio.sleep(pause_s)
                if kitchen.attendant.state.mutes:
                    assert kitchen.attendant.state.ear is Ear.MUTED
                elif kitchen.attendant.state.is_resting:
                    assert kitchen.attendant.state.ear is Ear.SHUT
            await well_again(kitchen)
            sent = b"".join(pcm for session in kitchen.service.sessions for pcm in session.sent if pcm)
            assert SECRET not in sent

    live()


async def well_again(kitchen: Kitchen) -> None:
    """The world mends; so does the daemon, and it still hears and answers."""
    kitchen.plugs_it_in()
    kitchen.turns_to_a_new_day()
    kitchen.service.refusals.clear()
    kitchen.conversation.change(kitchen.service)
    if kitchen.session is not None:
        kitchen.session.is_alive.set()
    kitchen.lets_go()
    await asyncio.sleep(1)
    while kitchen.attendant.state.mutes:
        kitchen.presses()
        await asyncio.sleep(1)
    await asyncio.sleep(120)
    state = kitchen.attendant.state
    assert (state.link, state.speaker, state.mutes) == (Link.ONLINE, Speaker.WELL, frozenset())
    assert state.ear in (Ear.QUIET, Ear.HEARING)
    assert state.voice is Voice.SILENT
    assert kitchen.session is not None
    before = len(kitchen.session.sent)
    kitchen.room.say(b"\x55\x66" * 12_800)
    await asyncio.sleep(5)
    assert kitchen.session is not None
    assert len(kitchen.session.sent) > before
    kitchen.answers()
    await asyncio.sleep(0.5)
    assert kitchen.attendant.state.voice is Voice.SPEAKING
    await asyncio.sleep(5)
    assert kitchen.attendant.state.voice is not Voice.SPEAKING
