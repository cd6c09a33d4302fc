"""The owner of PyAudio: what devices there are, and streams in callback mode only.

Blocking reads and writes never return once a USB card has gone, and neither may stop_stream() or terminate(); so a
child that has lost its card calls none of them and waits to be killed. PyAudio cannot ask for a latency: ALSA's buffer
is two periods, and the period follows frames_per_buffer.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import pyaudio

from chimein.core.audio import UP_HZ
from chimein.core.errors import MicrophoneError, SpeakerError
from chimein.core.sound.devices import Device, Way, choose, needs_nothing_but
from chimein.sound import jack
from chimein.sound.cards import CardFiles, busy_devices, cards

Callback = Callable[[bytes | None, int, Mapping[str, float], int], tuple[bytes | None, int]]
"""What PortAudio's thread calls: (sound heard, frames, times, flags) -> (sound to play, paContinue = 0)."""

OVERFLOW: Final = pyaudio.paInputOverflow
COMMON_RATES: Final = (16_000, 24_000, 32_000, 44_100, 48_000, 96_000)
SPEAKING_RATES: Final = (48_000, 44_100, 24_000, 16_000)
ALSA: Final = "ALSA_CONFIG_PATH"
ONE_WAY: Final = {Way.IN: Path(__file__).with_name("hear.conf"), Way.OUT: Path(__file__).with_name("play.conf")}
"""What ALSA reads in the place of its own configuration."""
MANY_CHANNELS: Final = 32
FEW_CHANNELS: Final = 8
"""A device with more is software that makes up any number of them; asked for one, it mixes as it likes."""


@dataclass(frozen=True)
class Stream:
    """An open stream; `pa_stream.start_stream()` makes it run."""

    pa_stream: Any
    rate_hz: int
    channels: int


