"""A line of text and what is said about it; personas; and news of timers that nobody heard."""

import asyncio
import gc
from collections import deque
from collections.abc import AsyncIterator

import pytest

from chimein.core.config import AssistantSettings
from chimein.core.errors import ChimeinError, UsageError
from chimein.core.kitchen.timers import Clock, Phase, timer
from chimein.core.live import facts as f
from chimein.core.machines import events as e
from chimein.flow.kitchen.herald import TIMES, Herald
from chimein.flow.live.hearer import ANSWER_S, Hearer
from chimein.flow.live.personas import PLAIN, Personas
from helpers import clock


class FakeWords:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_connected = True

    def ask(self, text: str) -> None:
        if not self.is_connected:
            raise ChimeinError("there is no connection")
        self.asked.append(text)


async def all_of(pieces: AsyncIterator[str]) -> str:
    return "".join([piece async for piece in pieces])


def hearer(words: FakeWords) -> Hearer:
    return Hearer(words)  # type: ignore[arg-type]


@clock.jumping
async def test_the_answer_is_what_is_said_after_the_line() -> None:
    one = hearer(FakeWords())
    answer = asyncio.create_task(all_of(one.ask("How long?")))
    await asyncio.sleep(0)
    for fact in (f.SpokenText("Something else."), f.TurnComplete(), f.SentText("Another?"), f.SentText("How long?"),
                 f.SpokenText("Eight "), f.ReplyAudio(b""), f.SpokenText("minutes."), f.TurnComplete(),
                 f.SpokenText("And then")):  # fmt: skip
        one.know(fact)
    assert await answer == "Eight minutes."


@clock.jumping
async def test_whoever_hangs_up_before_listening_leaves_nothing_behind() -> None:
    one = hearer(FakeWords())
    one.ask("How long?")
    gc.collect()
    said = f.SpokenText("Eight minutes.")
    one.know(f.SentText("How long?"))
    one.know(said)
    assert not any(isinstance(holder, list | dict | deque) and said in holder for holder in gc.get_referrers(said))


@clock.jumping
async def test_the_end_of_an_answer_that_the_line_cut_off_is_not_its_end() -> None:
    one = hearer(FakeWords())
    answer = asyncio.create_task(all_of(one.ask("How long?")))
    await asyncio.sleep(0)
    for fact in (f.SentText("How long?"), f.Interrupted(), f.TurnComplete(), f.SpokenText("Eight."), f.TurnComplete()):
        one.know(fact)
    assert await answer == "Eight."


@clock.jumping
async def test_nothing_to_say_is_an_answer_and_nothing_at_all_is_none() -> None:
    one = hearer(FakeWords())
    answer = asyncio.create_task(all_of(one.ask("How long?")))
    await asyncio.sleep(0)
    one.know(f.SentText("How long?"))
    one.know(f.TurnComplete())
    assert await answer == ""
    with pytest.raises(ChimeinError, match=f"nothing came of it for {ANSWER_S:.0f} s"):
        await all_of(one.ask("How long?"))
    offline = FakeWords()
    offline.is_connected = False
    with pytest.raises(ChimeinError, match="no connection"):
        hearer(offline).ask("Hello?")


class Cast:
    """Personas and the file that outlives them."""

    def __init__(self) -> None:
        self.kept: tuple[str, str] | None = None
        self.changes = 0

    def personas(self, persona: str | None = None) -> Personas:
        settings = AssistantSettings(
            instruction="You cook.", personas={"gardener": "You garden.", "tutor": "You teach."}, persona=persona
        )
        return Personas(settings, load=lambda: self.kept, keep=self._keep, changed=self._change)

    def _keep(self, kept: tuple[str, str]) -> None:
        self.kept = kept

    def _change(self) -> None:
        self.changes += 1


def test_a_persona_is_chosen_kept_and_overruled_by_the_file() -> None:
    cast = Cast()
    one = cast.personas()
    assert (one.chosen, one.assistant().instruction) == (PLAIN, "You cook.")
    one.choose("gardener")
    one.choose("gardener")
    assert (one.assistant().instruction, cast.changes) == ("You garden.", 1)
    with pytest.raises(UsageError, match="nobody is called nobody; there are: default, gardener, tutor"):
        one.choose("nobody")
    assert cast.personas().chosen == "gardener", "after a restart"
    assert cast.personas("tutor").chosen == "tutor", "the file says something new"
    one.use(AssistantSettings(instruction="You cook."))
    assert (one.chosen, one.assistant().instruction) == (PLAIN, "You cook.")


def test_the_next_and_after_the_last_the_first() -> None:
    one = Cast().personas()
    seen = []
    for _ in range(4):
        seen.append(one.chosen)
        one.next()
    assert seen == [PLAIN, "gardener", "tutor", PLAIN]


class FakeKeeper:
    def __init__(self) -> None:
        self.pasta = timer(1, "pasta", 600, Clock("boot", 0, 0, True))
        self.is_missed = True
        self.chimes = 0

    def chime(self) -> None:
        self.chimes += 1

    def missed(self) -> list[object]:
        return [(self.pasta, Phase.MISSED, -720.0)] if self.is_missed else []

    def told(self, numbers: list[int]) -> None:
        assert numbers == [1]
        self.is_missed = False


def test_what_nobody_heard_is_told_when_somebody_is_there_and_until_it_is_said() -> None:
    keeper, words = FakeKeeper(), FakeWords()
    herald = Herald(keeper, words, chime=keeper.chime)  # type: ignore[arg-type]
    herald.saw(e.Connected(False))
    assert words.asked == [], "nobody is there yet"
    words.is_connected = False
    herald.saw(e.NothingToSay())
    words.is_connected = True
    herald.saw(e.TurnEnded())
    assert len(words.asked) == 1
    assert "the pasta timer ended 12 minutes ago" in words.asked[0]
    herald.saw(e.NothingToSay())
    assert len(words.asked) == 2, "the model kept it to itself"
    herald.saw(e.ReplyBegan())
    assert not keeper.is_missed
    herald.saw(e.TurnEnded())
    assert len(words.asked) == 2


def test_a_model_that_will_not_say_it_is_not_asked_for_ever() -> None:
    keeper, words = FakeKeeper(), FakeWords()
    herald = Herald(keeper, words, chime=keeper.chime)  # type: ignore[arg-type]
    for _ in range(10):
        herald.saw(e.NothingToSay())
    assert len(words.asked) == TIMES
    assert keeper.is_missed
    keeper.pasta = timer(1, "rice", 60, Clock("boot", 0, 0, True))
    herald.saw(e.TurnEnded())
    assert len(words.asked) == TIMES + 1, "another timer, though it has the same number"


def test_without_a_connection_a_sound_tells_it_once_to_whoever_says_something() -> None:
    keeper, words = FakeKeeper(), FakeWords()
    herald = Herald(keeper, words, chime=keeper.chime)  # type: ignore[arg-type]
    herald.saw(e.GateClosed())
    assert keeper.chimes == 0, "it will be said"
    words.is_connected = False
    for _ in range(3):
        herald.saw(e.GateClosed())
    assert keeper.chimes == 1
    keeper.is_missed = False
    herald.saw(e.GateClosed())
    keeper.is_missed = True
    herald.saw(e.GateClosed())
    assert keeper.chimes == 2
