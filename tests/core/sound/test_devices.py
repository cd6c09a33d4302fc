"""Which device the configuration means."""

import pytest

from chimein.core.errors import MicrophoneError, SpeakerError
from chimein.core.sound.devices import Device, Way, choose, file_path, needs_nothing_but, without_number

ARRAY = Device("ReSpeaker XVF3800: USB Audio (hw:2,0)", 2, 2, 16_000, pcm="hw:2,0", card_id="Array", usb_id="2886:001a")
WEBCAM = Device("HD Webcam: USB Audio (hw:1,0)", 1, 0, 48_000, pcm="hw:1,0", card_id="Webcam", usb_id="046d:0825")
LOUDSPEAKER = Device("USB2.0 Device: Audio (hw:3,0)", 0, 2, 48_000, pcm="hw:3,0", card_id="Device", usb_id="4c4a:4155")
HDMI = Device("vc4-hdmi: MAI PCM (hw:0,0)", 0, 8, 48_000, pcm="hw:0,0", card_id="vc4hdmi0")
DEFAULT = Device("default", 32, 32, 44_100, is_default_input=True, is_default_output=True)
KITCHEN = [HDMI, WEBCAM, ARRAY, LOUDSPEAKER, DEFAULT]


@pytest.mark.parametrize(
    ("devices", "way", "picked"),
    [
        (KITCHEN, Way.IN, ARRAY),
        ([HDMI, WEBCAM, DEFAULT], Way.IN, WEBCAM),
        ([HDMI, DEFAULT], Way.IN, DEFAULT),
        (KITCHEN, Way.OUT, LOUDSPEAKER),
        ([HDMI, ARRAY, DEFAULT], Way.OUT, ARRAY),
        ([HDMI, DEFAULT], Way.OUT, DEFAULT),
        ([HDMI], Way.OUT, HDMI),
        ([Device("built in", 2), Device("ReSpeaker 4 Mic Array", 6)], Way.IN, Device("ReSpeaker 4 Mic Array", 6)),
    ],
)
def test_auto_climbs_down_a_ladder(devices: list[Device], way: Way, picked: Device) -> None:
    assert choose("auto", devices, way).device == picked


@pytest.mark.parametrize(
    ("wanted", "picked"),
    [
        ("usb:2886:001a", ARRAY),
        ("USB:2886:001A", ARRAY),
        ("Array", ARRAY),
        ("webcam", WEBCAM),
        ("hw:1,0", WEBCAM),
        ("hw:1", WEBCAM),
        ("default", DEFAULT),
        ("xvf3800", ARRAY),
        ("^HD .*cam", WEBCAM),
    ],
)
def test_a_microphone_goes_by_many_names(wanted: str, picked: Device) -> None:
    choice = choose(wanted, KITCHEN, Way.IN)
    assert choice.device == picked
    assert choice.reason


def test_a_card_id_goes_before_a_part_of_another_name() -> None:
    other = Device("Array of things: (hw:7,0)", 1, pcm="hw:7,0", card_id="Things")
    assert choose("array", [other, ARRAY], Way.IN).device == ARRAY


def test_what_is_not_there_is_answered_with_what_is() -> None:
    with pytest.raises(
        MicrophoneError, match=r"no microphone fits 'usb:1:2'; there is HD Webcam.*Webcam, usb:046d:0825"
    ):
        choose("usb:1:2", KITCHEN, Way.IN)
    with pytest.raises(SpeakerError, match="no speaker fits 'webcam'"):
        choose("webcam", KITCHEN, Way.OUT)


def test_two_cards_that_fit_are_one_too_many() -> None:
    with pytest.raises(MicrophoneError, match="fits more than one microphone"):
        choose("usb audio", KITCHEN, Way.IN)


def test_two_devices_of_one_card_are_no_doubt() -> None:
    second = Device("ReSpeaker XVF3800: USB Audio #1 (hw:2,1)", 2, pcm="hw:2,1", card_id="Array")
    assert choose("xvf", [ARRAY, second], Way.IN).device == ARRAY


def test_of_two_that_are_as_good_the_one_that_was_heard_before_is_heard_again() -> None:
    desk = Device("Desk: USB Audio (hw:0,0)", 1, pcm="hw:0,0", card_id="Desk", usb_id="1234:0001")
    assert choose("auto", [desk, WEBCAM], Way.IN).device == desk
    known = without_number(WEBCAM.label)
    assert choose("auto", [desk, WEBCAM], Way.IN, before=known).device == WEBCAM
    assert choose("auto", [desk, WEBCAM, ARRAY], Way.IN, before=known).device == ARRAY, "which is better"
    assert choose("desk", [desk, WEBCAM], Way.IN, before=known).device == desk


def test_the_number_that_changes_with_every_plug_is_no_part_of_a_name() -> None:
    with pytest.raises(MicrophoneError, match="no microphone fits '2'"):
        choose("2", [ARRAY, WEBCAM], Way.IN)


def test_nothing_at_all_is_said_plainly() -> None:
    with pytest.raises(MicrophoneError, match="no microphone found"):
        choose("auto", [LOUDSPEAKER], Way.IN)


def test_a_pattern_with_a_mistake_fits_nothing() -> None:
    with pytest.raises(MicrophoneError, match="no microphone fits"):
        choose("array(", KITCHEN, Way.IN)


def test_a_file_is_no_device() -> None:
    assert file_path("file:/tmp/scene.wav") == "/tmp/scene.wav"
    assert file_path("auto") is None


@pytest.mark.parametrize(
    ("cards", "wanted", "way", "needed"),
    [
        (KITCHEN[:-1], "auto", Way.IN, ARRAY),
        (KITCHEN[:-1], "auto", Way.OUT, LOUDSPEAKER),
        ([HDMI, WEBCAM], "auto", Way.OUT, None),  # what plays by default is not for us to say
        ([HDMI, WEBCAM], "vc4hdmi0", Way.OUT, HDMI),
        (KITCHEN[:-1], "usb:2886:001a", Way.OUT, ARRAY),
        (KITCHEN[:-1], "default", Way.OUT, None),
        (KITCHEN[:-1], "USB Audio", Way.IN, None),  # two fit: whoever looks at everything will say so
        ([], "auto", Way.IN, None),
    ],
)
def test_hardware_that_is_meant_needs_no_software_beside_it(
    cards: list[Device], wanted: str, way: Way, needed: Device | None
) -> None:
    assert needs_nothing_but(cards, wanted, way) == needed
