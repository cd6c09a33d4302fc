"""The listing child: ``python -m chimein.sound.list``. Sends one READY with all devices in JSON, and ends."""

import json
from dataclasses import asdict

from chimein.sound.cards import busy_devices
from chimein.sound.frames import Kind, pack
from chimein.sound.parent import Parent, serve
from chimein.sound.portaudio import PortAudio


def main(parent: Parent, _: list[str]) -> None:
    offered = PortAudio().devices(probe_rates=True)
    found = [device for device in offered if device.inputs or device.outputs]
    parent.say(pack(Kind.READY, json.dumps([asdict(device) for device in found + busy_devices(offered)]).encode()))


if __name__ == "__main__":
    serve(main)
