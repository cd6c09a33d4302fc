"""What keeps the demo at home: no hardware, no internet, no key, none of the owner's files, whatever is configured.

Pure.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from chimein.core.config import Config, EchoSettings, LiveSettings, MicrophoneSettings, PanelSettings

LEFT_OUT: Final = (
    # keys and accounts that are real
    *("CREDENTIALS_DIRECTORY", "GEMINI_API_KEY", "GOOGLE_APPLICATION_CREDENTIALS"),
    *("GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION"),
    # ways out: the rehearsal is on this machine, and a proxy would not find it
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"),
    # a service manager that would take the demo for the daemon
    *("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "JOURNAL_STREAM"),
)


def environment(own: Mapping[str, str], service: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """The demo's environment: `own` without the world, the rehearsal's `service`, and files in `scratch`."""
    kept = {name: value for name, value in own.items() if name not in LEFT_OUT}
    directories = {"STATE_DIRECTORY": str(scratch / "state"), "RUNTIME_DIRECTORY": str(scratch / "run")}
    return {**kept, **directories, **service}


def harmless(config: Config, *, microphone: Path, speaker: Path, is_recording: bool) -> Config:
    """`config` with files in the place of everything that can be touched, and the Developer API's dialect.

    The guests of the demo wait for the answer. A recording does not, and there is no echo in it: there the ear
    stays open while the speaker speaks, or lines would be missed.
    """
    live = config.live
    if live.service != "gemini":
        live = LiveSettings(proactive=live.proactive)
    return config.model_copy(
        update={
            "live": live,
            "microphone": MicrophoneSettings(
                device=f"file:{microphone}", channel=config.microphone.channel if is_recording else "auto"
            ),
            "speaker": config.speaker.model_copy(update={"device": f"file:{speaker}"}),
            "echo": EchoSettings(mode="none" if is_recording else "half-duplex"),
            "panel": PanelSettings(),
        }
    )
