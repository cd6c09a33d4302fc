"""The states of the small coupled machines. What moves them is the table in appliance.py."""

from enum import Enum


class Life(Enum):
    """The daemon itself."""

    WAKING = "waking"
    AWAKE = "awake"
    LEAVING = "leaving"


class Link(Enum):
    """The way to the Live service."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    ONLINE = "online"
    THROTTLED = "throttled"
    """The service asks for patience (quota, too many requests): tried again, slowly."""
    REFUSED = "refused"
    """Refused for a reason that only the owner can mend (bad key, unknown model): do not hammer."""
    RESTING = "resting"
    """Closed on purpose: the day's budget is spent."""


class Purse(Enum):
    """What is left of the day's budget."""

    AMPLE = "ample"
    """Enough, or nobody set a limit."""
    TIGHT = "tight"
    """Four fifths are spent: the gate hears less."""
    SPENT = "spent"
    """The session rests, and nothing hears, until midnight or a press of the button."""
    MINUTE = "minute"
    """Spent, and the button has opened a minute."""


class Hours(Enum):
    """Whether this is a time in which nobody is to be spoken to."""

    USUAL = "usual"
    QUIET = "quiet"


class CoListening(Enum):
    """Whether a file goes into the conversation instead of the room."""

    NONE = "none"
    RUNNING = "running"


class Ear(Enum):
    """The microphone and the gate behind it."""

    MUTED = "muted"
    """The process that can hear does not exist."""
    OPENING = "opening"
    """Unmuted, and the first frame has not come yet: the lamp still says muted, for that is what is so."""
    ARRAY_MUTED = "array-muted"
    """Open, and the microphone's own mute is on: nothing but exact zeros comes out of it."""
    DEAF = "deaf"
    """It should hear and cannot: no microphone, or one that stopped."""
    SHUT = "shut"
    """Shut, and by no mute: a file is being listened to instead, or the day's budget is spent."""
    QUIET = "quiet"
    HEARING = "hearing"
    """The gate is open: what is said goes up."""


class Voice(Enum):
    """What comes out of the speaker, judged by what is audible and not by what has been received."""

    SILENT = "silent"
    THINKING = "thinking"
    """Something was said and the model has not decided yet."""
    SPEAKING = "speaking"


class Speaker(Enum):
    """The device that the voice needs."""

    WELL = "well"
    LOST = "lost"


class Bell(Enum):
    """Something that rings until somebody stops it: a kitchen timer."""

    SILENT = "silent"
    RINGING = "ringing"


class Finger(Enum):
    """The finger on the momentary button, as far as the lamp has something to say about it."""

    UP = "up"
    DOWN = "down"
    NEAR = "near"
    """It has been there for long enough that this may become a hold."""
    READY = "ready"
    """Letting go now does what the hold is bound to."""
    STUCK = "stuck"
    """No finger stays that long: something lies on the button, or a wire touches another."""
