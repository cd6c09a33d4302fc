"""THE PLAN of the daemon: what is opened in which order, how sound and facts are handed on, and how it all ends.

    microphone ──► gate ──► outbox ──► session ──► mouth ──► speaker
    edge           core     flow       edge.live   flow      edge
         └── flow.sound ───┘└──── flow.live ────┘└── flow.sound ──┘

Beside the way of the sound stands the attendant: every flow tells it what happened, it steps the appliance (core), and
what the appliance then wants done stands in `_hands`. Panel, store, systemd and the control socket hang on that.

Start: lamp, store, control socket, flows with the microphone shut, READY, microphone, link.
Stop: microphone, link and the speaker's last second, flows, lamp. READY means that the button and the lamp tell the
truth, not that the service has answered.
"""

import asyncio
import random
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack

from chimein.core.config import Config
from chimein.core.config.changes import Part
from chimein.core.live.backoff import waits_s
from chimein.core.live.facts import Fact, Oddity
from chimein.core.machines import events as e
from chimein.core.machines.effects import Effect
from chimein.core.machines.events import Event
from chimein.core.machines.states import Ear
from chimein.core.panel.earcons import Earcon
from chimein.core.status.metrics import prometheus
from chimein.desk import Desk
from chimein.desk.doctor import doctor
from chimein.desk.looking import looking
from chimein.desk.panel import panel as panel_in_a_terminal
from chimein.desk.privacy import privacy
from chimein.desk.view import View
from chimein.edge import places
from chimein.edge.control import serve
from chimein.edge.memory import Memory
from chimein.edge.metrics import MetricsFile
from chimein.edge.network import network_news
from chimein.edge.panel.panel import Panel, open_panel
from chimein.edge.panel.pins import OnButton
from chimein.edge.service import ServiceManager
from chimein.edge.slate import Slate
from chimein.flow.attend import Attendant
from chimein.flow.crossing import Latch
from chimein.flow.live.colisten import CoListener
from chimein.flow.live.converse import Conversation
from chimein.flow.live.outbox import Outbox
from chimein.flow.watch import Movement, beat, every
from chimein.wiring.guard import Guard
from chimein.wiring.kitchen import Kitchen
from chimein.wiring.lifeline import Lifeline
from chimein.wiring.renewal import renew, take
from chimein.wiring.room import Room
from chimein.wiring.till import Till

Observer = Callable[[float, Event | Fact], None]
"""Is told everything that happens, with the monotonic second in which it did."""

METRICS_EVERY_S = 15.0
"""As often as they are usually fetched."""
FAREWELL_S = 1.0
"""For the link to be closed and the speaker to finish, together."""


async def run(
    config: Config,
    *,
    stop: asyncio.Event | None = None,
    reload: asyncio.Event | None = None,
    load: Callable[[], Config] | None = None,
    panel: Callable[[OnButton], Panel] | None = None,
    observe: Observer = lambda at_s, what: None,
) -> int:
    """The whole daemon, until `stop` is set; the exit status.

    `reload`, when set, asks for `load()` to be used from then on. `panel` stands in for the configured board.
    Raises PanelError when the configured button and lamp cannot be had: a mute button that does nothing is worse than
    no speaker.
    """
    async with AsyncExitStack() as house:
        daemon = Daemon(config, observe)
        where = places.places()
        where.make()
        await daemon.open(house, panel or (lambda on_button: open_panel(config.panel, on_button)), where)
        await daemon.live(stop or asyncio.Event(), reload or asyncio.Event(), load)
    return 0


