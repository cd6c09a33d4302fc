"""What the appliance wants done after a step, as data; the attendant's hands do it."""

from enum import Enum, auto


class Effect(Enum):
    """What the caller has to do after a step."""

    SHUT_MICROPHONE = auto()
    """First of all: nothing can hear any more."""
    FORGET_SOUND = auto()
    """Wipe every frame that was heard and not sent, wherever it waits."""
    END_STREAM = auto()
    """Tell the service that no more audio comes."""
    OPEN_MICROPHONE = auto()
    REST = auto()
    """Close the connection, when the answer that is under way is over, and open no other."""
    DIAL = auto()
    """The rest is over."""
    SET_GATE = auto()
    """The budget wants another sensitivity of the gate than before."""
    GRANT_MINUTE = auto()
    """Say MinuteOver in a minute."""
    STOP_FILE = auto()
    """Send no more of the file."""
    FORGET_ANSWER = auto()
    """The last answer cannot be said again."""
    FORGET_CONVERSATION = auto()
    """This conversation is over, its handle and its last answer are gone; a new one begins."""
    REPEAT_ANSWER = auto()
    """Say the last answer again, if there is one."""
    NEXT_PERSONA = auto()
    """Go on as the next of the personas."""
    REMEMBER_MUTES = auto()
    """Write down who muted, so that a power cut does not undo it."""
    STOP_RINGING = auto()
    """Whatever rings, rings no more; whoever made it ring then says RingingStopped."""
    STOP_SPEAKING = auto()
    """What has not been heard of the answer is void."""
    SOUND_MUTED = auto()
    """Somebody has muted, and nobody had: a short sound."""
    SOUND_UNMUTED = auto()
    """Nobody mutes any more: another one."""
    SIGN_NOTHING_TO_SAY = auto()
    """Heard, understood, and the model keeps quiet: a short sign on the lamp."""
    SIGN_OUT_OF_TOUCH = auto()
    """The connection has been gone for some seconds: a short sign, once, beside the lamp's."""
