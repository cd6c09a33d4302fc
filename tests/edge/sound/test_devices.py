"""Listing devices: the real PortAudio on the software sound card, and the kernel's files on a made-up /proc."""

import json
from pathlib import Path

import numpy as np
import pytest

from chimein.cli import main
from chimein.edge.sound.devices import list_boards, list_devices
from chimein.sound.cards import CardFiles, busy_devices, cards
from helpers.soundcard import SoundCard


@pytest.fixture
def card(tmp_path: Path) -> SoundCard:
    card = SoundCard(tmp_path)
    card.microphone("array", np.ones((1600, 6), dtype=np.int16), rate_hz=16_000)
    card.speaker("loud", channels=2, rate_hz=48_000)
    return card


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("microphone: {device: auto}\nspeaker: {device: piano}\n")
    return path


async def test_devices_are_listed_with_channels_and_rates(card: SoundCard) -> None:
    with card.plugged_in():
        array, loud = await list_devices()
    assert (array.name, array.inputs, array.outputs, array.input_rates) == ("array", 6, 0, (16_000,))
    assert (loud.name, loud.inputs, loud.outputs, loud.output_rates) == ("loud", 0, 2, (48_000,))


async def test_an_unplugged_card_is_not_listed(card: SoundCard) -> None:
    card.unplug()
    with card.plugged_in():
        assert await list_devices() == []


def test_the_command_says_which_one_is_picked(
    card: SoundCard, configuration: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with card.plugged_in():
        assert main(["devices", "--config", str(configuration)]) == 0
        text = capfd.readouterr()
        assert main(["devices", "--json", "--config", str(configuration)]) == 0
        answer = json.loads(capfd.readouterr().out)
    assert "→ array" in text.out
    assert "6 channels, 16 kHz; picked (auto:" in text.out
    assert "None of these is picked: no speaker fits 'piano'; there is loud" in text.out
    assert text.err == ""
    assert answer["microphones"]["picked"] == "array"
    assert answer["microphones"]["devices"][0]["channels"] == 6
    assert answer["speakers"]["picked"] is None


def test_without_hardware_it_says_so_in_one_line(
    tmp_path: Path, configuration: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with SoundCard(tmp_path).plugged_in():
        assert main(["devices", "--config", str(configuration)]) == 0
    said = "No microphone and no speaker found: neither ALSA nor PortAudio offers one.\n"
    assert capfd.readouterr().out.startswith(said)  # on a Pi the board follows


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A kernel with a webcam as card 1 and an array as card 2."""
    for name, text in {
        "proc/asound/card1/id": "Webcam\n",
        "proc/asound/card1/usbid": "046d:0825\n",
        "proc/asound/cards": " 1 [Webcam         ]: USB-Audio - HD Webcam - 720p\n        Somebody HD Webcam at usb\n",
        "proc/asound/pcm": "01-00: USB Audio : USB Audio : capture 1\n02-00: Array : Array : playback 1 : capture 1\n",
        "sys/devices/usb1/idVendor": "2886\n",
        "sys/devices/usb1/idProduct": "001a\n",
        "sys/devices/usb1/1:1.0/sound/card2/id": "Array\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "sys/class/sound").mkdir(parents=True)
    card = tmp_path / "sys/devices/usb1/1:1.0/sound/card2"
    (card / "device").symlink_to(tmp_path / "sys/devices/usb1/1:1.0")
    (tmp_path / "sys/class/sound/card2").symlink_to(card)
    return tmp_path


def test_the_kernel_knows_card_ids_and_usb_ids(root: Path) -> None:
    webcam, array, none = (CardFiles(root, pcm) for pcm in ("hw:1,0", "hw:2,0", None))
    assert (webcam.card_id, webcam.usb_id) == ("Webcam", "046d:0825")
    assert (array.card_id, array.usb_id) == ("Array", "2886:001a")
    assert (none.card_id, none.usb_id) == (None, None)


def test_boards_go_by_what_the_firmware_calls_them(tmp_path: Path) -> None:
    assert list_boards(tmp_path) == []
    tree = tmp_path / "proc/device-tree"
    (tree / "hat").mkdir(parents=True)
    (tree / "model").write_bytes(b"Raspberry Pi 4 Model B Rev 1.4\0")
    (tree / "hat/product").write_bytes(b"seeed2micvoicec\0")
    assert list_boards(tmp_path) == ["Raspberry Pi 4 Model B Rev 1.4", "seeed2micvoicec"]


def test_what_another_program_holds_is_listed_all_the_same(root: Path) -> None:
    webcam, array = busy_devices([], root)
    assert (webcam.card_id, webcam.inputs, webcam.outputs, webcam.is_busy) == ("Webcam", 1, 0, True)
    assert (array.name, array.usb_id, array.inputs, array.outputs) == ("Array (hw:2,0)", "2886:001a", 1, 1)
    assert busy_devices([webcam, array], root) == []
    assert busy_devices([], root / "nowhere") == []


def test_a_card_is_named_as_portaudio_names_it(root: Path) -> None:
    assert [card.name for card in cards(root)] == ["HD Webcam - 720p: USB Audio (hw:1,0)", "Array (hw:2,0)"]
