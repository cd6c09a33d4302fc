"""What is around the machine: the two USB cables and the door behind which the service is."""

from pathlib import Path
from typing import Any

from appliance.door import Door
from appliance.machine.machine import Machine
from appliance.usb.descriptors import Model
from appliance.usb.device import Device
from appliance.usb.stream import Microphone, Speaker

ARRAY = Model("ReSpeaker 4 Mic Array (UAC1.0)", 0x2886, 0x0018)
LOUDSPEAKER = Model("Kitchen Speaker", 0x0D8C, 0x0014)

SERVICE_DOOR, MICROPHONE_DOOR, SPEAKER_DOOR = 443, 7001, 7002
USB_SOCKET = {MICROPHONE_DOOR: 0, SPEAKER_DOOR: 1}


class World:
    """Both devices lie there plugged in; the machine finds them when it arrives."""

    def __init__(self, certificate: Path) -> None:
        """`certificate` is the folder of the door's."""
        self.microphone = Microphone()
        self.speaker = Speaker()
        self.door = Door(certificate)
        self._devices = {
            MICROPHONE_DOOR: Device(ARRAY, self.microphone),
            SPEAKER_DOOR: Device(LOUDSPEAKER, self.speaker),
        }

    def connections(self) -> dict[str, Any]:
        """What Machine.start wants to know: ports that the machine knows → ports on loopback here."""
        cables = {door: device.port for door, device in self._devices.items()}
        return {"doors": {SERVICE_DOOR: self.door.port}, "cables": cables}

    def unplug(self, *doors: int) -> None:
        for door in doors:
            self._devices[door].unplug()

    def plug_in(self, machine: Machine, door: int, socket: int | None = None) -> None:
        """Into a running machine, and its own USB socket unless another one is named."""
        self._devices[door].is_here = True
        socket = USB_SOCKET[door] if socket is None else socket
        machine.run(f"kitchen-plug {door} {socket} && udevadm settle")

    def close(self) -> None:
        self.door.close()
        for device in self._devices.values():
            device.close()
