"""A secret shows itself to nobody who does not ask."""

import pickle

import pytest

from chimein.core.secret import Secret, masked

KEY = "AIzaSyD-0123456789_abcdefghijklmnopqrstu"


def test_a_secret_hides_in_every_usual_way_of_showing() -> None:
    secret = Secret("hush")
    shown = f"{secret} {secret!r} {secret:>9} {[secret]} {{secret}} " + "%s" % secret + str({"key": secret})  # noqa: UP031
    assert "hush" not in shown
    assert secret.reveal() == "hush"
    assert secret == Secret("hush")
    assert secret != "hush"
    assert not Secret("")
    assert len({secret, Secret("hush")}) == 1


def test_a_secret_is_not_written_down() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("hush"))


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"> x-goog-api-key: {KEY}",
        f"{{'x-goog-api-key': '{KEY}'}}",
        "{'X-Goog-Api-Key': 'a-new-kind-of-key-AIza'}",
        f"wss://host/path?alt=ws&key={KEY}&x=1",
        "Authorization: Token auth_tokens/KEY-0123",
        "authorization: Bearer ya29.a0AfB_by-0123456789",
    ],
)
def test_what_looks_like_a_key_is_masked(text: str) -> None:
    shown = masked(text)
    assert "***" in shown
    assert not any(part in shown for part in ("0123", "AIza", "ya29"))


def test_known_secrets_are_masked_whatever_they_look_like() -> None:
    assert masked("say plain words", [Secret("plain"), Secret("")]) == "say *** words"


@pytest.mark.parametrize("text", ["the key is missing", "AIza", "auth tokens", "?keyboard=de", "x-goog-api-key"])
def test_other_words_stay(text: str) -> None:
    assert masked(text) == text
