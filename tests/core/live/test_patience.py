"""What the service asks for, in the words in which it has been seen to ask."""

import pytest

from chimein.core.live.patience import asked_s


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("You exceeded your current quota. Please retry in 44.279349s.", 44.279349),
        ("Quota exceeded. Please retry in 868.7ms.", 0.8687),
        ("Please retry in 9h12m3.5s.", 33_123.5),
        ("Rate limit reached. Please try again in 20 seconds, or ask for more.", 20.0),
        ("try again after 2 minutes", 120.0),
        ('{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37s"}', 37.0),
        ("{'@type': 'type.googleapis.com/google.rpc.RetryInfo', 'retryDelay': '37.5s'}", 37.5),
        ("retry_delay { seconds: 33 }", 33.0),
        ("Too Many Requests", None),
        ("please try again in a moment", None),
        ("try again in 3 apples", None),
        ("try again in " + "9" * 400 + "s", None),
        ("retryDelay: soon", None),
        ("", None),
    ],
)
def test_asked(words: str, seconds: float | None) -> None:
    assert asked_s(words) == (pytest.approx(seconds) if seconds is not None else None)
