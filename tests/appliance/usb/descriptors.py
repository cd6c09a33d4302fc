"""What a USB Audio Class 1.0 device says about itself. Sections are those of the Audio 1.0 specification.

One audio control interface (number 0) and one streaming interface for a microphone or a speaker (number 1), with an
alternate setting 0 without and 1 with an isochronous endpoint: full speed, one packet a millisecond.
"""

import struct
from dataclasses import dataclass

from appliance.usb.stream import SAMPLE_BYTES, Stream

INTERFACE, ENDPOINT = 4, 5
CS_INTERFACE, CS_ENDPOINT = 0x24, 0x25
AUDIO, CONTROL, STREAMING = 1, 1, 2
INPUT, FEATURE, OUTPUT = 1, 2, 3
"""Our units: sound comes in at the first, passes mute and volume, and goes out at the last."""
USB_STREAM, MICROPHONE_ARRAY, LOUDSPEAKER = 0x0101, 0x0205, 0x0301
STREAM_INTERFACE = 1


@dataclass(frozen=True)
class Model:
    """What is printed on the device."""

    product: str
    vendor_id: int
    product_id: int
    maker: str = "Kitchen"
    serial: str = "0001"

    @property
    def strings(self) -> tuple[str, ...]:
        return ("", self.maker, self.product, self.serial)


def endpoint_address(stream: Stream) -> int:
    return 0x81 if stream.is_microphone else 0x02


def device(model: Model) -> bytes:
    """Standard device descriptor: USB 2.0, class by interface, 64 byte control packets, one configuration."""
    ids = (model.vendor_id, model.product_id, 0x0100)
    return struct.pack("<BBHBBBBHHHBBBB", 18, 1, 0x0200, 0, 0, 0, 64, *ids, 1, 2, 3, 1)


def string(model: Model, index: int) -> bytes | None:
    if index >= len(model.strings):
        return None
    text = b"\x09\x04" if index == 0 else model.strings[index].encode("utf-16-le")
    return bytes([2 + len(text), 3]) + text


def configuration(stream: Stream) -> bytes:
    """The configuration with everything that hangs on it."""
    units = _units(stream)
    # 4.3.2, the header: how long the units are, and which interface streams.
    header = struct.pack("<BBBHHBB", 9, CS_INTERFACE, 1, 0x0100, 9 + len(units), 1, STREAM_INTERFACE)
    control = struct.pack("<9B", 9, INTERFACE, 0, 0, 0, AUDIO, CONTROL, 0, 0)
    body = control + header + units + _streaming(stream)
    return struct.pack("<BBHBBBBB", 9, 2, 9 + len(body), 2, 1, 0, 0x80, 50) + body


def _units(stream: Stream) -> bytes:
    """4.3.2.1 to 4.3.2.5: two terminals, and between them a feature unit with mute and volume for all channels."""
    came, went = (MICROPHONE_ARRAY, USB_STREAM) if stream.is_microphone else (USB_STREAM, LOUDSPEAKER)
    places = 0x0003 if stream.channels == 2 else 0  # left and right, or no particular places
    controls = bytes([0b11]) + bytes(stream.channels)
    return (
        struct.pack("<BBBBHBBHBB", 12, CS_INTERFACE, 2, INPUT, came, 0, stream.channels, places, 0, 0)
        + struct.pack("<BBBBBB", 7 + len(controls), CS_INTERFACE, 6, FEATURE, INPUT, 1)
        + controls
        + b"\0"
        + struct.pack("<BBBBHBBB", 9, CS_INTERFACE, 3, OUTPUT, went, 0, FEATURE, 0)
    )


def _streaming(stream: Stream) -> bytes:
    """4.5 and 4.6: silent, and sounding in 16 bit PCM at one rate."""
    terminal = OUTPUT if stream.is_microphone else INPUT
    asynchronous, adaptive = 0x05, 0x09
    timing = asynchronous if stream.is_microphone else adaptive
    address, size = endpoint_address(stream), stream.largest_packet_bytes
    return (
        struct.pack("<9B", 9, INTERFACE, STREAM_INTERFACE, 0, 0, AUDIO, STREAMING, 0, 0)
        + struct.pack("<9B", 9, INTERFACE, STREAM_INTERFACE, 1, 1, AUDIO, STREAMING, 0, 0)
        + struct.pack("<BBBBBH", 7, CS_INTERFACE, 1, terminal, 1, 1)
        + struct.pack("<8B", 11, CS_INTERFACE, 2, 1, stream.channels, SAMPLE_BYTES, 8 * SAMPLE_BYTES, 1)
        + stream.rate_hz.to_bytes(3, "little")
        + struct.pack("<BBBBHBBB", 9, ENDPOINT, address, timing, size, 1, 0, 0)
        + struct.pack("<BBBBBH", 7, CS_ENDPOINT, 1, 1, 0, 0)
    )
