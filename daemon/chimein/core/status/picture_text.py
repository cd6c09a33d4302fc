"""A picture (the JSON of picture.py) in words, for `status` and `watch`.

The picture comes over a socket from a daemon that may be older or newer than the command, and holds names that a USB
device or the service chose: a missing key is left out, and nothing is printed that a terminal would obey.
"""

from collections.abc import Mapping
from typing import Final

from chimein.core.answers import at, number
from chimein.core.kitchen.timer_words import line

Picture = Mapping[str, object]

_METER_CELLS: Final = 20
_METER_FLOOR_DBFS: Final = -80.0


def lines(picture: Picture) -> list[str]:
    """The whole picture, one subject a line, the sentence first."""
    head = f"chimein {_text(picture, 'version')}".rstrip()
    rows = [
        ("lamp", _text(picture, "lamp", "name")),
        ("link", _link(picture)),
        ("before", _text(picture, "session", "last_goodbye")),
        ("without", _without(picture)),
        ("window", _window(picture)),
        ("microphone", _microphone(picture)),
        ("mute", _mute(picture)),
        ("gate", _gate(picture)),
        ("speaker", _speaker(picture)),
        ("echo", _echo(picture)),
        ("sent", _sent(picture)),
        ("timers", _timers(picture)),
        ("today", _today(picture)),
        ("last error", _text(picture, "last_error")),
    ]
    return [f"{head}: {_text(picture, 'why')}", *(f"  {name:<11} {words}" for name, words in rows if words)]


def live_line(picture: Picture) -> str:
    """The moving parts on one line: meter, states, sentence."""
    states = " ".join(f"{_text(picture, key):<10}" for key in ("link", "ear", "voice"))
    return f"{meter(picture)} {states} {_text(picture, 'why')}"


def meter(picture: Picture) -> str:
    """The level as a bar from -80 to 0 dBFS, with a mark where the gate opens: ``[######    |         ]  -55 dBFS``."""
    level = _number(picture, "microphone", "level_dbfs")
    threshold = _number(picture, "gate", "threshold_dbfs")
    if level is None:
        return f"[{' ' * _METER_CELLS}]     - dBFS"
    filled = _cell(level)
    cells = ["#" if cell < filled else " " for cell in range(_METER_CELLS)]
    if threshold is not None:
        cells[min(_cell(threshold), _METER_CELLS - 1)] = "|"
    return f"[{''.join(cells)}] {level:5.0f} dBFS"


def mute_sentence(picture: Picture) -> str:
    """What is now so, after mute and unmute."""
    by = picture.get("muted_by")
    names = " and ".join(_clean(name) for name in by) if isinstance(by, list) else ""
    if picture.get("muted"):
        return f"muted{f' ({names})' if names else ''}: nothing can hear you"
    if _text(picture, "ear") == "deaf":
        return "not muted, and no sound comes from the microphone"
    if _text(picture, "ear") == "shut":
        return f"not muted, and the microphone is shut all the same: {_text(picture, 'why')}"
    if _text(picture, "ear") == "opening":
        return "not muted: the microphone is being opened"
    return "not muted: the microphone is open"


def duration(seconds: float) -> str:
    """``45 s``, ``3 min 5 s``, ``2 h 10 min``, ``4 d 2 h``."""
    whole = int(seconds)
    for unit_s, unit, part_s, part in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= unit_s:
            return f"{whole // unit_s} {unit} {whole % unit_s // part_s} {part}"
    return f"{whole} s"


def _link(picture: Picture) -> str:
    parts = [_text(picture, "link")]
    connected_s = _number(picture, "session", "connected_s")
    if connected_s is not None:
        parts[0] += f" for {duration(connected_s)}"
        if at(picture, "session", "resumed") is True:
            parts.append("conversation resumed")
    reconnects = _number(picture, "session", "reconnects")
    if reconnects:
        parts.append(f"{reconnects:.0f} reconnect{'s' if reconnects != 1 else ''}")
    parts.append(_text(picture, "session", "model"))
    return ", ".join(part for part in parts if part)


def _without(picture: Picture) -> str:
    names = at(picture, "session", "without")
    if not isinstance(names, list) or not names:
        return ""
    return f"{', '.join(_clean(name) for name in names)}: refused by the service for this model, and left out"


def _window(picture: Picture) -> str:
    used, at, keep = (_number(picture, "session", "window", f"{key}_tokens") for key in ("used", "compress_at", "keep"))
    spent = [_number(picture, "session", "turn", key) for key in ("input_tokens", "output_tokens", "usd")]
    if used is None or None in spent:
        return ""
    limit = f" of {at:.0f} tokens, cut to {keep:.0f} there" if at is not None and keep is not None else " tokens"
    tokens_in, tokens_out, usd = (number or 0.0 for number in spent)
    return f"{used:.0f}{limit}; the latest turn cost {tokens_in:.0f} in, {tokens_out:.0f} out, {usd:.4f} USD"


