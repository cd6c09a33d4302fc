"""The view from the desk: draws the picture of how things are, from the parts as they stand."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Protocol

from chimein import __version__
from chimein.core.audio import UP_HZ, duration_s
from chimein.core.config import Config
from chimein.core.kitchen.timer_words import as_json, unheard
from chimein.core.live.facts import Oddity
from chimein.core.machines.aside import sensitivity
from chimein.core.machines.events import (
    Event,
    FeatureRefused,
    NothingToSay,
    Refused,
    ReplyBegan,
    SoundStopped,
    SpeakerLost,
    SpeechDropped,
    ThinkingLapsed,
)
from chimein.core.sound.heard import Heard
from chimein.core.status.oddities import Oddities
from chimein.core.status.picture import (
    EchoPicture,
    GatePicture,
    MicrophonePicture,
    Picture,
    SessionPicture,
    SpeakerPicture,
    UplinkPicture,
    UsagePicture,
    WindowPicture,
)
from chimein.core.status.why import LastTurn
from chimein.flow.attend import Attendant
from chimein.flow.kitchen.timers import Timekeeper
from chimein.flow.live.converse import Conversation
from chimein.flow.live.outbox import Outbox
from chimein.flow.money.account import Account
from chimein.flow.panel.witness import Witness
from chimein.flow.sound.listen import Listener
from chimein.flow.sound.speak import Mouth

_log = logging.getLogger(__name__)


class Memory(Protocol):
    """What the picture needs of the store."""

    @property
    def trouble(self) -> str | None: ...


_TURNS: Mapping[type[Event], LastTurn] = {
    ReplyBegan: LastTurn.ANSWERED,
    NothingToSay: LastTurn.NOTHING_TO_SAY,
    ThinkingLapsed: LastTurn.UNANSWERED,
    SpeechDropped: LastTurn.TOO_OLD,
}


class Echo(Protocol):
    """What the picture needs of the room."""

    @property
    def picture(self) -> EchoPicture: ...


class View:
    """Reads the parts; changes nothing."""

    def __init__(
        self,
        config: Config,
        attendant: Attendant,
        listener: Listener,
        conversation: Conversation,
        mouth: Mouth,
        outbox: Outbox,
        echo: Echo,
        account: Account,
        memory: Memory,
        timers: Timekeeper,
        witness: Witness,
        *,
        has_button: bool,
        heard: Callable[[], Heard | None],
    ) -> None:
        self.config = config
        """The configuration in use; whoever changes it says so here."""
        self.refused_config: str | None = None
        """Why the latest configuration was not taken; None once one was."""
        self._last_trouble: str | None = None
        self._attendant = attendant
        self._listener = listener
        self._conversation = conversation
        self._mouth = mouth
        self._outbox = outbox
        self._echo = echo
        self._account = account
        self._memory = memory
        self._witness = witness
        self._has_button = has_button
        self._heard = heard
        self._timers = timers
        self._since_s = asyncio.get_running_loop().time()
        self._last_turn: LastTurn | None = None
        self._last_goodbye: str | None = None
        self._oddities = Oddities()

    def saw(self, event: Event) -> None:
        """Something happened, and the appliance has been stepped."""
        self._last_turn = _TURNS.get(type(event), self._last_turn)
        self._last_goodbye = self._attendant.state.link_cause or self._last_goodbye
        match event:
            case SoundStopped(is_wanted=True):
                pass
            case Refused() | FeatureRefused() | SoundStopped() | SpeakerLost():
                self._last_trouble = event.cause

    def to_json(self) -> dict[str, object]:
        """The whole picture, with the proof of a mute, which asks the kernel: for whoever wants to know."""
        return {**self.picture().to_json(), "mute": self._witness.proof().to_json()}

    def odd(self, oddity: Oddity) -> None:
        """Something that nobody expected came down: each kind is logged once, all are counted."""
        level = logging.WARNING if self._oddities.came(oddity.what) else logging.DEBUG
        _log.log(level, "survived: %s", oddity.what, extra={"EVENT": "Oddity"})

    def picture(self) -> Picture:
        """How things are now."""
        tally = self._account.tally()
        report, heard = self._listener.latest, self._heard()
        return Picture(
            state=self._attendant.state,
            version=__version__,
            microphone=MicrophonePicture(
                device=self._listener.device,
                channel=heard.said or None if heard is not None and self._listener.device is not None else None,
                level_dbfs=report.level_dbfs if report else None,
                heard_s=duration_s(self._listener.heard_bytes, UP_HZ),
                lost_s=self._listener.lost_samples / UP_HZ,
                losses=self._listener.losses,
            ),
            speaker=SpeakerPicture(
                device=self._mouth.device,
                volume=self._mouth.volume,
                queued_s=self._mouth.unheard_s,
                dropped_s=self._mouth.dropped_s,
                underruns=self._mouth.underruns,
                device_underruns=self._mouth.device_underruns,
            ),
            gate=GatePicture(
                is_enabled=self.config.gate.enabled,
                sensitivity=sensitivity(self.config.gate.sensitivity, self._attendant.state.purse),
                is_open=self._listener.is_gate_open,
                floor_dbfs=report.floor_dbfs if report else None,
                threshold_dbfs=report.threshold_dbfs if report else None,
            ),
            echo=self._echo.picture,
            session=self._session(),
            uplink=self._uplink(),
            usage_today=UsagePicture(
                tally.input_tokens,
                tally.output_tokens,
                tally.usd,
                due_usd=self._account.due_usd(),
                daily_usd=self.config.budget.daily_usd,
                doubt=self._account.doubt(),
            ),
            timers=[as_json(*one) for one in self._timers.all()],
            missed=unheard(self._timers.missed()),
            last_turn=self._last_turn,
            last_error=self.refused_config or self._memory.trouble or self._last_trouble,
            up_s=asyncio.get_running_loop().time() - self._since_s,
            has_button=self._has_button,
        )

    def _session(self) -> SessionPicture:
        conversation = self._conversation
        connected_s = None
        if conversation.connected_at is not None:
            connected_s = asyncio.get_running_loop().time() - conversation.connected_at
        return SessionPicture(
            service=self.config.live.service,
            model=self.config.live.model,
            connected_s=connected_s,
            resumed=conversation.is_resumed,
            reconnects=max(0, conversation.connections - 1),
            last_goodbye=self._last_goodbye,
            oddities=self._oddities.total,
            attempts=conversation.attempts,
            without=conversation.without,
            window=self._window(),
        )

    def _window(self) -> WindowPicture:
        session, turn = self.config.session, self._account.latest
        is_cut = "context_window_compression" not in self._conversation.without
        return WindowPicture(
            used_tokens=turn.input_tokens + turn.output_tokens if turn else None,
            compress_at_tokens=session.compress_at_tokens if is_cut else None,
            keep_tokens=session.keep_tokens if is_cut else None,
            turn_input_tokens=turn.input_tokens if turn else 0,
            turn_output_tokens=turn.output_tokens if turn else 0,
            turn_usd=turn.usd if turn else 0.0,
        )

    def _uplink(self) -> UplinkPicture:
        sent_bytes = self._conversation.sent_bytes
        return UplinkPicture(
            sent_bytes=sent_bytes,
            audio_s=duration_s(sent_bytes, UP_HZ),
            dropped_s=duration_s(self._outbox.dropped_bytes, UP_HZ),
            waiting_s=self._outbox.waiting_s,
            since_mute_bytes=self._witness.up.sound_bytes,
        )
