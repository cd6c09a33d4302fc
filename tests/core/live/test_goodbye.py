"""What the ends of a connection mean: each row is one that was reported by somebody."""

import re

import pytest

from chimein.core.live.goodbye import NO_KEY, Failure, Phase, Remedy, judge

CASES = [
    (Phase.REACHING, None, "[Errno 111] Connection refused", False, Remedy.KNOCK),
    (Phase.REACHING, None, "[Errno -3] Temporary failure in name resolution", False, Remedy.KNOCK),
    (Phase.REACHING, 503, "Service Unavailable", False, Remedy.SOON),
    (Phase.REACHING, 429, "Too Many Requests", False, Remedy.SLOWLY),
    (Phase.REACHING, 403, "Forbidden", False, Remedy.OWNER),
    (Phase.SETUP, 1007, "API key not valid. Please pass a valid API key.", False, Remedy.OWNER),
    (Phase.SETUP, 1007, "API key expired. Please renew the API key.", True, Remedy.OWNER),
    (Phase.SETUP, 1007, "Request contains an invalid argument.", False, Remedy.OWNER),
    (Phase.SETUP, 1007, "Request contains an invalid argument.", True, Remedy.SOON),
    (Phase.REACHING, 404, "Not Found", False, Remedy.OWNER),
    (Phase.REACHING, 401, "Unauthorized", False, Remedy.OWNER),
    (Phase.REACHING, 401, "Your default credentials were not found.", False, Remedy.OWNER),
    (Phase.REACHING, 401, "('invalid_grant: Invalid JWT Signature.', {})", False, Remedy.OWNER),
    (Phase.SETUP, 1013, "Try again later.", False, Remedy.SOON),
    (Phase.SETUP, 1007, "Unknown name \"proactivity\" at 'setup': Cannot find field.", False, Remedy.WITHOUT_FEATURE),
    (Phase.SETUP, 1007, "thinking_config.thinking_level is not supported", True, Remedy.WITHOUT_FEATURE),
    (Phase.SETUP, 1008, "models/gemini-9 is not found for API version v1alpha", False, Remedy.OWNER),
    (Phase.SETUP, 1008, "BidiGenerateContent session not found: expired handle", True, Remedy.WITHOUT_HANDLE),
    (Phase.SETUP, 1011, "You exceeded your current quota", False, Remedy.SLOWLY),
    (
        Phase.SETUP,
        1011,
        "You exceeded your current quota, please check your plan and billing details.",
        True,
        Remedy.SLOWLY,
    ),
    (Phase.REACHING, 403, "Billing is not enabled for this project.", False, Remedy.OWNER),
    (Phase.SETUP, 1011, "Internal error encountered.", False, Remedy.SOON),
    (Phase.SETUP, None, "no answer to the set-up in 15 s", False, Remedy.SOON),
    (Phase.TALKING, 1011, "Deadline expired before operation could complete.", False, Remedy.SOON),
    (Phase.TALKING, 1008, "The operation was aborted.", False, Remedy.SOON),
    (Phase.TALKING, 1007, "CONTENT_TYPE_AUDIO is not supported for this model configuration", False, Remedy.SOON),
    (Phase.TALKING, 1006, "connection lost", False, Remedy.SOON),
]


@pytest.mark.parametrize(("phase", "code", "reason", "resuming", "remedy"), CASES)
def test_remedy(phase: Phase, code: int | None, reason: str, resuming: bool, remedy: Remedy) -> None:
    assert judge(Failure(phase, code, reason, resuming)).remedy is remedy


@pytest.mark.parametrize("case", [case for case in CASES if case[-1] is Remedy.OWNER])
def test_what_only_the_owner_can_mend_says_how(case: tuple[Phase, int, str, bool, Remedy]) -> None:
    assert re.search(r"`sudo chimein set-key`|look at ", judge(Failure(*case[:-1])).cause)


def test_who_uses_vertex_is_not_sent_for_an_api_key() -> None:
    said = judge(Failure(Phase.REACHING, 401, "Your default credentials were not found.")).cause
    assert said.startswith("Vertex AI's credentials are missing")
    assert "set-key" not in said


@pytest.mark.parametrize(
    ("phase", "code", "reason", "remedy"),
    [
        (Phase.REACHING, 403, "a captive portal", Remedy.SOON),
        (Phase.REACHING, 404, "Not Found", Remedy.SOON),
        (Phase.SETUP, 1007, "Request contains an invalid argument.", Remedy.SOON),
        (Phase.SETUP, 1007, "API key expired. Please renew the API key.", Remedy.OWNER),
        (Phase.REACHING, 403, "PERMISSION_DENIED: billing is disabled", Remedy.OWNER),
        (Phase.SETUP, 1008, "models/gemini-9 is not found for API version v1alpha", Remedy.OWNER),
    ],
)
def test_what_has_worked_is_not_the_owners_fault_unless_the_service_says_so(
    phase: Phase, code: int, reason: str, remedy: Remedy
) -> None:
    assert judge(Failure(phase, code, reason), has_worked=True).remedy is remedy


def test_who_asks_for_patience_is_quoted() -> None:
    cause = judge(Failure(Phase.REACHING, 429, "Too Many Requests", retry_after_s=37.4)).cause
    assert cause.endswith("used up for now, and the service asks for 37 s of patience (429: Too Many Requests)")
    assert "patience" not in judge(Failure(Phase.REACHING, 503, "Service Unavailable", retry_after_s=37.4)).cause


def test_what_cannot_be_printed_is_not_quoted() -> None:
    cause = judge(Failure(Phase.TALKING, 1011, "odd \ud800 \x1b[2J\nwords")).cause
    assert cause.isprintable()
    assert cause.encode()


def test_the_cause_quotes_the_service_and_never_at_length() -> None:
    cause = judge(Failure(Phase.TALKING, 1011, "x" * 5000)).cause
    assert cause.startswith("the service ended the connection (1011: xxx")
    assert len(cause) < 300


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        (NO_KEY, "there is no API key yet: give it one with `sudo chimein set-key`, or in GOOGLE_API_KEY"),
        (
            f"{NO_KEY}: it is empty",
            "the API key cannot be used: set it anew with `sudo chimein set-key` (no API key: it is empty)",
        ),
    ],
)
def test_a_key_that_cannot_be_used_is_not_called_missing(reason: str, cause: str) -> None:
    verdict = judge(Failure(Phase.REACHING, None, reason))
    assert (verdict.remedy, verdict.cause) == (Remedy.OWNER, cause)