class PortAudio:
    """PortAudio, awake. It sees the cards that were there when it woke up; only a new process sees others."""

    def __init__(self) -> None:
        """It opens everything that there is for a moment, both ways."""
        jack.clear_the_way()
        self._pa = pyaudio.PyAudio()

    @classmethod
    def one_way(cls, wanted: str, way: Way, *, before: str = "") -> tuple[Self, Device]:
        """Awake, and the device that the configuration means. Raises MicrophoneError or SpeakerError.

        `before`: as for `choose`.

        Where hardware is meant, ALSA is told that it can do nothing else: no microphone is touched by who wants to
        speak (while it is opened to be looked at, a USB microphone already sends sound), and the start is quicker.
        """
        card = needs_nothing_but(cards(), wanted, way, before=before) if ALSA not in os.environ else None
        if card is None:
            return cls._awake(wanted, way, before)
        os.environ[ALSA] = str(ONE_WAY[way])
        if wanted.strip().lower() != "auto":
            return cls._awake(wanted, way, before)
        with suppress(MicrophoneError, SpeakerError):  # another program has it, and something else will do
            return cls._awake(card.pcm or wanted, way, before)
        del os.environ[ALSA]
        return cls._awake(wanted, way, before)

    @classmethod
    def _awake(cls, wanted: str, way: Way, before: str) -> tuple[Self, Device]:
        awake = cls()
        try:
            return awake, awake.pick(wanted, way, before=before)
        except BaseException:
            awake._pa.terminate()
            raise

    def devices(self, *, root: Path = Path("/"), probe_rates: bool = False) -> list[Device]:
        """Everything PortAudio offers; `root` is where /proc and /sys are. Probing rates opens each device shortly."""
        defaults = {way: self._default(way) for way in Way}
        found = []
        for index in range(self._pa.get_device_count()):
            info = self._pa.get_device_info_by_index(index)
            name = _text(info["name"])
            pcm = _pcm(name)
            card = CardFiles(root, pcm)
            inputs, outputs = int(info["maxInputChannels"]), int(info["maxOutputChannels"])
            found.append(
                Device(
                    name=name,
                    inputs=inputs,
                    outputs=outputs,
                    rate_hz=round(info["defaultSampleRate"]),
                    input_rates=self._rates(index, inputs, Way.IN) if probe_rates else (),
                    output_rates=self._rates(index, outputs, Way.OUT) if probe_rates else (),
                    index=index,
                    pcm=pcm,
                    card_id=card.card_id,
                    usb_id=card.usb_id,
                    is_default_input=index == defaults[Way.IN],
                    is_default_output=index == defaults[Way.OUT],
                )
            )
        return found

    def pick(self, wanted: str, way: Way, *, before: str = "") -> Device:
        """The device that the configuration means. Raises MicrophoneError or SpeakerError, also when it is taken.

        ``auto`` takes another one rather than one that is taken.
        """
        free = self.devices()
        is_choice = wanted == "auto" and any(device.channels(way) for device in free)
        device = choose(wanted, free if is_choice else free + busy_devices(free), way, before=before).device
        if device.is_busy:
            raise way.error(f"{device.label} is in use by another program")
        return device

    def hear(self, device: Device, channel: str, period_ms: int, callback: Callback) -> Stream:
        """Opens a microphone: at 16 kHz if the hardware itself can, else at its default. Raises MicrophoneError."""
        rates = [UP_HZ, device.rate_hz] if device.pcm else [device.rate_hz]
        is_card = device.inputs <= FEW_CHANNELS
        counts = (device.inputs, 2, 1) if is_card else (needed_channels(channel), 2, device.inputs)
        return self._open(Way.IN, device, _unique(counts, device.inputs), [*rates, 48_000, 44_100], period_ms, callback)

    def speak(self, device: Device, period_ms: int, callback: Callback) -> Stream:
        """Opens a speaker, 48 kHz stereo if it can. Raises SpeakerError."""
        counts = _unique((2, device.outputs, 1), device.outputs)
        return self._open(Way.OUT, device, counts, [48_000, device.rate_hz, *SPEAKING_RATES], period_ms, callback)

    def _open(
        self, way: Way, device: Device, counts: list[int], rates: list[int], period_ms: int, callback: Callback
    ) -> Stream:
        refusal: Exception | None = None
        for rate_hz in dict.fromkeys(rates):
            for channels in counts:
                try:
                    stream = self._pa.open(
                        rate=rate_hz,
                        channels=channels,
                        format=pyaudio.paInt16,
                        input=way is Way.IN,
                        output=way is Way.OUT,
                        input_device_index=device.index if way is Way.IN else None,
                        output_device_index=device.index if way is Way.OUT else None,
                        frames_per_buffer=rate_hz * period_ms // 1000,
                        stream_callback=callback,
                        start=False,
                    )
                except (OSError, ValueError) as error:
                    refusal = refusal or error
                else:
                    return Stream(stream, rate_hz, channels)
        raise way.error(f"{device.label} cannot be opened, perhaps another program has it ({refusal})") from refusal

    def _default(self, way: Way) -> int:
        ask = self._pa.get_default_input_device_info if way is Way.IN else self._pa.get_default_output_device_info
        try:
            return int(ask()["index"])
        except OSError:
            return -1

    def _rates(self, index: int, channels: int, way: Way) -> tuple[int, ...]:
        return tuple(rate_hz for rate_hz in COMMON_RATES if channels and self._takes(index, channels, rate_hz, way))

    def _takes(self, index: int, channels: int, rate_hz: int, way: Way) -> bool:
        side = "input" if way is Way.IN else "output"
        wish: dict[str, Any] = {f"{side}_device": index, f"{side}_channels": min(channels, MANY_CHANNELS)}
        try:
            return bool(self._pa.is_format_supported(rate_hz, **wish, **{f"{side}_format": pyaudio.paInt16}))
        except ValueError:
            return False


def needed_channels(channel: str) -> int:
    """How many channels to ask of a device that makes up any number: "default", a sound server."""
    return {"auto": 1, "mix": 2}.get(channel) or int(channel) + 1


def _unique(counts: Iterable[int], most: int) -> list[int]:
    return list(dict.fromkeys(count for count in counts if 0 < count <= min(most, MANY_CHANNELS)))


def _text(name: str | bytes) -> str:
    return name if isinstance(name, str) else name.decode(errors="replace")


def _pcm(name: str) -> str | None:
    """PortAudio writes it behind the name: "ReSpeaker 4 Mic Array: USB Audio (hw:1,0)"."""
    match = re.search(r"\((hw:\d+,\d+)\)", name)
    return match and match[1]
