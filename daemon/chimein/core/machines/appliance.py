"""The appliance: nine small machines, each a table, coupled by the events that several of them understand.

    life      waking → awake → leaving
    link      offline ⇄ connecting → online → offline; throttled when the service asks for patience, refused when only
              the owner can mend it
    ear       muted → opening → quiet ⇄ hearing; deaf when a microphone should be there and is not; array-muted
    voice     silent → thinking → speaking → silent, judged by what is audible
    speaker   well ⇄ lost
    bell      silent ⇄ ringing
    purse     ample ⇄ tight → spent ⇄ minute: what is left of the day's budget
    hours     usual ⇄ quiet: by the schedule, or as somebody asked
    file      none ⇄ running: a file goes into the conversation in place of the room
    mutes     the set of those who ask for silence of the ear; muted while it is not empty

What looks like one machine with many states is these few: the lamp and `why` are functions of them and can disagree
with nobody. An event that a machine has no row for leaves it as it is, if the machine does not know that kind of event
at all; a pair that it knows and has no row for is a fault of the caller and raises IllegalEventError.

`step` returns the new state and what is to be done, as data, in order. Nothing else changes the state.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

from chimein.core.machines import events as e
from chimein.core.machines.aside import FILE, HOURS, PURSE, asks_for_a_minute
from chimein.core.machines.effects import Effect
from chimein.core.machines.events import Event, Muter
from chimein.core.machines.states import Bell, CoListening, Ear, Finger, Hours, Life, Link, Purse, Speaker, Voice
from chimein.core.machines.wishes import granted


class IllegalEventError(RuntimeError):
    """An event that cannot happen in this state: a fault in a flow, never of the outside world."""


@dataclass(frozen=True)
class Appliance:
    """The whole state. Starts muted: unknown is muted, until the panel and the store have said otherwise."""

    life: Life = Life.WAKING
    link: Link = Link.OFFLINE
    ear: Ear = Ear.MUTED
    voice: Voice = Voice.SILENT
    speaker: Speaker = Speaker.WELL
    bell: Bell = Bell.SILENT
    purse: Purse = Purse.AMPLE
    file: CoListening = CoListening.NONE
    hours: Hours = Hours.USUAL
    mutes: frozenset[Muter] = frozenset()
    finger: Finger = Finger.UP
    link_cause: str = ""
    ear_cause: str = ""
    ear_errand: str = ""
    speaker_cause: str = ""

    @property
    def is_muted(self) -> bool:
        """Nothing in this house can hear, or the microphone itself says that it does not."""
        return bool(self.mutes) or self.ear in (Ear.MUTED, Ear.ARRAY_MUTED)

    @property
    def is_in_use(self) -> bool:
        """Somebody talks, is being thought about, or is answered: not the moment to change anything."""
        return self.ear is Ear.HEARING or self.voice is not Voice.SILENT or self.file is CoListening.RUNNING

    @property
    def is_resting(self) -> bool:
        """The day's budget is spent."""
        return self.purse is Purse.SPENT

    @property
    def can_be_stopped(self) -> bool:
        """Something rings or is being said: what a finger on the button then means is to stop it."""
        return self.bell is Bell.RINGING or self.voice is Voice.SPEAKING


S = TypeVar("S", Life, Link, Ear, Voice, Speaker, Bell, Purse, Hours, CoListening)
Table = dict[tuple[S, type[Event]], S]

LIFE: Table[Life] = {
    (Life.WAKING, e.Woke): Life.AWAKE,
    (Life.WAKING, e.Leaving): Life.LEAVING,
    (Life.AWAKE, e.Leaving): Life.LEAVING,
    (Life.LEAVING, e.Leaving): Life.LEAVING,
}

