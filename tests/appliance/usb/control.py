"""Requests to a device's endpoint 0: who it is, which setting, how loud. Pure but for what the requests change."""

import struct

from appliance.usb import descriptors
from appliance.usb.descriptors import Model
from appliance.usb.stream import Stream

GET_STATUS, GET_DESCRIPTOR, GET_CONFIGURATION, GET_INTERFACE, SET_INTERFACE = 0, 6, 8, 10, 11
CURRENT, LEAST, MOST, STEP = 0x81, 0x82, 0x83, 0x84
MUTE, VOLUME = 1, 2
QUIETEST, UNIT_STEP = -64 * 256, 256
"""1/256 dB."""

Answer = bytes | None
"""Data, nothing to say (b""), or None: refused, a stall."""


class Control:
    def __init__(self, model: Model, stream: Stream) -> None:
        self._model = model
        self._stream = stream
        self._configuration = descriptors.configuration(stream)
        self._set: dict[int, bytes] = {}
        """Mute and volume as the machine has set them."""

    def answer(self, setup: bytes, data: bytes) -> Answer:
        kind, request, value, index, length = struct.unpack("<BBHHH", setup)
        answer: Answer
        if kind in (0x80, 0x81, 0x82):
            answer = self._standard(request, value)
        elif kind == 0x01 and request == SET_INTERFACE:
            if index & 0xFF == descriptors.STREAM_INTERFACE:
                self._stream.switch(bool(value))
            answer = b""
        elif kind in (0x00, 0x01, 0x02, 0x22):
            answer = b""  # configuration, features, the sampling rate: there is one of each
        elif kind == 0x21:
            self._set[value >> 8] = data
            answer = b""
        elif kind == 0xA1:
            answer = self._feature(request, value >> 8)
        elif kind == 0xA2:
            answer = self._stream.rate_hz.to_bytes(3, "little")
        else:
            answer = None
        return answer if answer is None else answer[:length]

    def _standard(self, request: int, value: int) -> Answer:
        if request != GET_DESCRIPTOR:
            return {GET_STATUS: bytes(2), GET_CONFIGURATION: b"\1", GET_INTERFACE: b"\0"}.get(request)
        kind, index = value >> 8, value & 0xFF
        if kind == 1:
            return descriptors.device(self._model)
        if kind == 2:
            return self._configuration
        return descriptors.string(self._model, index) if kind == 3 else None

    def _feature(self, request: int, control: int) -> Answer:
        if control == MUTE:
            return self._set.get(MUTE, b"\0")
        if control != VOLUME:
            return None
        volume = {LEAST: QUIETEST, MOST: 0, STEP: UNIT_STEP}
        return struct.pack("<h", volume[request]) if request in volume else self._set.get(VOLUME, bytes(2))
