"""`chimein doctor`: everything that has to be well for it to hear, speak and be answered, tried one after the other."""

import argparse
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chimein.cli.common import config_option, json_option, print_json

if TYPE_CHECKING:
    from chimein.core.config import Config
    from chimein.core.doctor import Finding


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "doctor",
        parents=[config_option(), json_option()],
        help="tries microphone, speaker, panel, key, network, system; says what to do",
        description="Tries everything that has to be well, and says of each whether it is (ok), what to look at (warn) "
        "or what is broken (fail), with what to do. Borrows the microphone of a running daemon for some seconds, and "
        "plays three chirps. Ends with 1 if anything has failed.",
    )
    parser.add_argument("--no-chirps", action="store_true", help="plays nothing: the house sleeps")
    parser.set_defaults(run=doctor)


def doctor(args: argparse.Namespace) -> int:
    from chimein.core.doctor import is_well
    from chimein.edge.config.settings import load

    config = load(args.config).config
    found = []
    for finding in findings(config, chirps=0 if args.no_chirps else 3):
        found.append(finding)
        if not args.json:
            print_finding(finding)
    if args.json:
        print_json({"ok": is_well(found), "findings": [finding.to_json() for finding in found]})
    return 0 if is_well(found) else 1


def print_finding(finding: "Finding") -> None:
    print(f"{finding.verdict.value:<5} {finding.check:<13} {finding.said}")
    if finding.advice:
        print(f"{'':19} → {finding.advice}", flush=True)


def findings(config: "Config", *, chirps: int) -> Iterator["Finding"]:
    """Each as soon as it is known; what takes longest comes last."""
    picture = running_picture()
    yield from network(config, picture)
    yield from house(config, picture)
    yield from sound(config, picture, chirps)


def running_picture() -> dict[str, Any] | None:
    """How the running daemon is; None when none answers us."""
    from chimein.cli.status import ask_for_picture
    from chimein.core.errors import ChimeinError

    try:
        return ask_for_picture("status")
    except ChimeinError:
        return None


def network(config: "Config", picture: dict[str, Any] | None) -> Iterator["Finding"]:
    from chimein.core.doctor import house as judge
    from chimein.edge import visit

    name, port = visit.host(config.live)
    names = visit.resolve(name)
    yield judge.dns(name, names.addresses, names.trouble, names.took_s)
    hand = None
    if names.addresses:
        hand = visit.shake_hands(name, port)
        yield judge.tls(name, hand.version, hand.trouble, hand.took_s)
    off_s = None if hand is None else hand.clock_off_s
    yield judge.clock(off_s, visit.is_synchronised(), here=f"{datetime.now().astimezone():%H:%M %Z}")
    link = picture.get("link") if picture else None
    yield judge.key(config.live.service, *visit.key_source(), link if isinstance(link, str) else None)


def house(config: "Config", picture: dict[str, Any] | None) -> Iterator["Finding"]:
    from chimein.core.doctor import house as judge
    from chimein.edge import places, visit

    yield judge.unit(*visit.unit(), answers=picture is not None)
    state = places.databases()[0].parent if picture is None and places.databases() else places.places().state
    yield judge.disk(str(state), *visit.free_mb(state))
    power = judge.power(visit.throttled())
    if power is not None:
        yield power
    lamp = picture.get("lamp") if picture else None
    yield judge.panel(config.panel, lamp if isinstance(lamp, dict) else None, *visit.gpio_chips())


def sound(config: "Config", picture: dict[str, Any] | None, chirps: int) -> Iterator["Finding"]:
    from chimein.core.doctor import fail, warn
    from chimein.core.doctor.sound import judge
    from chimein.core.errors import ChimeinError, NotAllowedError

    try:
        measured = from_daemon(chirps) if picture is not None else by_ourselves(config, chirps)
    except NotAllowedError as muted:
        yield warn("microphone", f"not tried: {muted}", "unmute it, and come again")
    except ChimeinError as error:
        yield fail("microphone", str(error), "`chimein devices` lists what there is")
    else:
        yield from judge(measured)


def from_daemon(chirps: int) -> Any:
    """The daemon holds the microphone, and mutes it for the doctor as for everybody."""
    from chimein.core.doctor.sound import Measured
    from chimein.core.errors import ChimeinError
    from chimein.edge import control_client

    for answer in control_client.stream("examine", chirps=chirps):
        said = answer.get("measured")
        if isinstance(said, dict):
            return Measured.from_json(said)
    raise ChimeinError("the running chimein went away before it had measured")


def by_ourselves(config: "Config", chirps: int) -> Any:
    import asyncio

    from chimein.edge.sound.probe import Probe

    async def measure() -> Any:
        microphone, speaker = config.microphone, config.speaker
        return await Probe(
            microphone.device, microphone.channel, speaker.device, speaker.volume, chirps=chirps
        ).measure()

    return asyncio.run(measure())