class Daemon:
    """The parts and the lines between them. Decides nothing."""

    def __init__(self, config: Config, observe: Observer) -> None:
        self._config = config
        self._observe = observe
        self._manager = ServiceManager()
        self._attendant = Attendant(observe=self._seen)
        latch = Latch()
        self._outbox = Outbox(config.session.buffer_s, latch)
        self._room = Room(config, self._outbox, happened=self._attendant.happened, report=self._know, latch=latch)
        self._mouth, self._listener = self._room.mouth, self._room.listener

    async def open(self, house: AsyncExitStack, panel: Callable[[OnButton], Panel], where: places.Places) -> None:
        """Everything that is touched, in order; the house closes it in reverse."""
        attendant, listener = self._attendant, self._listener
        self._guard = Guard(self._config.panel, attendant, listener, panel, state_directory=where.state)
        house.callback(self._guard.close)
        self._metrics = MetricsFile(where.metrics)
        house.callback(self._metrics.close)
        self._memory = Memory(where.database)
        house.callback(self._memory.close)
        self._room.echo.memory = self._memory
        self._till = Till(self._config, attendant, listener, self._memory, Slate(where.slate))
        house.callback(self._write_down)
        house.callback(self._mouth.kill)
        house.callback(listener.shut)
        self._kitchen = Kitchen(
            self._config,
            attendant,
            self._mouth,
            self._memory,
            sign=self._guard.sign,
            chime=lambda: self._guard.chime(self._mouth, Earcon.MISSED),
            set_up_anew=self._set_up_anew,
        )
        self._line = Lifeline(
            self._config, self._memory, assistant=self._kitchen.assistant, tools=self._kitchen.declared
        )
        self._conversation = Conversation(
            self._line.service(),
            self._outbox,
            self._mouth,
            happened=attendant.happened,
            observe=self._know,
            is_in_use=lambda: attendant.state.is_in_use,
            waits_s=lambda: waits_s(random.random),
            handle=self._line.handle(),
            words=self._kitchen.words,
        )
        self._colisten = CoListener(
            self._outbox, self._mouth, happened=attendant.happened, state=lambda: attendant.state
        )
        attendant.takes_in_hand(self._hands())
        self._view = View(
            self._config,
            attendant,
            listener,
            self._conversation,
            self._mouth,
            self._outbox,
            self._room.echo,
            self._till.account,
            self._memory,
            self._kitchen.timers,
            self._guard.calls_a_witness(self._memory, self._conversation),
            has_button=self._guard.has_button,
            heard=lambda: self._room.heard,
        )
        await house.enter_async_context(await serve(where.control_socket, self._desk().answer))

    def _hands(self) -> dict[Effect, Callable[[], object]]:
        """What is done about what the machines decide."""
        return {
            **self._guard.hands(self._memory, self._conversation, self._mouth),
            Effect.END_STREAM: self._outbox.end,
            Effect.STOP_RINGING: self._kitchen.stop_ringing,
            Effect.STOP_SPEAKING: self._mouth.stop,
            Effect.REPEAT_ANSWER: self._mouth.repeat,
            Effect.FORGET_ANSWER: self._mouth.forget,
            Effect.FORGET_CONVERSATION: self._forget,
            Effect.STOP_FILE: self._colisten.stop,
            Effect.NEXT_PERSONA: self._kitchen.personas.next,
            **self._till.hands(self._conversation),
        }

    def _desk(self) -> Desk:
        """What may be asked over the control socket."""
        return Desk(
            looking(self._view),
            privacy(self._view, self._attendant, has_button=self._guard.has_button),
            panel_in_a_terminal(
                self._guard.terminals,
                ear=lambda: self._listener.latest,
                state=lambda: self._attendant.state,
                has_button=self._guard.has_button,
            ),
            doctor(self._room.examine),
            *self._till.families(self._colisten),
            *self._kitchen.families(),
        )

    async def live(self, stop: asyncio.Event, reload: asyncio.Event, load: Callable[[], Config] | None) -> None:
        """From the first beat to the last."""
        async with asyncio.TaskGroup() as tasks:
            flows = [tasks.create_task(flow, name=name) for name, flow in self._flows().items()]
            link = tasks.create_task(self._conversation.run(), name="converse")
            self._guard.wake(self._memory, before=self._till.budget.look)
            self._manager.ready(self._view.picture().why)
            self._count()
            if load is not None:
                renewing = renew(reload, load, self._use, view=self._view, manager=self._manager, status=self._status)
                flows.append(tasks.create_task(renewing, name="renew"))
            await stop.wait()
            await self._farewell(link)
            for flow in flows:
                flow.cancel()

    def _flows(self) -> dict[str, Coroutine[object, object, None]]:
        flows = {
            "listen": self._listener.run(),
            "speak": self._mouth.run(),
            **self._guard.flows(),
            **self._kitchen.flows(),
            **self._till.flows(),
            "handle": every(1.0, lambda: self._line.keep(self._conversation.handle)),
            "network": self._follow_network(),
            "metrics": every(METRICS_EVERY_S, self._count),
        }
        period_s = self._manager.watchdog_period_s()
        if period_s is not None:
            shut = (Ear.MUTED, Ear.SHUT)
            moved = Movement(lambda: self._listener.moves, may_rest=lambda: self._attendant.state.ear in shut)
            flows["beat"] = beat(period_s, has_moved=moved, tell=self._manager.watchdog)
        return flows

    def _count(self) -> None:
        self._metrics.write(prometheus(self._view.picture().to_json()))

    async def _follow_network(self) -> None:
        async for _ in network_news():
            self._conversation.network_came()

    async def _farewell(self, link: asyncio.Task[None]) -> None:
        self._manager.stopping("leaving")
        self._attendant.happened(e.Leaving())
        link.cancel()
        try:
            async with asyncio.timeout(FAREWELL_S):
                await asyncio.wait({link})
                await self._mouth.until_idle()
        except TimeoutError:
            link.cancel()  # it waits for the other side to say goodbye: do not

    def _seen(self, event: Event) -> None:
        self._guard.saw()
        self._view.saw(event)
        self._kitchen.saw(event)
        self._manager.status(self._status())
        self._observe(time.monotonic(), event)

    def _status(self) -> str:
        """One line for systemctl: `reload` cannot fail, so a refused file is told here."""
        told = self._view.picture().why
        return f"{told} The new configuration was refused: see chimein status." if self._view.refused_config else told

    def _know(self, fact: Fact) -> None:
        self._till.know(fact)
        self._kitchen.know(fact)
        if isinstance(fact, Oddity):
            self._view.odd(fact)
        self._observe(time.monotonic(), fact)

    def _set_up_anew(self) -> None:
        """Another instruction, other tools: the conversation goes on with it over a new connection."""
        self._conversation.change(self._line.service())

    def _forget(self) -> None:
        self._conversation.forget()
        self._memory.forget_handle()
        self._mouth.forget()

    def _write_down(self) -> None:
        self._till.account.write()
        self._line.keep(self._conversation.handle, is_last=True)

    def _use(self, new: Config) -> None:
        """`new` is in force from here on; each part that it touches is told."""
        old, self._config = self._config, new
        self._view.config = self._line.config = new
        self._kitchen.use(new)
        self._till.use(new)
        same_model = (old.live.service, old.live.model) == (new.live.service, new.live.model)
        take(
            old,
            new,
            {
                **self._room.hands(new),
                Part.VOLUME: lambda: self._kitchen.volume.use(new.speaker.volume),
                Part.GATE: self._till.set_gate,
                Part.SERVICE: lambda: self._conversation.change(
                    self._line.service(), keeps_handle=same_model and new.session.resume
                ),
            },
        )
