from pathlib import Path

from chimein.core.config import (
    AssistantSettings,
    ButtonSettings,
    Config,
    LiveSettings,
    MicrophoneSettings,
    PanelSettings,
    SpeakerSettings,
)
from chimein.demo.isolation import environment, harmless

OWNERS = Config(
    assistant=AssistantSettings(instruction="Only gardening.", voice="Kore"),
    live=LiveSettings(
        service="vertex", model="gemini-live-2.5-flash-native-audio", project="p", location="us-central1"
    ),
    microphone=MicrophoneSettings(device="usb:2886:001a", channel=3),
    speaker=SpeakerSettings(device="Kitchen", volume=20),
    panel=PanelSettings(board="generic", button=ButtonSettings(kind="switch")),
)


def test_the_owners_configuration_cannot_touch_anything() -> None:
    demo = harmless(OWNERS, microphone=Path("/t/scene.wav"), speaker=Path("/t/spoken.wav"), is_recording=False)
    assert demo.microphone == MicrophoneSettings(device="file:/t/scene.wav", channel="auto")
    assert demo.speaker == SpeakerSettings(device="file:/t/spoken.wav", volume=20)
    assert demo.panel == PanelSettings()
    assert demo.live == LiveSettings()
    assert demo.assistant == OWNERS.assistant
    assert demo.echo.mode == "half-duplex"


def test_the_ear_stays_open_for_a_recording_which_waits_for_nobody() -> None:
    demo = harmless(OWNERS, microphone=Path("/t/a.wav"), speaker=Path("/t/b.wav"), is_recording=True)
    assert demo.echo.mode == "none"
    assert demo.microphone.channel == 3


def test_the_environment_leads_nowhere_but_to_the_rehearsal() -> None:
    own = {
        "PATH": "/bin",
        "GOOGLE_API_KEY": "a real one",
        "GEMINI_API_KEY": "another",
        "CREDENTIALS_DIRECTORY": "/run/credentials",
        "HTTPS_PROXY": "http://proxy",
        "NOTIFY_SOCKET": "/run/notify",
        "STATE_DIRECTORY": "/var/lib/chimein",
    }
    service = {"GOOGLE_API_KEY": "rehearsal", "GOOGLE_GEMINI_BASE_URL": "https://127.0.0.1:1"}
    assert environment(own, service, Path("/t")) == {
        "PATH": "/bin",
        "STATE_DIRECTORY": "/t/state",
        "RUNTIME_DIRECTORY": "/t/run",
        **service,
    }
