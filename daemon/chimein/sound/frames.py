"""How the daemon and its sound children talk: framed messages over the children's stdin and stdout.

A frame is one byte of kind, three of zero, the payload's length (uint32, little endian), and the payload. Pure: bytes
in, messages out. The one module of this package that the daemon itself imports.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

HEAD: Final = struct.Struct("<B3xI")
SOUND_HEAD: Final = struct.Struct("<dII??")
REFERENCE_HEAD: Final = struct.Struct("<d")
PROGRESS: Final = struct.Struct("<QQ?I")
LATE: Final = struct.Struct("<i")
LONGEST: Final = 1 << 20
"""Bytes of payload; more than that is not one of ours."""


class Kind(IntEnum):
    GO = 1
    """To the hearing child: open the microphone. Until then it hears nothing."""
    PLAY = 2
    """To the speaking child: 24 kHz mono PCM16."""
    FINISH = 3
    """To the speaking child: no more comes for now; play to the last sample."""
    SILENCE = 4
    """To the speaking child: drop what has not been heard."""
    VOLUME = 5
    """To the speaking child: one byte, percent."""
    DUCK = 6
    """To the speaking child: one byte, dB to be quieter by until told otherwise."""
    REFERENCE = 7
    """From the speaking child, and on to the hearing one: a Reference."""
    LATE = 8
    """To the hearing child and from it: how late an echo is; see pack_late."""
    AUDIBLE = 9
    """To the hearing child: one byte, whether the room hears the speaker now. What rings on counts."""
    READY = 16
    """From both: the device's name, UTF-8. The hearing child says it with its first block in hand."""
    FAILED = 17
    """From both: one sentence, UTF-8; the child ends after it."""
    SOUND = 18
    """From the hearing child: a Sound."""
    PROGRESS = 19
    """From the speaking child: a Report."""
    NO_CANCELLER = 20
    """From the hearing child: why it cannot cancel echo, one sentence, UTF-8. It hears all the same."""
    CHANNEL = 21
    """From the hearing child: which channel it hears now, as Heard writes it; after READY, and when that changes."""


class Garbled(ValueError):
    """Bytes that no child of ours sends."""


@dataclass(frozen=True)
class Sound:
    """A block of what was heard."""

    captured_s: float
    """CLOCK_MONOTONIC seconds of its last sample."""
    lost_samples: int
    """Lost before this block, counted at 16 kHz."""
    pcm: bytes
    """16 kHz mono PCM16, whole 20 ms frames."""

    played: bytes = b""
    """What the speaker let be heard meanwhile, as long as `pcm`; empty for silence."""
    is_own_voice: bool = False
    """The speaker is being heard, and it is not known yet how late, without which its echo cannot be told from talk."""
    is_in_time: bool = False
    """It is known how late the speaker is heard, and `played` is what is heard of it here."""

    def pack(self) -> bytes:
        head = SOUND_HEAD.pack(self.captured_s, self.lost_samples, len(self.pcm), self.is_own_voice, self.is_in_time)
        return pack(Kind.SOUND, head + self.pcm + self.played)

    @classmethod
    def unpack(cls, payload: bytes) -> "Sound":
        captured_s, lost_samples, length, is_own_voice, is_in_time = SOUND_HEAD.unpack_from(payload)
        end = SOUND_HEAD.size + length
        return cls(captured_s, lost_samples, payload[SOUND_HEAD.size : end], payload[end:], is_own_voice, is_in_time)


@dataclass(frozen=True)
class Reference:
    """A piece of what the speaker plays, after all volume."""

    first_s: float
    """CLOCK_MONOTONIC seconds at which its first sample leaves the speaker, as the device reckons."""
    pcm: bytes
    """16 kHz mono PCM16."""

    def pack(self) -> bytes:
        return pack(Kind.REFERENCE, REFERENCE_HEAD.pack(self.first_s) + self.pcm)

    @classmethod
    def unpack(cls, payload: bytes) -> "Reference":
        (first_s,) = REFERENCE_HEAD.unpack_from(payload)
        return cls(first_s, payload[REFERENCE_HEAD.size :])


@dataclass(frozen=True)
class Report:
    """How far the speaking child has come, in 24 kHz samples since it was started."""

    played_samples: int
    """Have left the speaker."""
    dropped_samples: int
    """Were silenced before they could."""
    is_idle: bool
    """Nothing is left to play."""
    underflows: int = 0
    """How often the device ran out of sound because this machine was too slow for it."""

    def pack(self) -> bytes:
        fields = (self.played_samples, self.dropped_samples, self.is_idle, self.underflows)
        return pack(Kind.PROGRESS, PROGRESS.pack(*fields))

    @classmethod
    def unpack(cls, payload: bytes) -> "Report":
        return cls(*PROGRESS.unpack(payload))


def pack_late(late_samples: int | None) -> bytes:
    """A frame: by how many 16 kHz samples the microphone hears the speaker later than reckoned; None: nobody knows."""
    return pack(Kind.LATE, LATE.pack(-1 if late_samples is None else late_samples))


def unpack_late(payload: bytes) -> int | None:
    (late_samples,) = LATE.unpack(payload)
    return None if late_samples < 0 else int(late_samples)


def pack(kind: Kind, payload: bytes = b"") -> bytes:
    """One frame, ready for the pipe."""
    return HEAD.pack(kind, len(payload)) + payload


class Unpacker:
    """Turns what comes out of a pipe, in pieces of any size, into messages."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[tuple[Kind, bytes]]:
        """The messages that are whole now, in order. Raises Garbled."""
        self._rest += data
        messages: list[tuple[Kind, bytes]] = []
        start = 0
        while len(self._rest) - start >= HEAD.size:
            number, length = HEAD.unpack_from(self._rest, start)
            if length > LONGEST:
                raise Garbled(f"a frame of {length} bytes")
            end = start + HEAD.size + length
            if len(self._rest) < end:
                break
            try:
                kind = Kind(number)
            except ValueError:
                raise Garbled(f"a frame of kind {number}") from None
            messages.append((kind, bytes(self._rest[start + HEAD.size : end])))
            start = end
        del self._rest[:start]
        return messages

    def wipe(self) -> None:
        """Forgets a frame that has come only in part."""
        self._rest.clear()
