"""Key, clock, network, service, disk, power, button and lamp: what the system says, judged."""

from collections.abc import Mapping, Sequence
from typing import Final

from chimein.core.config import PanelSettings
from chimein.core.doctor import Finding, fail, ok, warn

CLOCK_WARN_S: Final = 5.0
CLOCK_FAIL_S: Final = 120.0
"""Certificates, and Google's own checks, bear minutes; timers show seconds."""
DISK_WARN_MB: Final = 500
DISK_FAIL_MB: Final = 50
MAKE_ROOM: Final = "`sudo journalctl --vacuum-size=50M`, `sudo apt clean`"
SLOW_S: Final = 2.0
UNDER_VOLTAGE_NOW: Final = 0x1
UNDER_VOLTAGE_BEFORE: Final = 0x10000
HOT: Final = 0x8
"""Bits of the Pi firmware's get_throttled (raspberrypi.com/documentation, vcgencmd)."""


def key(service: str, source: str | None, trouble: str, link: str | None) -> Finding:
    """`source` says where a key was found; `link` is the running daemon's, None without one."""
    if link == "refused":
        for_a_new_one = "" if service == "vertex" else "; `sudo chimein set-key` for a new key"
        return fail("key", "the service refuses us", f"`chimein status` says why{for_a_new_one}")
    if service == "vertex":
        return ok("key", "none needed: Vertex AI takes Google Cloud's own credentials")
    if link == "online":
        return ok("key", "accepted: the daemon is connected with it")
    if source is not None:
        return ok("key", f"found in {source}; whether Google accepts it shows when the daemon connects")
    if trouble:
        return warn("key", trouble, "run `sudo chimein doctor` to see it")
    return fail("key", "there is none", "`sudo chimein set-key`, then `sudo systemctl restart chimein`")


def dns(host: str, addresses: Sequence[str], trouble: str, took_s: float) -> Finding:
    if trouble:
        return fail("DNS", f"{host}: {trouble}", "check the network: `ping 1.1.1.1`, `nmcli device`, the router")
    if took_s > SLOW_S:
        return warn("DNS", f"{host} took {took_s:.1f} s", "another name server may be quicker: see `nmcli device show`")
    return ok("DNS", f"{host} is {addresses[0]}, in {1000 * took_s:.0f} ms")


def tls(host: str, version: str | None, trouble: str, took_s: float) -> Finding:
    if version is None:
        advice = "a wrong clock, a proxy or a firewall does this; port 443 has to be open to the outside"
        return fail("TLS", f"{host}: {trouble}", advice)
    if took_s > SLOW_S:
        return warn("TLS", f"{version} with {host} took {took_s:.1f} s", "answers will be as late")
    return ok("TLS", f"{version} with {host}, in {1000 * took_s:.0f} ms")


def clock(off_s: float | None, is_synchronised: bool | None, *, here: str) -> Finding:
    """`off_s`: ours minus theirs, None when nobody could be asked; `is_synchronised`: what systemd says, if it does.

    `here`: the time in this house, with its zone. Whether that is the right zone, only its owner can see.
    """
    advice = "`timedatectl set-ntp true`; a Pi has no clock of its own"
    if off_s is not None and abs(off_s) >= CLOCK_FAIL_S:
        return fail("clock", f"wrong by {abs(off_s):.0f} s", advice)
    if off_s is not None and abs(off_s) >= CLOCK_WARN_S:
        return warn("clock", f"wrong by {abs(off_s):.0f} s", advice)
    if is_synchronised is False:
        return warn("clock", "not synchronised over the network", advice)
    if off_s is None:
        return warn("clock", "nobody could be asked for the time" if is_synchronised is None else "synchronised")
    right = "right to the second" if abs(off_s) < 2 else f"right to {abs(off_s):.0f} s"
    return ok("clock", f"{right}: it is {here} here")


def unit(active: str | None, enabled: str | None, *, answers: bool) -> Finding:
    """What systemctl says of chimein.service, None without systemd; and whether a daemon answers us."""
    if active is None:
        said = "a daemon answers, without systemd" if answers else "no systemd here, and no daemon answers"
        return ok("service", said) if answers else warn("service", said, "`chimein run` starts one by hand")
    if active == "active" and answers:
        if enabled == "enabled":
            return ok("service", "running, and starts at boot")
        return warn("service", "running, but does not start at boot", "`sudo systemctl enable chimein`")
    if answers:
        return ok("service", f"a daemon answers that systemd did not start (its unit is {active})")
    if active == "active":
        return fail("service", "running, but does not answer", "`journalctl -u chimein -n 50`")
    advice = "`sudo systemctl start chimein`, then `journalctl -u chimein -n 50` if it does not stay"
    return warn("service", f"not running (systemd says {active})", advice)


def disk(where: str, free_mb: float | None, trouble: str) -> Finding:
    if free_mb is None:
        return warn("disk", f"{where}: {trouble}")
    if free_mb < DISK_FAIL_MB:
        advice = f"{MAKE_ROOM}; without room mutes and timers cannot be remembered"
        return fail("disk", f"{free_mb:.0f} MB free for {where}", advice)
    if free_mb < DISK_WARN_MB:
        return warn("disk", f"{free_mb:.0f} MB free for {where}", MAKE_ROOM)
    return ok("disk", f"{free_mb / 1000:.1f} GB free for {where}")


def power(throttled: int | None) -> Finding | None:
    """The Pi firmware's get_throttled; None where there is none."""
    if throttled is None:
        return None
    if throttled & UNDER_VOLTAGE_NOW:
        return fail("power", "the supply's voltage is too low", "use the Pi's own power supply and a short cable")
    if throttled & HOT:
        return warn("power", "too hot: the processor is slowed down", "give it air, or a heat sink")
    if throttled & UNDER_VOLTAGE_BEFORE:
        return warn("power", "the supply's voltage was too low at some time since the start", "a better power supply")
    return ok("power", "enough, and cool enough")


def panel(
    settings: PanelSettings, lamp: Mapping[str, object] | None, chips: Sequence[str], denied: Sequence[str]
) -> Finding:
    """`lamp` as the running daemon shows it, None without one; GPIO chips, and those of them that may not be used."""
    check = "button, lamp"
    if settings.board == "none":
        return ok(check, "none configured (panel.board: none)")
    if lamp is not None:
        shows = f"{lamp.get('name')}: {lamp.get('meaning')}"
        return ok(check, f"{settings.board}: held by the daemon; the lamp says {shows}")
    if settings.board != "generic":
        return warn(check, f"{settings.board}: only the running daemon can try it")
    if not chips:
        return fail(check, "this machine has no GPIO pins", "set panel.board to what you have, or none")
    if len(denied) == len(chips):
        return warn(check, f"{denied[0]} may not be used by you", "`sudo chimein doctor`, or join the group gpio")
    return ok(check, f"reached through {chips[0]}; press the button while the daemon runs to try it")
