"""The owner of PyAudio: what devices there are, and streams in callback mode only.

Blocking reads and writes never return once a USB card has gone, and neither may stop_stream() or terminate(); so a
child that has lost its card calls none of them and waits to be killed. PyAudio cannot ask for a latency: ALSA's buffer
is two periods, and the period follows frames_per_buffer.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyaudio

from chimein.core.audio import UP_HZ
from chimein.core.sound.devices import Device, Way, choose
from chimein.sound import jack

Callback = Callable[[bytes | None, int, Mapping[str, float], int], tuple[bytes | None, int]]
"""What PortAudio's thread calls: (sound heard, frames, times, flags) -> (sound to play, paContinue = 0)."""

OVERFLOW: Final = pyaudio.paInputOverflow
COMMON_RATES: Final = (16_000, 24_000, 32_000, 44_100, 48_000, 96_000)
SPEAKING_RATES: Final = (48_000, 44_100, 24_000, 16_000)
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
        jack.clear_the_way()
        self._pa = pyaudio.PyAudio()

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

    def pick(self, wanted: str, way: Way) -> Device:
        """The device that the configuration means. Raises MicrophoneError or SpeakerError, also when it is taken.

        ``auto`` takes another one rather than one that is taken.
        """
        free = self.devices()
        is_choice = wanted == "auto" and any(device.channels(way) for device in free)
        device = choose(wanted, free if is_choice else free + busy_devices(free), way).device
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


class CardFiles:
    """What the kernel says of a card, by the number in "hw:1,0"."""

    def __init__(self, root: Path, pcm: str | None) -> None:
        number = pcm and pcm.removeprefix("hw:").split(",")[0]
        proc, sysfs = root / f"proc/asound/card{number}", root / f"sys/class/sound/card{number}"
        self.card_id = number and (_read(proc / "id") or _read(sysfs / "id"))
        self.usb_id = number and (_read(proc / "usbid") or _usb_id(sysfs))


def busy_devices(known: Iterable[Device], root: Path = Path("/")) -> list[Device]:
    """What ALSA has and PortAudio does not offer: it leaves out what another program holds.

    /proc/asound/pcm has lines as ``01-00: USB Audio : USB Audio : playback 1 : capture 1``.
    """
    offered = {device.pcm for device in known}
    found = []
    for line in (_read(root / "proc/asound/pcm") or "").splitlines():
        numbers, _, rest = line.partition(":")
        card, _, device = numbers.partition("-")
        if not (card.isdigit() and device.isdigit()) or f"hw:{int(card)},{int(device)}" in offered:
            continue
        pcm = f"hw:{int(card)},{int(device)}"
        files = CardFiles(root, pcm)
        fields = [word.strip() for word in rest.split(":")]
        found.append(
            Device(
                name=f"{fields[0]} ({pcm})",
                inputs=int(any(word.startswith("capture") for word in fields)),
                outputs=int(any(word.startswith("playback") for word in fields)),
                pcm=pcm,
                card_id=files.card_id,
                usb_id=files.usb_id,
                is_busy=True,
            )
        )
    return found


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


def _usb_id(card: Path) -> str | None:
    """A card's device is the USB interface; the ids stand one level above."""
    ids = [_read(card / "device" / ".." / name) for name in ("idVendor", "idProduct")]
    return ":".join(word for word in ids if word) if all(ids) else None


def _read(path: Path) -> str | None:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return None
