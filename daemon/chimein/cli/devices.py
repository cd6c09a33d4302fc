"""``chimein devices``: which microphones, speakers and boards there are, and what of it the configuration picks."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from chimein.cli.common import config_option, json_option, print_json

if TYPE_CHECKING:
    from chimein.core.sound.devices import Device, Way


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "devices",
        parents=[config_option(), json_option()],
        help="microphones, speakers and boards found, and which the configuration picks",
        description="Lists microphones, speakers and boards with the names that microphone.device and speaker.device "
        "take (card id, usb:…, name), their channels and rates, and which the configuration picks, and why.",
    )
    parser.set_defaults(run=devices)


def devices(args: argparse.Namespace) -> int:
    """0, also without any hardware: that is an answer, too; 78 for a configuration that cannot be read."""
    from chimein.core.sound.devices import Way
    from chimein.edge.config.settings import load
    from chimein.edge.sound.devices import list_boards, list_devices

    config = load(args.config).config
    found = asyncio.run(list_devices())
    wanted = {Way.IN: config.microphone.device, Way.OUT: config.speaker.device}
    picks = {way: pick(wanted[way], found, way) for way in Way}
    boards = list_boards()
    if args.json:
        sound = {f"{way.value}s": as_json(found, way, picks[way], wanted[way]) for way in Way}
        print_json(sound | {"boards": [{"name": name} for name in boards]})
        return 0
    if not any(device.inputs or device.outputs for device in found):
        print("No microphone and no speaker found: neither ALSA nor PortAudio offers one.")
    else:
        print("\n\n".join("\n".join(as_text(found, way, picks[way], wanted[way])) for way in Way))
    if boards:
        print("\n".join(["", "Boards", *(f"   {name}" for name in boards)]))
    return 0


Pick = tuple["Device | None", str]
"""The device and why; or None and why not."""


def pick(wanted: str, found: "list[Device]", way: "Way") -> Pick:
    from chimein.core.errors import ChimeinError
    from chimein.core.sound.devices import choose, file_path

    if (path := file_path(wanted)) is not None:
        return None, f"the configuration names a file: {path}"
    try:
        choice = choose(wanted, found, way)
    except ChimeinError as error:
        return None, str(error)
    return choice.device, f"{wanted}: {choice.reason}"


def as_json(found: "list[Device]", way: "Way", picked: Pick, wanted: str) -> dict[str, object]:
    device, reason = picked
    return {
        "configured": wanted,
        "picked": device and device.name,
        "reason": reason,
        "devices": [
            {
                "name": each.name,
                "card_id": each.card_id,
                "usb_id": each.usb_id,
                "alsa": each.pcm,
                "channels": each.channels(way),
                "rate_hz": each.rate_hz,
                "rates_hz": list(each.rates(way)),
                "busy": each.is_busy,
                "picked": each is device,
            }
            for each in found
            if each.channels(way)
        ],
    }


def as_text(found: "list[Device]", way: "Way", picked: Pick, wanted: str) -> list[str]:
    device, reason = picked
    able = [each for each in found if each.channels(way)]
    if not able:
        return [f"No {way.value} found" + ("." if wanted == "auto" else f"; {reason}.")]
    lines = [f"{way.value.capitalize()}s"]
    for each in able:
        mark = "→" if each is device else " "
        lines.append(f" {mark} {each.label}")
        lines.append(f"     {_describe(each, way)}" + (f"; picked ({reason})" if each is device else ""))
    if device is None:
        lines.append(f"   None of these is picked: {reason}")
    return lines


def _describe(device: "Device", way: "Way") -> str:
    if device.is_busy:
        return "in use by another program"
    count = device.channels(way)
    rates = ", ".join(f"{rate_hz / 1000:g}" for rate_hz in device.rates(way) or (device.rate_hz,))
    return f"{count} channel{'s' if count != 1 else ''}, {rates} kHz"