LINK: Table[Link] = {
    (Link.OFFLINE, e.Dialling): Link.CONNECTING,
    (Link.OFFLINE, e.Redialling): Link.OFFLINE,
    (Link.OFFLINE, e.Connected): Link.ONLINE,
    (Link.OFFLINE, e.Dropped): Link.OFFLINE,
    (Link.OFFLINE, e.Refused): Link.REFUSED,
    (Link.CONNECTING, e.Connected): Link.ONLINE,
    (Link.CONNECTING, e.Dropped): Link.OFFLINE,
    (Link.CONNECTING, e.Refused): Link.REFUSED,
    (Link.ONLINE, e.Changing): Link.ONLINE,
    (Link.ONLINE, e.Connected): Link.ONLINE,
    (Link.ONLINE, e.Dropped): Link.OFFLINE,
    (Link.ONLINE, e.Refused): Link.REFUSED,
    (Link.REFUSED, e.Dialling): Link.CONNECTING,
    (Link.REFUSED, e.Redialling): Link.REFUSED,
    (Link.REFUSED, e.Connected): Link.ONLINE,
    (Link.REFUSED, e.Dropped): Link.OFFLINE,
    (Link.REFUSED, e.Refused): Link.REFUSED,
    (Link.THROTTLED, e.Dialling): Link.CONNECTING,
    (Link.THROTTLED, e.Redialling): Link.THROTTLED,
    (Link.THROTTLED, e.Connected): Link.ONLINE,
    (Link.THROTTLED, e.Dropped): Link.OFFLINE,
    (Link.THROTTLED, e.Refused): Link.REFUSED,
    (Link.OFFLINE, e.Throttled): Link.THROTTLED,
    (Link.CONNECTING, e.Throttled): Link.THROTTLED,
    (Link.ONLINE, e.Throttled): Link.THROTTLED,
    (Link.REFUSED, e.Throttled): Link.THROTTLED,
    (Link.THROTTLED, e.Throttled): Link.THROTTLED,
    **{(link, e.Rested): Link.RESTING for link in Link},
    (Link.RESTING, e.Dialling): Link.CONNECTING,
}

# Muting and unmuting come from the set of mutes, below. A muted ear hears late news of a microphone that was shut in
# another thread, and does not care.
EAR: Table[Ear] = {
    (Ear.MUTED, e.SoundStopped): Ear.MUTED,
    (Ear.SHUT, e.SoundStopped): Ear.SHUT,
    (Ear.OPENING, e.SoundCame): Ear.QUIET,
    (Ear.OPENING, e.SoundStopped): Ear.DEAF,
    (Ear.DEAF, e.SoundCame): Ear.QUIET,
    (Ear.DEAF, e.SoundStopped): Ear.DEAF,
    (Ear.QUIET, e.SoundStopped): Ear.DEAF,
    (Ear.QUIET, e.GateOpened): Ear.HEARING,
    (Ear.QUIET, e.ArrayMuted): Ear.ARRAY_MUTED,
    (Ear.HEARING, e.GateClosed): Ear.QUIET,
    (Ear.HEARING, e.SoundStopped): Ear.DEAF,
    (Ear.ARRAY_MUTED, e.ArrayUnmuted): Ear.QUIET,
    (Ear.ARRAY_MUTED, e.SoundStopped): Ear.DEAF,
}

