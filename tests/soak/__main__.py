"""`make soak`: hours of a simulated kitchen, in real time, and everything that may go wrong with the line.

    make soak                                two hours
    make soak ARGS="--hours 8 --seed 3"
    make soak ARGS="--short"                 four minutes, to see that it runs

The daemon is `chimein run`, its microphone a recording, the service `chimein rehearse` with short connections and one
random fault after the other out of a seed that is printed. It ends with a table, and with status 1 where something that
must not happen has: speech that neither arrived nor was said to be too old, a fault after which nothing was heard any
more, a traceback, memory that grows.
"""

import argparse
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # `python tests/soak` has only this folder in its path

from helpers.household import Household
from soak import faults, kitchen
from soak.table import Health, Report, report

SHORT_H = 4 / 60
SETTLE_S = 120.0
"""What is allocated meanwhile is no leak: with the first connection an answer of the greatest length is over."""
LOOK_EVERY_S = 10.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description="Hours of a simulated kitchen, and a table.")
    parser.add_argument("--hours", type=float, default=2.0, help="how long (2)")
    parser.add_argument("--short", action="store_true", help="four minutes")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="of everything that is random")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave log and recordings there")
    args = parser.parse_args()
    hours = SHORT_H if args.short else args.hours
    print(f"seed {args.seed}, {hours * 60:.0f} minutes", flush=True)
    place = Path(tempfile.mkdtemp(prefix="chimein-soak-"))
    try:
        result = soak(place, hours, args.seed)
    finally:
        if args.keep:
            shutil.copytree(place, args.keep, dirs_exist_ok=True)
        shutil.rmtree(place)
    for line in result.lines():
        print(line)
    return 0 if result.is_well else 1


def soak(place: Path, hours: float, seed: int) -> Report:
    """One soak in an empty folder."""
    seconds = hours * 3600
    script = {"ears": "none", "answers": "never", "speed": 0, "faults": faults.plan(seed, hours)}
    home = Household(place, script)
    scene = place / "scene.wav"
    kitchen.record(scene, seconds, seed)
    home.edits(echo={"mode": "none"})  # or every answer would shut the gate, and nobody knew what it lets through
    try:
        home.starts_the_service()
        home.switches_on()
        health = watch(home, seconds)
        status = home.status() if health.is_alive else {}
        exit_status = home.switches_off() if health.is_alive else None
        record = home.told()
        received = place / "received.wav"
        home.keeps_what_was_received(received)
        return report(scene, received, record, status, health, home.log.read_text(), exit_status)
    finally:
        home.is_over()


def watch(home: Household, seconds: float) -> Health:
    """Looks in now and then until the recording has been played, and some seconds longer."""
    health, began_s = Health(), time.monotonic()
    while (now_s := time.monotonic() - began_s) < seconds + 20.0 and home.is_alive:
        if now_s >= min(SETTLE_S, seconds / 3):
            health.look(home.pid, now_s)
        time.sleep(min(LOOK_EVERY_S, seconds / 20))
    health.is_alive = home.is_alive
    return health


if __name__ == "__main__":
    sys.exit(main())
