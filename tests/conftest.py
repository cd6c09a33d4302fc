"""What holds for every test: no key and no service manager of the machine leaks in, and hypothesis is patient."""

import os

import pytest
from hypothesis import HealthCheck, settings

OURS = ("CHIMEIN_", "GOOGLE_", "GEMINI_")
SERVICE_MANAGER = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "JOURNAL_STREAM", "INVOCATION_ID"}
SERVICE_DIRECTORIES = {"RUNTIME_DIRECTORY", "STATE_DIRECTORY", "CONFIGURATION_DIRECTORY", "CREDENTIALS_DIRECTORY"}

# A deadline per example fails on a busy machine and says nothing about the code, as does a complaint that examples are
# slow to make. In CI the examples are the same each time, so that a red run means a change; on a desk they differ, and
# find more.
settings.register_profile(
    "chimein", deadline=None, derandomize="CI" in os.environ, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("chimein")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(OURS) or name in SERVICE_MANAGER | SERVICE_DIRECTORIES:
            monkeypatch.delenv(name)
