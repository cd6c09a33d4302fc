"""What `chimein doctor` makes of what was measured: each check ends in a finding, which says what to do. Pure.

chirp.py    The sound that is played to be heard back, and where in a recording it comes back.
sound.py    Microphone, channels and speaker, from a recording.
house.py    Key, clock, network, service, disk, power, button and lamp, from what the system says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    OK = "ok"
    WARN = "warn"
    """It works, or could not be tried; the owner may want to know."""
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    check: str
    """One or two words, the same at every visit."""
    verdict: Verdict
    said: str
    """What was found, with its figure."""
    advice: str = ""
    """What to do about it; never empty where the verdict is FAIL."""

    def to_json(self) -> dict[str, object]:
        return {"check": self.check, "verdict": self.verdict.value, "said": self.said, "advice": self.advice}


def ok(check: str, said: str) -> Finding:
    return Finding(check, Verdict.OK, said)


def warn(check: str, said: str, advice: str = "") -> Finding:
    return Finding(check, Verdict.WARN, said, advice)


def fail(check: str, said: str, advice: str) -> Finding:
    return Finding(check, Verdict.FAIL, said, advice)


def is_well(findings: Iterable[Finding]) -> bool:
    """Nothing has failed."""
    return all(finding.verdict is not Verdict.FAIL for finding in findings)
