"""The way of an answer to the speaker, with a room that is pretended and time that jumps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chimein.core.audio import DOWN_HZ
from chimein.core.machines import events as e
from chimein.flow.sound.speak import DUCK_DB, STALE_S, STALL_S, TAIL_S, Mouth
from fakes.sound import FakeSpeaker, Room
from helpers import clock
from helpers.stage import running

SECOND = b"\x11\x22" * DOWN_HZ


class Stage:
    def __init__(self) -> None:
        self.room = Room()
        self.speaker = FakeSpeaker(self.room)
        self.events: list[e.Event] = []
        self.mouth = Mouth(self.speaker, happened=self.events.append, plugged=self.room.plugged)

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


@asynccontextmanager
async def on_stage() -> AsyncIterator[Stage]:
    stage = Stage()
    async with running(stage.mouth.run()):
        await asyncio.sleep(0.01)
        yield stage


@clock.jumping
async def test_a_burst_of_half_a_minute_is_heard_evenly_and_whole() -> None:
    async with on_stage() as stage:
        stage.mouth.say(SECOND * 30)
        stage.mouth.finish()
        await asyncio.sleep(15)
        assert 14 < len(stage.room.said) / len(SECOND) < 15.1
        await asyncio.sleep(16)
        assert stage.room.said == SECOND * 30
        assert stage.kinds() == ["SpeakerCame", "ReplyBegan", "ReplyEnded"]
        assert stage.mouth.underruns == 0


@clock.jumping
async def test_silenced_it_is_silent_and_says_so() -> None:
    async with on_stage() as stage:
        stage.mouth.say(SECOND * 30)
        await asyncio.sleep(5)
        stage.mouth.silence()
        heard = len(stage.room.said)
        await asyncio.sleep(10)
        assert len(stage.room.said) <= heard + len(SECOND) // 10
        assert stage.kinds()[-1] == "ReplyEnded"
        stage.mouth.say(SECOND)
        stage.mouth.finish()
        await asyncio.sleep(2)
        assert bytes(stage.room.said[-len(SECOND) :]) == SECOND


@clock.jumping
async def test_stopped_the_rest_of_this_answer_is_void_and_the_next_one_is_heard() -> None:
    async with on_stage() as stage:
        stage.mouth.say(SECOND * 3)
        await asyncio.sleep(1)
        stage.mouth.stop()
        await asyncio.sleep(0.1)
        heard = len(stage.room.said)
        stage.mouth.say(SECOND * 3)  # it was still on its way
        stage.mouth.finish()
        await asyncio.sleep(3)
        assert len(stage.room.said) == heard
        assert stage.kinds()[-1] == "ReplyEnded"
        stage.mouth.say(SECOND)
        stage.mouth.finish()
        await asyncio.sleep(2)
        assert bytes(stage.room.said[heard:]) == SECOND


@clock.jumping
async def test_stopped_after_it_had_come_whole_nothing_is_swallowed() -> None:
    async with on_stage() as stage:
        stage.mouth.say(SECOND * 3)
        stage.mouth.finish()
        await asyncio.sleep(1)
        stage.mouth.stop()
        await asyncio.sleep(0.1)
        heard = len(stage.room.said)
        stage.mouth.say(SECOND)
        stage.mouth.finish()
        await asyncio.sleep(2)
        assert bytes(stage.room.said[heard:]) == SECOND


@clock.jumping
async def test_a_stopped_answer_whose_end_never_comes_does_not_swallow_the_next() -> None:
    async with on_stage() as stage:
        stage.mouth.say(SECOND)
        await asyncio.sleep(0.5)
        stage.mouth.stop()
        stage.mouth.say(SECOND)
        await asyncio.sleep(STALL_S + 0.1)
        heard = len(stage.room.said)
        stage.mouth.say(SECOND)
        stage.mouth.finish()
        await asyncio.sleep(2)
        assert bytes(stage.room.said[heard:]) == SECOND


@clock.jumping
async def test_a_chime_is_no_answer_and_is_masked_like_one() -> None:
    async with on_stage() as stage:
        stage.mouth.chime(SECOND)
        await asyncio.sleep(0.5)
        assert stage.mouth.is_audible(asyncio.get_running_loop().time())
        await asyncio.sleep(2)
        assert stage.room.said == SECOND
        assert stage.kinds() == ["SpeakerCame"]
        assert not stage.mouth.repeat(), "nor is it said again"


@clock.jumping
async def test_a_chime_waits_for_nobody_and_an_answer_cuts_it_short() -> None:
    async with on_stage() as stage:
        stage.mouth.say(SECOND)
        stage.mouth.chime(SECOND)
        stage.mouth.finish()
        await asyncio.sleep(3)
        assert stage.room.said == SECOND
        stage.mouth.chime(SECOND * 3)
        await asyncio.sleep(0.5)
        stage.mouth.say(SECOND)
        stage.mouth.finish()
        await asyncio.sleep(5)
        assert len(stage.room.said) < 3 * len(SECOND)
        assert stage.kinds() == ["SpeakerCame", "ReplyBegan", "ReplyEnded", "ReplyBegan", "ReplyEnded"]


@clock.jumping
async def test_the_room_rings_a_moment_longer_than_the_answer() -> None:
    async with on_stage() as stage:
        loop = asyncio.get_running_loop()
        assert not stage.mouth.is_audible(loop.time())
        stage.mouth.say(SECOND)
        stage.mouth.finish()
        assert stage.mouth.is_audible(loop.time())
        while stage.kinds()[-1] != "ReplyEnded":
            await asyncio.sleep(0.01)
        assert stage.mouth.is_audible(loop.time() + TAIL_S / 2)
        assert not stage.mouth.is_audible(loop.time() + TAIL_S * 1.1)


@clock.jumping
async def test_an_answer_that_stops_coming_ends() -> None:
    async with on_stage() as stage:
        stage.mouth.say(SECOND)
        await asyncio.sleep(1 + STALL_S + 0.5)
        assert stage.kinds()[-1] == "ReplyEnded"
        assert not stage.mouth.is_audible(asyncio.get_running_loop().time() + TAIL_S)


@clock.jumping
async def test_a_pulled_cable_costs_no_word_of_the_answer() -> None:
    async with on_stage() as stage:
        stage.mouth.say(SECOND * 10)
        stage.mouth.finish()
        await asyncio.sleep(3)
        stage.room.unplug()
        await asyncio.sleep(4)
        assert "SpeakerLost" in stage.kinds()
        stage.room.replug()
        await asyncio.sleep(15)
        assert stage.room.said == SECOND * 10
        assert stage.kinds()[-3:] == ["SpeakerCame", "ReplyBegan", "ReplyEnded"]


@clock.jumping
async def test_what_waited_too_long_for_a_speaker_is_not_said_any_more() -> None:
    async with on_stage() as stage:
        stage.mouth.say(SECOND * 3)
        stage.mouth.finish()
        stage.room.unplug()
        await asyncio.sleep(STALE_S + 10)
        stage.room.replug()
        await asyncio.sleep(20)
        assert len(stage.room.said) < len(SECOND)
        assert stage.mouth.is_idle


@clock.jumping
async def test_another_speaker_takes_over() -> None:
    async with on_stage() as stage:
        other = FakeSpeaker(stage.room)
        stage.mouth.say(SECOND * 4)
        stage.mouth.finish()
        await asyncio.sleep(1)
        stage.mouth.change(other)
        await asyncio.sleep(6)
        assert other.openings == 1
        assert stage.room.said == SECOND * 4
        assert "SpeakerLost" not in stage.kinds()


@clock.jumping
async def test_an_alarm_has_a_volume_of_its_own_and_is_no_answer() -> None:
    async with on_stage() as stage:
        stage.mouth.set_volume(20)
        stage.mouth.ring(SECOND, 90)
        await asyncio.sleep(0.5)
        assert stage.room.volume == 90
        assert stage.mouth.volume == 20
        assert stage.mouth.is_audible(asyncio.get_running_loop().time())
        await asyncio.sleep(1)
        assert stage.room.said == SECOND
        assert stage.room.volume == 20
        assert stage.kinds() == ["SpeakerCame"]


@clock.jumping
async def test_an_alarm_ends_an_answer_and_the_next_answer_ends_the_round() -> None:
    async with on_stage() as stage:
        stage.mouth.set_volume(20)
        stage.mouth.say(SECOND * 10)
        await asyncio.sleep(2)
        stage.mouth.ring(SECOND * 3, 90)
        stage.mouth.say(SECOND)  # the rest of the answer that was cut off
        await asyncio.sleep(1)
        assert stage.room.volume == 90
        stage.mouth.finish()
        stage.mouth.say(SECOND)
        stage.mouth.finish()
        assert stage.room.volume == 20
        await asyncio.sleep(3)
        assert stage.kinds() == ["SpeakerCame", "ReplyBegan", "ReplyEnded", "ReplyBegan", "ReplyEnded"]


@clock.jumping
async def test_a_hushed_alarm_is_silent_and_the_volume_is_the_voice_s_again() -> None:
    async with on_stage() as stage:
        stage.mouth.set_volume(20)
        stage.mouth.ring(SECOND * 5, 90)
        await asyncio.sleep(1)
        stage.mouth.set_volume(30)
        assert stage.room.volume == 90
        stage.mouth.hush()
        assert stage.room.volume == 30
        await asyncio.sleep(5)
        assert len(stage.room.said) < 1.2 * len(SECOND)


@clock.jumping
async def test_the_last_answer_once_more_from_memory() -> None:
    async with on_stage() as stage:
        assert not stage.mouth.repeat()
        stage.mouth.say(SECOND)
        stage.mouth.say(SECOND)
        assert not stage.mouth.repeat(), "it is just coming"
        stage.mouth.finish()
        await asyncio.sleep(3)
        assert stage.mouth.repeat()
        await asyncio.sleep(3)
        assert stage.room.said == SECOND * 4


BLOCK_S = 0.08


@clock.jumping
async def test_talked_across_it_is_quieter_at_once_and_stops_when_that_goes_on() -> None:
    async with on_stage() as stage:
        stage.mouth.say(SECOND * 30)
        await asyncio.sleep(2)
        stage.mouth.talked_across(BLOCK_S, False)
        assert stage.room.ducked_db == 0
        stage.mouth.talked_across(BLOCK_S, True)
        assert stage.room.ducked_db == DUCK_DB
        for _ in range(5):
            stage.mouth.talked_across(BLOCK_S, True)
        stage.mouth.say(SECOND)  # the rest of the same answer
        await asyncio.sleep(1)
        assert stage.kinds()[-1] == "ReplyEnded"
        assert stage.room.ducked_db == 0
        stage.mouth.finish()
        said = len(stage.room.said)
        stage.mouth.say(SECOND)
        stage.mouth.finish()
        await asyncio.sleep(2)
        assert len(stage.room.said) == said + len(SECOND)


@clock.jumping
async def test_after_a_cough_it_is_as_loud_as_before() -> None:
    async with on_stage() as stage:
        stage.mouth.say(SECOND * 30)
        await asyncio.sleep(2)
        stage.mouth.talked_across(BLOCK_S, True)
        for _ in range(11):
            stage.mouth.talked_across(BLOCK_S, False)
        assert stage.room.ducked_db == 0
        await asyncio.sleep(1)
        assert stage.kinds()[-1] == "ReplyBegan"


@clock.jumping
async def test_an_alarm_only_grows_quieter_for_who_talks_across_it() -> None:
    async with on_stage() as stage:
        stage.mouth.ring(SECOND * 5, 70)
        await asyncio.sleep(1)
        for _ in range(10):
            stage.mouth.talked_across(BLOCK_S, True)
        assert stage.room.ducked_db == DUCK_DB
        await asyncio.sleep(5)
        assert len(stage.room.said) == len(SECOND) * 5
        assert stage.room.ducked_db == 0


@clock.jumping
async def test_a_file_that_is_played_along_is_heard_and_is_no_answer() -> None:
    async with on_stage() as stage:
        for _ in range(20):
            stage.mouth.play_along(SECOND[: len(SECOND) // 10])
            await asyncio.sleep(0.1)
        assert stage.mouth.is_audible(asyncio.get_running_loop().time())
        assert not stage.mouth.is_answering
        stage.mouth.end_along(at_once=False)
        await asyncio.sleep(1)
        assert stage.room.said == SECOND * 2
        assert stage.kinds() == ["SpeakerCame"]
        assert stage.mouth.is_idle


@clock.jumping
async def test_an_answer_cuts_a_file_short_and_keeps_it_out_until_it_is_over() -> None:
    async with on_stage() as stage:
        stage.mouth.play_along(SECOND)
        await asyncio.sleep(0.5)
        stage.mouth.say(SECOND * 2)
        stage.mouth.play_along(SECOND)
        stage.mouth.finish()
        await asyncio.sleep(0.2)
        assert stage.mouth.is_answering
        await asyncio.sleep(5)
        assert stage.kinds() == ["SpeakerCame", "ReplyBegan", "ReplyEnded"]
        assert 2 < len(stage.room.said) / len(SECOND) < 2.8
        assert not stage.mouth.is_answering


@clock.jumping
async def test_a_file_that_is_cancelled_is_silent_at_once() -> None:
    async with on_stage() as stage:
        stage.mouth.play_along(SECOND)
        await asyncio.sleep(0.3)
        stage.mouth.end_along(at_once=True)
        heard = len(stage.room.said)
        await asyncio.sleep(2)
        assert len(stage.room.said) == heard
        assert stage.mouth.is_idle
