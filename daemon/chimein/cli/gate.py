"""`chimein gate`: what the gate would do with a recording, and what that saves."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chimein.cli.common import config_option, json_option, print_json

if TYPE_CHECKING:
    from chimein.core.gate.replay import Replay


def register(commands: Any) -> None:
    parser = commands.add_parser(
        "gate",
        parents=[config_option(), json_option()],
        help="what the local gate would send of a recording",
        description="Runs the local gate over a recording: what would go up, pre-roll included, and what that saves. "
        "Where a recording of several channels holds a loopback of what was played, the gate is told of it.",
    )
    parser.add_argument("file", metavar="FILE.wav", type=Path, help="a recording of any rate and channel count")
    parser.add_argument(
        "--channel",
        type=int,
        metavar="N",
        help="only this channel, counted from 0 (default: what `microphone.channel` says)",
    )
    parser.add_argument(
        "--plot",
        type=Path,
        metavar="FILE.png",
        help="draw level, floor, threshold and what was sent (needs matplotlib)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from chimein.core.gate.replay import replay
    from chimein.core.money.ledger import sound_usd
    from chimein.core.money.prices import prices_for
    from chimein.edge import plot
    from chimein.edge.config import settings
    from chimein.edge.sound.files import read_array, read_sound
    from chimein.edge.sound.vad import second_stage

    config = settings.load(args.config).config
    gate = config.gate
    usd_per_s = sound_usd(1.0, prices_for(config.live.model, config.budget.prices, config.budget.model_prices))
    if args.plot is not None:
        plot.check()  # before the work, not after it
    channel = config.microphone.channel if args.channel is None else args.channel
    sound, played = read_array(args.file) if channel == "auto" else (read_sound(args.file, channel=channel), None)
    result = replay(sound, gate, second_stage(gate), played=played)
    if args.plot is not None:
        plot.draw_gate(result, args.plot, title=f"{args.file.name}, sensitivity {gate.sensitivity}")
    answer = _answer(result, usd_per_s)
    if args.json:
        print_json({"file": str(args.file), **answer})
    else:
        _print(answer, usd_per_s)
    return 0


def _answer(result: "Replay", usd_per_s: float) -> dict[str, Any]:
    saved_s = result.heard_s - result.sent_s
    return {
        "intervals": [[round(start, 3), round(end, 3)] for start, end in result.intervals],
        "heard_s": round(result.heard_s, 3),
        "sent_s": round(result.sent_s, 3),
        "saved_s": round(saved_s, 3),
        "usd_saved": round(saved_s * usd_per_s, 6),
    }


def _print(answer: dict[str, Any], usd_per_s: float) -> None:
    for start, end in answer["intervals"]:
        print(f"sends {start:9.2f} s to {end:9.2f} s  ({end - start:.2f} s)")
    heard, sent, saved = answer["heard_s"], answer["sent_s"], answer["saved_s"]
    share = f" ({100 * saved / heard:.1f} %)" if heard else ""
    print(f"heard {heard:.1f} s, sent {sent:.1f} s, saved {saved:.1f} s{share}")
    print(f"saves ${answer['usd_saved']:.4f} of ${round(heard * usd_per_s, 6):.4f}, at ${3600 * usd_per_s:.2f} an hour")