_WHILE_SPEAKING = (
    *(e.GateOpened, e.GateClosed, e.FileEnded, e.ReplyBegan, e.TurnEnded),
    *(e.NothingToSay, e.ThinkingLapsed, e.Dropped, e.Refused, e.Throttled),
)
VOICE: Table[Voice] = {
    (Voice.SILENT, e.GateOpened): Voice.SILENT,
    (Voice.SILENT, e.GateClosed): Voice.THINKING,
    (Voice.SILENT, e.FileEnded): Voice.THINKING,
    (Voice.SILENT, e.ReplyBegan): Voice.SPEAKING,
    (Voice.SILENT, e.ReplyEnded): Voice.SILENT,
    (Voice.SILENT, e.TurnEnded): Voice.SILENT,
    (Voice.SILENT, e.NothingToSay): Voice.SILENT,
    (Voice.SILENT, e.ThinkingLapsed): Voice.SILENT,
    (Voice.SILENT, e.Dropped): Voice.SILENT,
    (Voice.SILENT, e.Refused): Voice.SILENT,
    (Voice.SILENT, e.Throttled): Voice.SILENT,
    (Voice.THINKING, e.GateOpened): Voice.SILENT,
    (Voice.THINKING, e.GateClosed): Voice.THINKING,
    (Voice.THINKING, e.FileEnded): Voice.THINKING,
    (Voice.THINKING, e.ReplyBegan): Voice.SPEAKING,
    (Voice.THINKING, e.ReplyEnded): Voice.SILENT,
    (Voice.THINKING, e.TurnEnded): Voice.SILENT,
    (Voice.THINKING, e.NothingToSay): Voice.SILENT,
    (Voice.THINKING, e.ThinkingLapsed): Voice.SILENT,
    (Voice.THINKING, e.Dropped): Voice.SILENT,
    (Voice.THINKING, e.Refused): Voice.SILENT,
    (Voice.THINKING, e.Throttled): Voice.SILENT,
    **dict.fromkeys(((Voice.SPEAKING, kind) for kind in _WHILE_SPEAKING), Voice.SPEAKING),
    (Voice.SPEAKING, e.ReplyEnded): Voice.SILENT,
}

SPEAKER: Table[Speaker] = {
    (Speaker.WELL, e.SpeakerCame): Speaker.WELL,
    (Speaker.WELL, e.SpeakerLost): Speaker.LOST,
    (Speaker.LOST, e.SpeakerCame): Speaker.WELL,
    (Speaker.LOST, e.SpeakerLost): Speaker.LOST,
}

BELL: Table[Bell] = {
    (Bell.SILENT, e.RingingBegan): Bell.RINGING,
    (Bell.SILENT, e.RingingStopped): Bell.SILENT,
    (Bell.RINGING, e.RingingBegan): Bell.RINGING,
    (Bell.RINGING, e.RingingStopped): Bell.SILENT,
}


def step(before: Appliance, event: Event) -> tuple[Appliance, tuple[Effect, ...]]:
    """The state after `event`, and what is to be done, in order. Raises IllegalEventError."""
    if asks_for_a_minute(event, before.purse, before.mutes):
        before, event = replace(before, mutes=before.mutes - {Muter.HARDWARE}), e.MinuteAsked()
    after = replace(
        before,
        life=_next(LIFE, before.life, event),
        link=_next(LINK, before.link, event),
        ear=_next(EAR, before.ear, event),
        voice=_next(VOICE, before.voice, event),
        speaker=_next(SPEAKER, before.speaker, event),
        bell=_next(BELL, before.bell, event),
        purse=_next(PURSE, before.purse, event),
        hours=_next(HOURS, before.hours, event),
        file=_next(FILE, before.file, event),
        mutes=_mutes(before.mutes, event),
        finger=event.to if isinstance(event, e.FingerMoved) else before.finger,
        **_causes(event),
    )
    if after.voice is Voice.THINKING and after.link is not Link.ONLINE:
        after = replace(after, voice=Voice.SILENT)  # nobody is there to think
    effects: list[Effect] = []
    if isinstance(event, e.Leaving):
        effects += [Effect.SHUT_MICROPHONE]
    if after.mutes != before.mutes:
        effects.append(Effect.REMEMBER_MUTES)
    if after.mutes:
        after = replace(after, file=CoListening.NONE)  # nothing leaves a house that is muted, not even a file
    shut = _why_shut(after)
    if isinstance(event, e.PressShut) and shut is None and after.ear is not Ear.MUTED:
        effects = [Effect.SHUT_MICROPHONE, Effect.FORGET_SOUND, Effect.END_STREAM, *effects]
        after = replace(after, ear=Ear.MUTED, ear_cause="", ear_errand="")
    if shut is not None and after.ear is not shut:
        if not (before.ear is Ear.MUTED and shut is Ear.SHUT):
            effects = [Effect.SHUT_MICROPHONE, Effect.FORGET_SOUND, Effect.END_STREAM, *effects]
        after = replace(after, ear=shut, ear_cause="", ear_errand="")
    elif shut is None and after.ear in (Ear.MUTED, Ear.SHUT) and after.life is Life.AWAKE:
        after = replace(after, ear=Ear.OPENING)
        effects.append(Effect.OPEN_MICROPHONE)
    effects += _money_effects(before, after)
    if before.file is CoListening.RUNNING and after.file is CoListening.NONE and not isinstance(event, e.FileEnded):
        effects += [Effect.FORGET_SOUND, Effect.END_STREAM, Effect.STOP_FILE]
    effects += granted(event, before.mutes, after.mutes)
    if isinstance(event, e.StopAsked | e.Leaving) and before.bell is Bell.RINGING:
        effects.append(Effect.STOP_RINGING)
    if isinstance(event, e.StopAsked) and before.voice is Voice.SPEAKING:
        effects.append(Effect.STOP_SPEAKING)
    if isinstance(event, e.NothingToSay) and before.voice is Voice.THINKING:
        effects.append(Effect.SIGN_NOTHING_TO_SAY)
    if isinstance(event, e.OutOfTouch) and after.life is Life.AWAKE:
        effects.append(Effect.SIGN_OUT_OF_TOUCH)
    return after, tuple(effects)


