"""`chimein why`: one sentence, in plain words, that says why it is silent or what the lamp means, and what to do.

The rung comes from the lamp's own ladder (lights.py), so the sentence and the lamp cannot disagree; this table only
knows the particulars.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from typing import Final

from chimein.core.machines.appliance import Appliance
from chimein.core.machines.events import Muter
from chimein.core.machines.states import Ear
from chimein.core.panel import lights
from chimein.core.panel.lights import Light


class LastTurn(Enum):
    """How the latest thing that somebody said ended."""

    ANSWERED = "answered"
    NOTHING_TO_SAY = "nothing to say"
    """Heard, understood, and none of its business."""
    UNANSWERED = "unanswered"
    """The service said nothing at all."""
    TOO_OLD = "too old"
    """It was said while there was no connection, and longer ago than an answer is wanted."""


def lamp(now: Appliance) -> Light:
    """The light for this state, with the cause of what is wrong with the link as its meaning."""
    shown, cause = lights.light(now), _words(now.link_cause)
    if cause and shown in (lights.REFUSED, lights.THROTTLED, lights.OFFLINE):
        return replace(shown, meaning=cause)
    return shown


def why(
    now: Appliance,
    *,
    last_turn: LastTurn | None = None,
    echo_trouble: str = "",
    missed: str = "",
    has_button: bool = True,
) -> str:
    """One sentence about this state. `echo_trouble`: why nobody can talk across an answer, though that was wanted.
    `missed` is another sentence, about timers that nobody heard; the lamp shows them, too, whenever it is dark.
    Nobody is sent to a button where there is none."""
    told = _told(now, last_turn, echo_trouble)
    if not has_button:
        told = _BUTTONLESS.get(told, told)
    return f"{told} {missed}" if missed else told


def _told(now: Appliance, last_turn: LastTurn | None, echo_trouble: str) -> str:
    shown = lamp(now).name
    if shown in _QUIET:
        deaf = f"; it is deaf while it speaks, for {_words(echo_trouble)}" if _words(echo_trouble) else ""
        return f"{_QUIETLY[last_turn].removesuffix('.')}{deaf}."
    sentence = _SENTENCES[shown]
    return sentence if isinstance(sentence, str) else sentence(now)


def _deaf(now: Appliance) -> str:
    if now.ear_errand:
        return f"It hears nothing for a moment: {_words(now.ear_errand)}."
    return f"It hears nothing{_because(now.ear_cause)}; check the microphone's plug and `chimein devices`."


def _muted(now: Appliance) -> str:
    if Muter.ARRAY in now.mutes:
        return "It is muted at the microphone itself and nothing can hear you: only its own button can undo that."
    if Muter.HARDWARE in now.mutes:
        return "It is muted at the device and nothing can hear you: only its button or switch can undo that."
    if Muter.UNKNOWN in now.mutes:
        return _UNKNOWN
    if Muter.SOFTWARE in now.mutes:
        return _SOFTWARE
    if now.ear is Ear.ARRAY_MUTED:
        return "The microphone's own mute is on, and nothing but silence comes out of it: undo it there."
    if now.ear is Ear.OPENING:
        return "The microphone is being opened and hears nothing yet."
    return "The microphone is shut and nothing can hear you."


def _voiceless(now: Appliance) -> str:
    return f"Its answers cannot be heard{_because(now.speaker_cause)}; check the speaker's plug and `chimein devices`."


def _refused(now: Appliance) -> str:
    return f"It cannot answer: {_words(now.link_cause) or 'the service turned it away'}."


def _throttled(now: Appliance) -> str:
    return f"It cannot answer: {_words(now.link_cause) or 'the service asks for patience'}; it tries again, slowly."


def _connecting(now: Appliance) -> str:
    return f"It cannot answer yet, it is calling the service{_after(now.link_cause)}."


def _offline(now: Appliance) -> str:
    return f"It cannot answer: {_words(now.link_cause) or 'there is no connection'}; it tries again by itself."


_UNKNOWN: Final = (
    "It is muted and nothing can hear you, because who had muted before the start could not be read, or not be written "
    "down: press the button."
)
_SOFTWARE: Final = "It is muted and nothing can hear you: press the button or run `chimein unmute`."
_RINGING: Final = "A timer rings: the button stops it."
_OVER_BUDGET: Final = (
    "The day's budget is spent and nothing hears you: it is back at midnight, or when budget.daily_usd is raised, and "
    "the button opens a minute."
)
_BUTTONLESS: Final = {
    _UNKNOWN: _UNKNOWN.replace("press the button", "run `chimein unmute`"),
    _SOFTWARE: _SOFTWARE.replace("press the button or run", "run"),
    _RINGING: "A timer rings: `chimein timer stop` stops it.",
    _OVER_BUDGET: _OVER_BUDGET.replace(", and the button opens a minute", ""),
}
"""What is said in their place where no button is."""
_SENTENCES: Final[dict[str, str | Callable[[Appliance], str]]] = {
    lights.WAKING.name: "It is starting, and the microphone is still shut.",
    lights.DEAF.name: _deaf,
    lights.MUTED.name: _muted,
    lights.HOLDING.name: "A finger is on the button: hold on for what holding does, or let go for a plain press.",
    lights.LET_GO.name: "Letting go of the button now does what holding it is for.",
    lights.LEAVING.name: "It is stopping, and the microphone is shut.",
    lights.VOICELESS.name: _voiceless,
    lights.STUCK.name: "The button does not come up: see what lies on it, or whether its wires touch.",
    lights.RINGING.name: _RINGING,
    lights.SPEAKING.name: "It is answering.",
    lights.HEARING.name: "It hears somebody and waits for the end of what is said.",
    lights.THINKING.name: "It has heard something and decides whether it has something to say.",
    lights.REFUSED.name: _refused,
    lights.THROTTLED.name: _throttled,
    lights.CONNECTING.name: _connecting,
    lights.OFFLINE.name: _offline,
    lights.QUIET_HOURS.name: "It is quiet: nothing hears you until that is over, or until `chimein quiet off`.",
    lights.OVER_BUDGET.name: _OVER_BUDGET,
    lights.MINUTE.name: "It listens for a minute that the button has opened; the day's budget is spent.",
    lights.BUDGET_LOW.name: "It listens, and hears less than usual: four fifths of the day's budget are spent.",
    lights.FILE.name: "It listens to a file, and the microphone is shut.",
}
_QUIET: Final = (lights.QUIET.name,)
_QUIETLY: Final[dict[LastTurn | None, str]] = {
    None: "It listens, and nobody has said anything yet.",
    LastTurn.ANSWERED: "It has answered, and listens again.",
    LastTurn.NOTHING_TO_SAY: "It heard what was said last and kept quiet: by assistant.instruction that was none of "
    "its business.",
    LastTurn.UNANSWERED: "It listens; the service had nothing to say to what it heard last.",
    LastTurn.TOO_OLD: "It is back, and listens; what was said meanwhile is too old to be answered: say it again.",
}


def _because(cause: str) -> str:
    return f": {words}" if (words := _words(cause)) else ""


def _after(cause: str) -> str:
    return f" again: {words}" if (words := _words(cause)) else ""


def _words(cause: str) -> str:
    """A cause as part of a sentence: one line, without its full stop, nothing that a terminal would obey."""
    line = " ".join("".join(character if character.isprintable() else " " for character in cause).split())
    return line.rstrip(".")
