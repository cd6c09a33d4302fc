"""One conversation over many connections, with time that jumps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chimein.core import events as e
from chimein.core import facts as f
from chimein.core.audio import FRAME_SAMPLES
from chimein.core.backoff import waits_s
from chimein.core.goodbye import Failure, Phase
from chimein.flow.converse import GOOD_AFTER_S, KNOCK_WAIT_S, OWNER_WAIT_S, Conversation
from chimein.flow.exchange import DEAF_S, LONGEST_ANSWER_S, THINKING_S
from chimein.flow.outbox import Outbox
from fakes.service import FakeService
from helpers import clock

FRAME = b"\1\0" * FRAME_SAMPLES
REFUSED = Failure(Phase.REACHING, None, "Connection refused")
UNAVAILABLE = Failure(Phase.REACHING, 503, "Service Unavailable")
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
    running = asyncio.create_task(stage.conversation.run())
    try:
        yield stage
        assert not running.done(), running.exception()
    finally:
        running.cancel()
        await asyncio.wait({running})


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
            session.says(f.ReplyAudio(b"\1\0"), f.GenerationComplete(), f.TurnComplete())
        await asyncio.sleep(0.1)
        assert stage.mouth.told == [b"\1\0", "finish", "finish"] * 2
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
        session.says(f.ReplyAudio(b"\1\0"), f.Interrupted(), f.TurnComplete())
        await asyncio.sleep(0.1)
        assert stage.mouth.told == [b"\1\0", "silence", "finish"]
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


@clock.jumping
async def test_who_is_not_there_is_knocked_at_until_he_is() -> None:
    async with on_stage(*[REFUSED] * 100) as stage:
        await stage.service.session()
        waits = [b - a for a, b in zip(stage.service.dialled_at, stage.service.dialled_at[1:], strict=False)]
        assert all(0.25 <= wait <= KNOCK_WAIT_S for wait in waits)
        assert stage.kinds()[:5] == ["Dialling", "Dropped", "Redialling", "Dropped", "Redialling"]


@clock.jumping
async def test_a_service_in_trouble_is_not_hammered() -> None:
    async with on_stage(*[UNAVAILABLE] * 30) as stage:
        await stage.service.session()
        waits = [b - a for a, b in zip(stage.service.dialled_at, stage.service.dialled_at[1:], strict=False)]
        assert [round(wait) for wait in waits[:8]] == [1, 2, 4, 8, 16, 32, 60, 60]


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
        assert isinstance(stage.events[-1], e.Refused)
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
async def test_go_away_is_obeyed_in_time_even_when_nobody_stops_talking() -> None:
    async with on_stage() as stage:
        began = asyncio.get_running_loop().time()
        stage.is_in_use = True
        (await stage.service.session()).says(f.GoAway(50))
        await stage.service.session(2)
        assert stage.service.dialled_at[-1] - began < 50


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
        waits = [b - a for a, b in zip(stage.service.dialled_at, stage.service.dialled_at[1:], strict=False)]
        assert [round(wait) for wait in waits] == [1, 2, 4, 8, 16, 32]


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
        first.says(f.ReplyAudio(b"\1\0"))
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
        await asyncio.sleep(DEAF_S + 3)
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
        await asyncio.sleep(600)
        assert first.is_open


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
        assert stage.service.without == ["proactivity"]
        assert stage.kinds()[-1] == "Connected"


@clock.jumping
async def test_a_feature_that_is_refused_for_ever_is_the_owners_business() -> None:
    async with on_stage(*[NO_PROACTIVITY] * 5) as stage:
        await asyncio.sleep(OWNER_WAIT_S / 2)
        assert isinstance(stage.events[-1], e.Refused)
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
    second = b"\1\0" * 24_000
    async with on_stage() as stage:
        session = await stage.service.session()
        for _ in range(int(LONGEST_ANSWER_S) + 60):
            session.says(f.ReplyAudio(second))
        session.says(f.TurnComplete(), f.ReplyAudio(b"\2\0"))
        await asyncio.sleep(0.1)
        assert stage.mouth.told.count(second) == LONGEST_ANSWER_S - 1
        assert stage.mouth.told[-1] == b"\2\0"
        assert sum(isinstance(fact, f.Oddity) for fact in stage.facts) == 1