def _why_shut(now: Appliance) -> Ear | None:
    """What a shut ear is called; None when nobody wants it to be shut."""
    if now.mutes:
        return Ear.MUTED
    is_quiet = now.hours is Hours.QUIET and now.bell is Bell.SILENT  # to what rings somebody may say stop
    if now.life is Life.AWAKE and (is_quiet or now.is_resting or now.file is CoListening.RUNNING):
        return Ear.SHUT
    return None


def _money_effects(before: Appliance, after: Appliance) -> list[Effect]:
    effects = []
    if (before.purse is Purse.AMPLE) is not (after.purse is Purse.AMPLE):
        effects.append(Effect.SET_GATE)
    if before.is_resting is not after.is_resting:
        effects.append(Effect.REST if after.is_resting else Effect.DIAL)
    if before.purse is not Purse.MINUTE and after.purse is Purse.MINUTE:
        effects.append(Effect.GRANT_MINUTE)
    return effects


def _next(table: Table[S], state: S, event: Event) -> S:
    kind = type(event)
    if (state, kind) in table:
        return table[state, kind]
    if any(known is kind for _, known in table):
        raise IllegalEventError(f"{kind.__name__} cannot happen while {type(state).__name__} is {state.value}")
    return state


def _mutes(mutes: frozenset[Muter], event: Event) -> frozenset[Muter]:
    match event:
        case e.MuteAsked(by=by, muted=True):
            return mutes | {by}
        case e.MuteAsked(by=by, muted=False):
            return mutes - {by}
        case e.ButtonUnmuted():
            return mutes & {Muter.ARRAY}
        case _:
            return mutes


def _causes(event: Event) -> dict[str, str]:
    """What the latest trouble of a machine was, and that it is over."""
    match event:
        case e.Dropped(cause=cause) | e.Refused(cause=cause) | e.Throttled(cause=cause):
            return {"link_cause": cause}
        case e.Connected():
            return {"link_cause": ""}
        case e.SoundStopped(cause=cause, is_wanted=is_wanted):
            return {"ear_errand": cause, "ear_cause": ""} if is_wanted else {"ear_cause": cause, "ear_errand": ""}
        case e.SoundCame():
            return {"ear_cause": "", "ear_errand": ""}
        case e.SpeakerLost(cause=cause):
            return {"speaker_cause": cause}
        case e.SpeakerCame():
            return {"speaker_cause": ""}
        case _:
            return {}
