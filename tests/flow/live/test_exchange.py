"""What goes to and fro over one connection, and when it is taken for dead."""

import asyncio

from chimein.core.live import facts as f
from chimein.core.live.pulse import IDLE_PATIENCE_S, SPEECH_PATIENCE_S, WORDLESS_LINES
from chimein.core.live.reply import LONGEST_ANSWER_S
from chimein.flow.live.exchange import THINKING_S
from helpers import clock
from helpers.conversing import FRAME, LOUD, LOUDER, on_stage


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
