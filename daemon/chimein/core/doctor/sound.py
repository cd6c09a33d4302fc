"""Microphone, channels and speaker: what a few seconds of all channels tell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.audio import SILENCE_DBFS, level_dbfs
from chimein.core.doctor import Finding, fail, ok, warn
from chimein.core.sound.heard import Why

FULL_SCALE: Final = 32_700
CLIPPED_SHARE: Final = 1e-4
LOUD_ROOM_DBFS: Final = -30.0
"""A kitchen at rest is 20 to 40 dB below that; more is an amplifier turned up too far."""
DEAF_DBFS: Final = -85.0
"""Less than the hiss of any microphone with its amplifier on."""
ODD_DB: Final = 20.0
"""Between one channel and the middle of the others."""
LEADS_MS: Final = 1.0
"""Air and converters take longer than that, one microphone of an array after the other less."""
FAR_S: Final = 0.5
LOUD_ECHO_DBFS: Final = -12.0


@dataclass(frozen=True)
class Channel:
    level_dbfs: float
    """Of the room, without offset and rumble."""
    peak: int
    clipped_share: float
    zero_share: float
    """Of 20 ms frames that are nothing but zeros."""

    @property
    def is_dead(self) -> bool:
        """Zeros, or another number that never changes."""
        return self.zero_share == 1.0 or self.level_dbfs <= SILENCE_DBFS

    @property
    def said(self) -> str:
        if self.is_dead:
            return "zeros" if self.zero_share == 1.0 else "stands still"
        return f"{self.level_dbfs:.0f}"


@dataclass(frozen=True)
class Measured:
    """What the measuring child found; plain values, for it crosses a pipe."""

    microphone: str | None = None
    """As the system names it; None when it could not be opened."""
    microphone_trouble: str = ""
    array: str | None = None
    """What is known of it."""
    forms: Sequence[int] = ()
    """How many channels those of its firmwares have that are known."""
    rate_hz: int = 0
    heard: str = ""
    """Which channel, in words."""
    why: str = Why.ONLY.value
    channels: Sequence[Channel] = field(default_factory=tuple)
    speaker: str | None = None
    speaker_trouble: str = ""
    chirps: int = 0
    """How many were played."""
    delay_ms: float | None = None
    """Until they were heard back; None when they were not."""
    echo_dbfs: float | None = None
    echoes: Sequence[tuple[float, float] | None] = ()
    """Both, for each channel."""

    @property
    def heard_number(self) -> int | None:
        return int(self.heard) if self.heard.isdigit() else None

    @property
    def repeaters(self) -> set[int]:
        """The channels that repeat what is played: they have caught it before most others, or, silent so far, first."""
        caught = {number: echo[0] for number, echo in enumerate(self.echoes) if echo is not None}
        found: set[int] = set()
        for number, delay_ms in caught.items():
            later = [other_ms - delay_ms >= LEADS_MS for other, other_ms in caught.items() if other != number]
            is_alone = len(later) == 1 and self.channels[number].zero_share < 1.0
            if later and not is_alone and 2 * sum(later) > len(later):
                found.add(number)
        return found

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Measured":
        channels = tuple(Channel(**channel) for channel in said["channels"])
        echoes = tuple(echo and (echo[0], echo[1]) for echo in said["echoes"])
        return cls(**{**said, "channels": channels, "forms": tuple(said["forms"]), "echoes": echoes})


def measure_channels(recording: NDArray[np.int16]) -> tuple[Channel, ...]:
    """(frames, channels) → what each channel delivers."""
    found = []
    for sound in recording.T:
        step = np.diff(sound.astype(np.float32)) / 2  # neither an offset nor rumble
        whole = sound[: len(sound) // 320 * 320].reshape(-1, 320)
        found.append(
            Channel(
                level_dbfs=round(level_dbfs(np.rint(step).clip(-32768, 32767).astype(np.int16)), 1),
                peak=int(np.abs(sound.astype(np.int32)).max(initial=0)),
                clipped_share=float(np.mean(np.abs(sound.astype(np.int32)) >= FULL_SCALE)) if len(sound) else 0.0,
                zero_share=float(np.mean(~whole.any(axis=1))) if len(whole) else 1.0,
            )
        )
    return tuple(found)


def judge(measured: Measured) -> Iterator[Finding]:
    """The findings about sound, in the order in which a person would mend them."""
    if measured.microphone is None:
        advice = "`chimein devices` lists what there is; set microphone.device, or check plug and cable"
        yield fail("microphone", measured.microphone_trouble or "none found", advice)
    else:
        known = f", {measured.array}" if measured.array else ""
        count = len(measured.channels)
        channels = f"{count} channel{'s' if count != 1 else ''} at {measured.rate_hz / 1000:g} kHz"
        is_new = bool(known) and count not in measured.forms
        forms = f"; only its firmware with {_or(measured.forms)} is known" if is_new else ""
        yield ok("microphone", f"{measured.microphone}{known}: {channels}{forms}")
        yield _level(measured.channels, measured.heard_number)
        yield _clipping(measured.channels)
        yield _map(measured)
    yield from _speaker(measured)


def _or(numbers: Sequence[int]) -> str:
    return f"{' or '.join(map(str, numbers))} channel{'s' if list(numbers) != [1] else ''}"


def _level(channels: Sequence[Channel], heard: int | None) -> Finding:
    if all(channel.zero_share == 1.0 for channel in channels):
        return warn("level", "nothing but exact zeros: its own mute is on", "unmute it at the microphone itself")
    judged = channels if heard is None or channels[heard].is_dead else [channels[heard]]
    level_dbfs = max(channel.level_dbfs for channel in judged)
    said = f"the room is at {level_dbfs:.0f} dBFS"
    if level_dbfs <= DEAF_DBFS:
        return fail("level", f"{said}: that is silence", "turn its capture volume up with `alsamixer` (F4)")
    if level_dbfs >= LOUD_ROOM_DBFS:
        return warn("level", f"{said}: very loud", "if the room is quiet, turn it down with `alsamixer` (F4)")
    return ok("level", said)


def _clipping(channels: Sequence[Channel]) -> Finding:
    worst = max(channel.clipped_share for channel in channels)
    if worst >= CLIPPED_SHARE:
        cut = [str(number) for number, channel in enumerate(channels) if channel.clipped_share >= CLIPPED_SHARE]
        say = f"{100 * worst:.2f} % of the samples are at full scale (channel {', '.join(cut)})"
        return warn("clipping", say, "turn its capture volume down with `alsamixer` (F4)")
    peak_dbfs = 20 * float(np.log10(max(1, *(channel.peak for channel in channels)) / 32768))
    return ok("clipping", f"none; the loudest sample is at {peak_dbfs:.0f} dBFS")


def _map(measured: Measured) -> Finding:
    channels, heard = measured.channels, measured.heard_number
    if len(channels) == 1 or all(channel.zero_share == 1.0 for channel in channels):
        return ok("channels", f"heard: {measured.heard}, {measured.why}")
    repeaters = measured.repeaters
    dead = {number for number, one in enumerate(channels) if one.is_dead} - repeaters
    whole = [number for number in range(len(channels)) if number not in dead | repeaters]
    middle = float(np.median([channels[number].level_dbfs for number in whole])) if whole else 0.0
    odd = [number for number in whole if abs(channels[number].level_dbfs - middle) > ODD_DB]
    levels = ", ".join(
        f"{number}: {'what is played' if number in repeaters else one.said}" for number, one in enumerate(channels)
    )
    said = f"heard: {measured.heard}, {measured.why}; dBFS by channel: {levels}"
    if heard in repeaters:
        advice = f"channel {heard} is no microphone: set microphone.channel to another, or auto"
        return fail("channels", said, advice)
    if heard in dead:
        return fail("channels", said, _bring_to_life(measured))
    if measured.why == Why.MISFIT.value:
        return warn("channels", said, "another firmware than is known; microphone.channel can name the right one")
    if odd:
        names = ", ".join(map(str, odd))
        return warn("channels", said, f"channel {names} is unlike the others: a fault, or what is being played")
    if dead:
        names = ", ".join(map(str, sorted(dead)))
        return ok("channels", f"{said} ({names} silent: a loopback of what is played, or not connected)")
    return ok("channels", said)


def _bring_to_life(measured: Measured) -> str:
    if measured.why == Why.KNOWN.value:
        return "its own mute may be on; or its firmware has another order, then set microphone.channel to another"
    return "the channel that is heard is dead: set microphone.channel to another, or auto"


def _speaker(measured: Measured) -> Iterator[Finding]:
    if measured.speaker is None:
        advice = "`chimein devices` lists what there is; set speaker.device, or check plug and cable"
        yield fail("speaker", measured.speaker_trouble or "none found", advice)
        return
    yield ok("speaker", measured.speaker)
    if measured.microphone is None or not measured.chirps:
        yield warn("chirp", "not tried" + (f": {measured.speaker_trouble}" if measured.speaker_trouble else ""))
    elif measured.delay_ms is None:
        advice = "is the speaker switched on, and turned up (`alsamixer`, F3)? try `chimein volume 80`, a quieter room"
        yield warn("chirp", f"{measured.chirps} chirps were played and not heard back", advice)
    elif measured.delay_ms > 1000 * FAR_S:
        advice = "webrtc copes with 500 ms at most; a wire is quicker than Bluetooth or a television"
        yield warn("chirp", _heard_back(measured), advice)
    elif (measured.echo_dbfs or SILENCE_DBFS) > LOUD_ECHO_DBFS:
        yield warn("chirp", _heard_back(measured), "the speaker is very loud at the microphone: move them apart")
    else:
        yield ok("chirp", _heard_back(measured))


def _heard_back(measured: Measured) -> str:
    return f"heard back after {measured.delay_ms:.0f} ms at {measured.echo_dbfs:.0f} dBFS"
