"""One conversation over many connections, with time that jumps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from chimein.core import events as e
from chimein.core import facts as f
from chimein.core.audio import FRAME_SAMPLES
from chimein.core.backoff import CAP_S, EAGER_S, LATE_CAP_S, waits_s
from chimein.core.goodbye import Failure, Phase
from chimein.core.pulse import IDLE_PATIENCE_S, SPEECH_PATIENCE_S, WORDLESS_LINES
from chimein.core.reply import LONGEST_ANSWER_S
from chimein.flow.converse import GOOD_AFTER_S, Conversation
from chimein.flow.exchange import THINKING_S
from chimein.flow.outbox import Outbox
from chimein.flow.pause import OWNER_WAIT_S, SETTLE_S, SLOW_WAIT_S
from chimein.flow.touch import OUT_OF_TOUCH_S
from fakes.service import FakeService
from helpers import clock
from helpers.stage import running

FRAME = b"\1\0" * FRAME_SAMPLES
LOUD, LOUDER = b"\0\x10" * 24_000, b"\0\x20" * 24_000
"""A second of an answer."""
REFUSED = Failure(Phase.REACHING, None, "Connection refused")
UNAVAILABLE = Failure(Phase.REACHING, 503, "Service Unavailable")
QUOTA = Failure(Phase.SETUP, 1011, "You exceeded your current quota")
INTERNAL = Failure(Phase.SETUP, 1011, "Internal error encountered.")
LATER = Failure(Phase.SETUP, 1013, "Try again later.")
BROKEN = Failure(Phase.SETUP, 1006, "the connection broke")
RESET = Failure(Phase.REACHING, None, "[Errno 104] Connection reset by peer")
HUNG = Failure(Phase.SETUP, None, "no answer to the set-up in 1 s", is_hang=True)
BAD_KEY = Failure(Phase.SETUP, 1007, "API key not valid. Please pass a valid API key.")


class FakeMouth:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[bytes | str] = []

    def say(self, pcm: bytes) -> None:
        self.told.append(pcm)

    def finish(self) -> None:
        self.told.append("finish")

    def silence(self) -> None:
        self.told.append("silence")


class Stage:
    """A conversation and everybody who takes part in it."""

    def __init__(self, service: FakeService, handle: str | None = None) -> None:
        self.service = service
        self.outbox = Outbox(15)
        self.mouth = FakeMouth()
        self.events: list[e.Event] = []
        self.facts: list[f.Fact] = []
        self.is_in_use = False
        self.conversation = Conversation(
            service,
            self.outbox,
            self.mouth,
            happened=self.events.append,
            observe=self.facts.append,
            is_in_use=lambda: self.is_in_use,
            waits_s=lambda: waits_s(lambda: 1.0),
            handle=handle,
        )

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


@asynccontextmanager
async def on_stage(*refusals: Failure, handle: str | None = None) -> AsyncIterator[Stage]:
    stage = Stage(FakeService(*refusals), handle)
    async with running(stage.conversation.run()):
        yield stage


@clock.jumping
async def test_speech_goes_up_and_its_end_after_it() -> None:
    async with on_stage() as stage:
        stage.outbox.say(FRAME * 7)
        stage.outbox.end()
        session = await stage.service.session()
        await asyncio.sleep(0.1)
        assert session.sent == [FRAME * 5, FRAME * 2, None]
        assert stage.conversation.sent_bytes == 7 * len(FRAME)


@clock.jumping
async def test_an_end_of_nothing_is_not_sent() -> None:
    async with on_stage() as stage:
        stage.outbox.end()
        session = await stage.service.session()
        await asyncio.sleep(0.1)
        assert session.sent == []


@clock.jumping
async def test_an_answer_reaches_the_mouth_over_several_turns() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        for _ in range(2):
            session.says(f.ReplyAudio(LOUD), f.GenerationComplete(), f.TurnComplete())
        await asyncio.sleep(0.1)
        assert stage.mouth.told == [LOUD, "finish", "finish"] * 2
        assert stage.kinds()[-1] == "TurnEnded"
        assert "NothingToSay" not in stage.kinds()


@clock.jumping
async def test_silence_is_an_answer() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        session.says(f.HeardText("hello"), f.TurnComplete())
        await asyncio.sleep(0.1)
        assert stage.kinds()[-1] == "NothingToSay"


@clock.jumping
async def test_barge_in_silences_the_mouth_and_is_no_silence() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        session.says(f.ReplyAudio(LOUD), f.Interrupted(), f.TurnComplete())
        await asyncio.sleep(0.1)
        assert stage.mouth.told == [LOUD, "silence", "finish"]
        assert "NothingToSay" not in stage.kinds()


@clock.jumping
async def test_a_service_that_never_answers_is_not_waited_for() -> None:
    async with on_stage() as stage:
        stage.outbox.say(FRAME)
        stage.outbox.end()
        await asyncio.sleep(THINKING_S + 0.1)
        assert stage.kinds()[-1] == "ThinkingLapsed"


@clock.jumping
async def test_a_drop_is_dialled_again_with_the_newest_handle() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        session.says(f.Handle("one"), f.TurnComplete(), f.Handle("two"), f.Handle(None))
        session.ends(1011, "Internal error encountered.")
        assert (await stage.service.session(2)).handle == "two"
        assert stage.kinds() == ["Dialling", "Connected", "NothingToSay", "Dropped", "Redialling", "Connected"]


@clock.jumping
async def test_what_is_said_while_the_line_is_down_is_sent_first() -> None:
    async with on_stage(*[REFUSED] * 3) as stage:
        stage.outbox.say(FRAME * 5)
        stage.outbox.end()
        session = await stage.service.session()
        await asyncio.sleep(0.1)
        assert session.sent == [FRAME * 5, None]


@clock.jumping
async def test_what_could_not_be_sent_is_sent_over_the_next_connection() -> None:
    async with on_stage() as stage:
        (await stage.service.session()).stops_reading()
        stage.outbox.say(FRAME * 5)
        second = await stage.service.session(2)
        await asyncio.sleep(0.1)
        assert second.sent == [FRAME * 5]


def waits(stage: Stage) -> list[float]:
    """Seconds between the attempts."""
    dialled = stage.service.dialled_at
    return [b - a for a, b in pairwise(dialled)]


@pytest.mark.parametrize("failure", [REFUSED, RESET, UNAVAILABLE, INTERNAL, LATER, BROKEN, HUNG])
@clock.jumping
async def test_whatever_keeps_the_service_away_it_is_back_within_two_seconds_and_is_not_hammered(
    failure: Failure,
) -> None:
    async with on_stage() as stage:
        first = await stage.service.session()
        await asyncio.sleep(GOOD_AFTER_S)
        stage.service.refusals = [failure] * 30
        first.ends(1006, "the connection broke")
        await stage.service.session(2)
        assert max(waits(stage)[1:]) <= 2.0
        assert min(waits(stage)[2:]) >= 0.8


@clock.jumping
async def test_who_is_not_there_is_knocked_at_until_he_is() -> None:
    async with on_stage(*[REFUSED] * 1000) as stage:
        await stage.service.session()
        assert max(waits(stage)) < CAP_S + 0.01
        assert stage.kinds()[:5] == ["Dialling", "Dropped", "Redialling", "Dropped", "Redialling"]


@clock.jumping
async def test_a_service_in_trouble_for_long_is_asked_less_and_less_often() -> None:
    async with on_stage(*[UNAVAILABLE] * 500) as stage:
        await asyncio.sleep(EAGER_S + 600)
        assert waits(stage)[-1] == LATE_CAP_S


@clock.jumping
async def test_who_asks_for_patience_is_given_it_and_no_news_of_the_network_shortens_that() -> None:
    async with on_stage(QUOTA) as stage:
        await asyncio.sleep(1)
        assert isinstance(stage.events[-1], e.Throttled)
        stage.conversation.network_came()
        await stage.service.session()
        assert waits(stage)[0] >= SLOW_WAIT_S


@clock.jumping
async def test_the_network_comes_back_and_the_back_off_begins_anew() -> None:
    async with on_stage(*[UNAVAILABLE] * 2000) as stage:
        await asyncio.sleep(EAGER_S + 600)
        stage.service.refusals = [UNAVAILABLE]
        came = asyncio.get_running_loop().time()
        stage.conversation.network_came()
        await stage.service.session()
        assert stage.service.dialled_at[-1] - came <= SETTLE_S + 1.0


@clock.jumping
async def test_out_of_touch_is_told_once_and_only_when_it_lasts() -> None:
    async with on_stage() as stage:
        first = await stage.service.session()
        await asyncio.sleep(60)
        first.ends(1006, "the connection broke")
        second = await stage.service.session(2)
        await asyncio.sleep(60)
        assert "OutOfTouch" not in stage.kinds()
        stage.service.refusals = [REFUSED] * 100
        second.ends(1006, "the connection broke")
        await asyncio.sleep(OUT_OF_TOUCH_S + 0.1)
        assert "OutOfTouch" in stage.kinds()
        await stage.service.session(3)
        await asyncio.sleep(60)
        assert stage.kinds().count("OutOfTouch") == 1


@clock.jumping
async def test_a_connection_that_worked_starts_the_back_off_anew() -> None:
    async with on_stage(*[REFUSED] * 5) as stage:
        first = await stage.service.session()
        await asyncio.sleep(GOOD_AFTER_S)
        first.ends(1006, "connection lost")
        await stage.service.session(2)
        assert stage.service.dialled_at[-1] - stage.service.dialled_at[-2] < GOOD_AFTER_S + 1.5


@clock.jumping
async def test_a_bad_key_is_not_hammered_with_and_a_new_configuration_is_tried_at_once() -> None:
    async with on_stage(*[BAD_KEY] * 2) as stage:
        await asyncio.sleep(OWNER_WAIT_S / 2)
        assert len(stage.service.dialled_at) == 1
        assert stage.kinds().count("Refused") == 1
        changed = asyncio.get_running_loop().time()
        stage.conversation.change(stage.service)
        await asyncio.sleep(1)
        assert stage.service.dialled_at[1] == changed


@clock.jumping
async def test_a_handle_that_is_not_known_any_more_is_dropped() -> None:
    forgotten = Failure(Phase.SETUP, 1008, "BidiGenerateContent session not found", resuming=True)
    unknown = Failure(Phase.SETUP, 1007, "invalid session resumption handle", resuming=True)
    async with on_stage(unknown, handle="old") as stage:
        assert (await stage.service.session()).handle is None
    assert forgotten.resuming


@clock.jumping
async def test_a_handle_that_is_refused_with_nothing_but_internal_error_costs_two_attempts() -> None:
    broken = Failure(Phase.SETUP, 1011, "Internal error encountered.", resuming=True)
    async with on_stage(*[broken] * 2, handle="broken") as stage:
        assert (await stage.service.session()).handle is None
        assert waits(stage)[1] == 0.0
        assert stage.conversation.handle is None


@clock.jumping
async def test_an_outage_of_internal_errors_does_not_cost_the_conversation() -> None:
    broken = Failure(Phase.SETUP, 1011, "Internal error encountered.", resuming=True)
    async with on_stage(*[broken] * 10, handle="good") as stage:
        assert (await stage.service.session()).handle == "good"
        assert stage.conversation.handle == "good"


@clock.jumping
async def test_go_away_is_obeyed_at_the_next_quiet_moment() -> None:
    async with on_stage() as stage:
        first = await stage.service.session()
        first.says(f.Handle("one"))
        stage.is_in_use = True
        first.says(f.GoAway(50))
        await asyncio.sleep(20)
        assert first.is_open
        stage.is_in_use = False
        assert (await stage.service.session(2)).handle == "one"
        assert "Dropped" not in stage.kinds()
        assert stage.kinds()[-2:] == ["Changing", "Connected"]


@clock.jumping
async def test_the_handle_that_comes_after_the_end_of_a_turn_is_waited_for() -> None:
    async with on_stage() as stage:
        first = await stage.service.session()
        first.says(f.Handle("before"), f.GoAway(50), f.ReplyAudio(LOUD), f.TurnComplete())
        await asyncio.sleep(1)
        assert first.is_open
        first.says(f.Handle("after"))
        assert (await stage.service.session(2)).handle == "after"


@clock.jumping
async def test_go_away_is_obeyed_in_time_even_when_nobody_stops_talking() -> None:
    async with on_stage() as stage:
        began = asyncio.get_running_loop().time()
        stage.is_in_use = True
        (await stage.service.session()).says(f.GoAway(50))
        await stage.service.session(2)
        assert stage.service.dialled_at[-1] - began < 50


@clock.jumping
async def test_a_service_that_says_goodbye_with_its_first_word_is_not_hammered() -> None:
    async with on_stage() as stage:
        for number in range(1, 20):
            (await stage.service.session(number)).says(f.GoAway(1.0))
        assert min(waits(stage)) >= 0.8
        assert "Dropped" not in stage.kinds()


@clock.jumping
async def test_a_new_configuration_goes_on_with_the_same_conversation() -> None:
    async with on_stage() as stage:
        (await stage.service.session()).says(f.Handle("one"))
        await asyncio.sleep(1)
        renewed = FakeService()
        stage.conversation.change(renewed)
        assert (await renewed.session()).handle == "one"
        assert not stage.service.now_open


@clock.jumping
async def test_a_service_that_sets_up_and_hangs_up_is_not_hammered() -> None:
    async with on_stage() as stage:
        for number in range(1, 8):
            (await stage.service.session(number)).ends(1011, "Internal error encountered.")
        assert [round(wait, 1) for wait in waits(stage)] == [1.0, *[CAP_S] * 5]


@clock.jumping
async def test_a_sentence_that_was_cut_by_a_drop_arrives_whole() -> None:
    async with on_stage() as stage:
        first = await stage.service.session()
        stage.outbox.say(FRAME * 20)
        await asyncio.sleep(0.1)
        first.ends(1006, "connection lost")
        stage.outbox.say(FRAME * 7)
        stage.outbox.end()
        second = await stage.service.session(2)
        await asyncio.sleep(0.1)
        assert b"".join(pcm for pcm in second.sent if pcm) == FRAME * 27
        assert second.sent[-1] is None


@clock.jumping
async def test_what_was_answered_is_not_asked_again() -> None:
    async with on_stage() as stage:
        first = await stage.service.session()
        stage.outbox.say(FRAME * 20)
        stage.outbox.end()
        await asyncio.sleep(0.1)
        first.says(f.ReplyAudio(LOUD))
        first.ends(1006, "connection lost")
        second = await stage.service.session(2)
        await asyncio.sleep(5)
        assert second.sent == []


@clock.jumping
async def test_a_service_that_hears_nothing_is_left_and_the_sentence_said_again() -> None:
    async with on_stage() as stage:
        first = await stage.service.session()
        first.is_alive.clear()
        stage.outbox.say(FRAME * 5)
        stage.outbox.end()
        await asyncio.sleep(SPEECH_PATIENCE_S + 3)
        assert not first.is_open
        assert (await stage.service.session(2)).sent == [FRAME * 5, None]


@clock.jumping
async def test_a_service_that_says_a_word_is_not_left() -> None:
    async with on_stage() as stage:
        first = await stage.service.session()
        stage.outbox.say(FRAME * 5)
        stage.outbox.end()
        await asyncio.sleep(1)
        first.is_alive.clear()
        first.says(f.HeardText("hm"))
        await asyncio.sleep(IDLE_PATIENCE_S - 5)
        assert first.is_open


@clock.jumping
async def test_a_dead_line_is_left_in_the_middle_of_a_sentence_and_the_sentence_said_again() -> None:
    async with on_stage() as stage:
        first = await stage.service.session()
        await asyncio.sleep(30)
        first.is_alive.clear()
        began = asyncio.get_running_loop().time()
        for _ in range(14):
            stage.outbox.say(FRAME * 50)
            await asyncio.sleep(1)
        stage.outbox.end()
        second = await stage.service.session(2)
        await asyncio.sleep(1)
        assert stage.service.dialled_at[1] - began <= 15.0
        assert b"".join(pcm for pcm in second.sent if pcm) == FRAME * 50 * 14


@clock.jumping
async def test_a_dead_line_is_left_even_if_nobody_talks() -> None:
    async with on_stage() as stage:
        first = await stage.service.session()
        await asyncio.sleep(1)
        first.is_alive.clear()
        await asyncio.sleep(IDLE_PATIENCE_S + 3)
        await stage.service.session(2)


@clock.jumping
async def test_a_service_that_breathes_and_says_nothing_to_anything_is_changed_for_another_connection() -> None:
    async with on_stage() as stage:
        first = await stage.service.session()
        first.says(f.Handle("one"))
        for _ in range(WORDLESS_LINES):
            stage.outbox.say(FRAME * 50)
            stage.outbox.end()
            await asyncio.sleep(6)
        second = await stage.service.session(2)
        assert second.handle == "one"
        assert "Dropped" not in stage.kinds()


@clock.jumping
async def test_a_service_that_has_nothing_to_say_about_a_noise_is_not_left() -> None:
    async with on_stage() as stage:
        first = await stage.service.session()
        stage.outbox.say(FRAME * 5)
        stage.outbox.end()
        await asyncio.sleep(600)
        assert first.is_open


@clock.jumping
async def test_who_talks_for_a_minute_is_not_cut_off() -> None:
    async with on_stage() as stage:
        first = await stage.service.session()
        for _ in range(60):
            stage.outbox.say(FRAME * 50)
            await asyncio.sleep(1)
        assert first.is_open


NO_PROACTIVITY = Failure(Phase.SETUP, 1007, "Unknown name \"proactivity\" at 'setup': Cannot find field.")


@clock.jumping
async def test_a_refused_feature_costs_the_feature_and_not_the_assistant() -> None:
    async with on_stage(NO_PROACTIVITY) as stage:
        await stage.service.session()
        assert stage.service.without == {"proactivity"}
        assert stage.kinds()[-1] == "Connected"


@clock.jumping
async def test_a_feature_that_is_refused_for_ever_is_the_owners_business() -> None:
    async with on_stage(*[NO_PROACTIVITY] * 5) as stage:
        await asyncio.sleep(OWNER_WAIT_S / 2)
        assert stage.kinds().count("Refused") == 1
        assert len(stage.service.dialled_at) == 2


@clock.jumping
async def test_forgotten_is_forgotten() -> None:
    async with on_stage() as stage:
        first = await stage.service.session()
        first.says(f.Handle("one"))
        await asyncio.sleep(1)
        stage.is_in_use = True
        stage.conversation.forget()
        first.says(f.Handle("two"))
        assert (await stage.service.session(2)).handle is None


@clock.jumping
async def test_an_answer_without_end_is_cut_and_the_next_one_is_not() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        for _ in range(int(LONGEST_ANSWER_S) + 60):
            session.says(f.ReplyAudio(LOUD))
        session.says(f.TurnComplete(), f.ReplyAudio(LOUDER))
        await asyncio.sleep(0.1)
        assert stage.mouth.told.count(LOUD) == LONGEST_ANSWER_S - 1
        assert stage.mouth.told[-1] == LOUDER
        assert sum(isinstance(fact, f.Oddity) for fact in stage.facts) == 1