def _microphone(picture: Picture) -> str:
    level = _number(picture, "microphone", "level_dbfs")
    alive = at(picture, "microphone", "alive") is True
    lost_s = _number(picture, "microphone", "lost_s") or 0.0
    losses = _number(picture, "microphone", "losses") or 0.0
    by = picture.get("muted_by")
    ear = _text(picture, "ear")
    if picture.get("muted") and isinstance(by, list) and by:
        ear = f"muted by {' and '.join(_clean(name) for name in by)}"
    return ", ".join(
        part
        for part in (
            _text(picture, "microphone", "device"),
            _text(picture, "microphone", "channel"),
            ear,
            f"{level:.0f} dBFS" if alive and level is not None else "",
            f"{lost_s:.1f} s lost in {losses:.0f} overruns" if lost_s >= 0.05 and losses else "",
        )
        if part
    )


def _echo(picture: Picture) -> str:
    """Only where it is not what was asked for."""
    trouble = _text(picture, "echo", "trouble")
    return f"{_text(picture, 'echo', 'way')} in place of {_text(picture, 'echo', 'mode')}: {trouble}" if trouble else ""


def _mute(picture: Picture) -> str:
    """Since when, and the proof of it; nothing while nobody has muted."""
    since = _text(picture, "mute", "since")
    if not since:
        return ""
    words = f"since {since.replace('T', ' ')} ({duration(_number(picture, 'mute', 'for_s') or 0.0)})"
    words += f", capture handle {_text(picture, 'mute', 'capture') or 'unknown'}"
    sound, socket = _number(picture, "mute", "sound_bytes"), _number(picture, "mute", "socket_bytes")
    if sound is not None:
        words += f", {sound:.0f} bytes of sound up since"
    if socket is not None:
        words += f" (the socket: {socket:.0f}, keepalive and the like)"
    return words


def _gate(picture: Picture) -> str:
    if at(picture, "gate", "enabled") is False:
        return "off: everything that is heard is sent"
    words = "open" if at(picture, "gate", "open") is True else "shut"
    threshold, floor = _number(picture, "gate", "threshold_dbfs"), _number(picture, "gate", "floor_dbfs")
    if threshold is not None:
        words += f", opens at {threshold:.0f} dBFS"
    if floor is not None:
        words += f", the room is at {floor:.0f} dBFS"
    return words if isinstance(picture.get("gate"), Mapping) else ""


def _speaker(picture: Picture) -> str:
    volume = _number(picture, "speaker", "volume")
    dry = sum(_number(picture, "speaker", key) or 0.0 for key in ("underruns", "device_underruns"))
    parts = (
        _text(picture, "speaker", "device"),
        "lost" if at(picture, "speaker", "alive") is False else _text(picture, "voice"),
        f"volume {volume:.0f} %" if volume is not None else "",
        f"{dry:.0f} underruns" if dry else "",
    )
    return ", ".join(part for part in parts if part)


def _sent(picture: Picture) -> str:
    audio_s, heard_s = _number(picture, "uplink", "audio_s"), _number(picture, "microphone", "heard_s")
    if audio_s is None:
        return ""
    words = f"{duration(audio_s)} of sound"
    if heard_s:
        words += f" out of {duration(heard_s)} heard"
    for key, what in (("waiting_s", "waiting"), ("dropped_s", "dropped")):
        seconds = _number(picture, "uplink", key)
        if seconds:
            words += f", {seconds:.1f} s {what}"
    if since_mute := _number(picture, "uplink", "since_mute_bytes"):
        words += f", {since_mute:.0f} BYTES SINCE IT WAS MUTED"
    return words


def _timers(picture: Picture) -> str:
    timers = picture.get("timers")
    return "; ".join(line(it) for it in timers if isinstance(it, dict)) if isinstance(timers, list) else ""


def _today(picture: Picture) -> str:
    numbers = [_number(picture, "usage", "today", key) for key in ("input_tokens", "output_tokens", "usd")]
    if None in numbers:
        return ""
    tokens_in, tokens_out, usd = (number or 0.0 for number in numbers)
    words = f"{tokens_in:.0f} tokens in, {tokens_out:.0f} out, {usd:.4f} USD"
    daily = _number(picture, "usage", "daily_usd")
    due = _number(picture, "usage", "today", "due_usd")
    if daily is not None and due is not None:
        words += f", {due:.4f} of the day's {daily:.2f} used" if daily else ", and nothing may be spent"
    doubt = _text(picture, "usage", "today", "doubt")
    return f"{words}; {doubt}" if doubt else words


def _cell(dbfs: float) -> int:
    share = (dbfs - _METER_FLOOR_DBFS) / -_METER_FLOOR_DBFS
    return max(0, min(_METER_CELLS, round(share * _METER_CELLS)))


def _number(picture: Picture, *path: str) -> float | None:
    return number(at(picture, *path))


def _text(picture: Picture, *path: str) -> str:
    value = at(picture, *path)
    return _clean(value) if isinstance(value, str) else ""


def _clean(value: object) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(value)).split())
