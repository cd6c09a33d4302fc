"""The lamp's ladder: one table from the machines' states to one light. The first rung that holds is shown.

    waking · microphone fault · holding · let go · muted · leaving · speaker fault · button fault · ringing · file ·
    speaking · hearing · thinking · offline by cause · quiet hours · budget · minute · budget low · quiet

Muted is the promise of this house: steady red, and nothing covers it. The two rungs above it cannot hold together with
a mute: while waking no microphone has been opened yet and nobody has said yet whether the ear is muted, and an ear that
is deaf is by its type not muted. A speaker that is lost matters less than the mute and stands below it. An ear that is
opening is shown as muted, because nothing can hear until the first frame has come; so is one whose microphone is muted
in hardware. While a finger stays on the button the lamp blinks to warn of what letting go will do; where it is muted it
does so in red, for it still is.

Hearing is the light of audio that leaves the house; with no link nothing leaves, and the lamp says offline instead.

Every light has a rhythm of its own as well as a colour, for colour-blind kitchens and for lamps of one colour: only
muted is steadily on, only quiet is steadily off. A lamp that cannot be dimmed takes levels below a half for off.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from chimein.core.machines.appliance import Appliance
from chimein.core.machines.states import Bell, CoListening, Ear, Finger, Hours, Life, Link, Purse, Speaker, Voice

Colour = tuple[float, float, float]
"""Red, green and blue, each 0..1."""
Rhythm = tuple[tuple[float, int], ...]
"""(level 0..1, for how many ms) again and again; a single step is steady and its length does not matter."""


@dataclass(frozen=True)
class Light:
    name: str
    """A word or two, as status prints it."""
    meaning: str
    """One sentence for people: what it means and, where something is wrong, what to do."""
    colour: Colour
    rhythm: Rhythm

    @property
    def is_steady(self) -> bool:
        return len(self.rhythm) == 1


RED: Final = (1.0, 0.0, 0.0)
GREEN: Final = (0.0, 1.0, 0.0)
BLUE: Final = (0.0, 0.0, 1.0)
CYAN: Final = (0.0, 1.0, 1.0)
YELLOW: Final = (1.0, 1.0, 0.0)
MAGENTA: Final = (1.0, 0.0, 1.0)
WHITE: Final = (1.0, 1.0, 1.0)
BLACK: Final = (0.0, 0.0, 0.0)
COLOUR_NAMES: Final[dict[Colour, str]] = {
    RED: "red",
    GREEN: "green",
    BLUE: "blue",
    CYAN: "cyan",
    YELLOW: "yellow",
    MAGENTA: "magenta",
    WHITE: "white",
    BLACK: "dark",
}

STEADY: Final[Rhythm] = ((1.0, 1000),)
DARK: Final[Rhythm] = ((0.0, 1000),)


def even(half_ms: int, low: float = 0.0) -> Rhythm:
    """As long on as off, or as dimmed to `low`."""
    return ((1.0, half_ms), (low, half_ms))


def flashes(count: int, pause_ms: int) -> Rhythm:
    """So many short flashes, then a pause: a number that can be counted across the kitchen."""
    between = ((1.0, 150), (0.0, 250)) * count
    return (*between[:-1], (0.0, pause_ms))


WAKING: Final = Light("waking", "Starting; the microphone is still shut.", WHITE, even(1000))
DEAF: Final = Light(
    "microphone fault", "No sound comes from the microphone: check its plug.", MAGENTA, flashes(3, 1500)
)
HOLDING: Final = Light(
    "holding", "A finger is on the button: let go now for a press, or hold on for what holding does.", WHITE, even(250)
)
LET_GO: Final = Light(
    "let go",
    "Let go of the button, and this conversation is forgotten (or whatever holding it is for).",
    WHITE,
    even(60),
)
MUTED: Final = Light("muted", "The microphone is shut: nothing can hear you.", RED, STEADY)
LEAVING: Final = Light("leaving", "Stopping; the microphone is shut.", WHITE, ((1.0, 200), (0.4, 200), (0.1, 200)))
VOICELESS: Final = Light("speaker fault", "Answers cannot be heard: check the speaker.", MAGENTA, flashes(2, 1500))
STUCK: Final = Light(
    "button fault", "The button does not come up: something lies on it, or its wires touch.", MAGENTA, flashes(5, 1500)
)
RINGING: Final = Light("ringing", "A timer rings: press the button to stop it.", YELLOW, even(100))
SPEAKING: Final = Light("speaking", "An answer is being spoken.", GREEN, ((1.0, 850), (0.3, 150)))
HEARING: Final = Light("hearing", "Somebody talks, and it is sent to Google.", BLUE, even(500, low=0.3))
THINKING: Final = Light("thinking", "Deciding whether there is something to say.", CYAN, even(200, low=0.1))
REFUSED: Final = Light(
    "refused", "The service turned us away: see `chimein status` for what to do.", YELLOW, flashes(4, 1500)
)
THROTTLED: Final = Light(
    "throttled", "The service asks for patience; trying again, slowly.", YELLOW, ((1.0, 2000), (0.0, 500))
)
CONNECTING: Final = Light("connecting", "Calling the service.", YELLOW, ((1.0, 100), (0.0, 900)))
OFFLINE: Final = Light("offline", "No connection; trying again by itself.", YELLOW, ((1.0, 100), (0.0, 2900)))
OVER_BUDGET: Final = Light(
    "budget",
    "The day's budget is spent and nothing hears you until midnight; the button opens a minute.",
    YELLOW,
    ((1.0, 1000), (0.0, 3000)),
)
MINUTE: Final = Light("minute", "The day's budget is spent; the button has opened a minute.", YELLOW, even(700))
BUDGET_LOW: Final = Light(
    "budget low",
    "Four fifths of the day's budget are spent: quiet talk is not sent any more.",
    YELLOW,
    flashes(2, 5000),
)
FILE: Final = Light(
    "file", "A file is sent to Google in place of the room; the microphone is shut.", BLUE, flashes(2, 1200)
)
QUIET_HOURS: Final = Light(
    "quiet hours", "The microphone is shut until they are over; timers ring.", WHITE, ((0.5, 100), (0.0, 9900))
)
QUIET: Final = Light("quiet", "Ready, and nobody talks; nothing leaves the house.", BLACK, DARK)

NOTHING_TO_SAY: Final = Light(
    "nothing to say", "Heard, and kept quiet.", CYAN, ((0.5, 80), (0.0, 120), (0.5, 80), (0.0, 50))
)
"""Not a rung: a short sign, shown once and only over a dark lamp, when the model has decided not to chime in."""


def time_left(left_s: float) -> Light:
    """A short sign for the timer that rings next: a flash for each minute left, one to five."""
    count = min(5, max(1, round(left_s / 60)))
    return Light("time left", "A timer runs.", WHITE, (((0.5, 120), (0.0, 200)) * count)[:-1])


MISSED: Final = Light("timer missed", "A timer rang and nobody heard it: `chimein timers`.", YELLOW, flashes(6, 50))
"""Not a rung: a short sign, over a dark lamp, again and again until somebody has taken note."""


def _is_shut(now: Appliance) -> bool:
    """Somebody has muted, or nothing has been heard since."""
    return now.ear in (Ear.MUTED, Ear.OPENING, Ear.ARRAY_MUTED)


Rung = tuple[Callable[[Appliance], bool], Light]

LADDER: Final[tuple[Rung, ...]] = (
    (lambda now: now.life is Life.WAKING, WAKING),
    (lambda now: now.ear is Ear.DEAF and now.life is not Life.LEAVING, DEAF),
    (lambda now: now.finger is Finger.NEAR and now.life is Life.AWAKE, HOLDING),
    (lambda now: now.finger is Finger.READY and now.life is Life.AWAKE, LET_GO),
    (_is_shut, MUTED),
    (lambda now: now.life is Life.LEAVING, LEAVING),
    (lambda now: now.speaker is Speaker.LOST, VOICELESS),
    (lambda now: now.finger is Finger.STUCK, STUCK),
    (lambda now: now.bell is Bell.RINGING, RINGING),
    (lambda now: now.file is CoListening.RUNNING, FILE),
    (lambda now: now.voice is Voice.SPEAKING, SPEAKING),
    (lambda now: now.ear is Ear.HEARING and now.link is Link.ONLINE, HEARING),
    (lambda now: now.voice is Voice.THINKING, THINKING),
    (lambda now: now.link is Link.REFUSED, REFUSED),
    (lambda now: now.link is Link.THROTTLED, THROTTLED),
    (lambda now: now.link is Link.CONNECTING, CONNECTING),
    (lambda now: now.link is Link.OFFLINE, OFFLINE),
    (lambda now: now.hours is Hours.QUIET, QUIET_HOURS),
    (lambda now: now.purse is Purse.SPENT, OVER_BUDGET),
    (lambda now: now.purse is Purse.MINUTE, MINUTE),
    (lambda now: now.purse is Purse.TIGHT, BUDGET_LOW),
    (lambda now: True, QUIET),
)


def light(now: Appliance) -> Light:
    """The one light for this state."""
    shown = next(shown for holds, shown in LADDER if holds(now))
    return replace(shown, colour=RED) if shown in (HOLDING, LET_GO) and _is_shut(now) else shown


def ladder_markdown() -> str:
    """The ladder as a Markdown table, highest rung first, as the README shows it."""
    rows = [f"| {rung.name} | {_look(rung)} | {rung.meaning} |" for _, rung in LADDER]
    return "\n".join(["| light | looks like | means |", "|---|---|---|", *rows])


def _look(shown: Light) -> str:
    """The colour and the rhythm in words: `cyan, 200 ms on, 200 ms dim`."""
    colour = COLOUR_NAMES[shown.colour]
    if shown.is_steady:
        return colour if shown.rhythm == DARK else f"{colour}, steady"
    flashing = sum(level == 1.0 for level, _ in shown.rhythm)
    if flashing > 1:
        return f"{colour}, {flashing} short flashes, pause"
    return ", ".join([colour, *(f"{_seconds(ms)} {_brightness(level)}" for level, ms in shown.rhythm)])


def _brightness(level: float) -> str:
    return "off" if level == 0.0 else "on" if level == 1.0 else "dim" if level >= 0.3 else "faint"


def _seconds(ms: int) -> str:
    return f"{ms / 1000:g} s"
