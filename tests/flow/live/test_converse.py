"""One conversation over many connections, with time that jumps."""

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest

from chimein.core.live import facts as f
from chimein.core.live.backoff import CAP_S, EAGER_S, FIRST_S, LATE_CAP_S
from chimein.core.live.deadline import PATIENT
from chimein.core.live.goodbye import Failure, Phase
from chimein.core.machines import events as e
from chimein.flow.live.converse import GOOD_AFTER_S
from chimein.flow.live.pause import LONGEST_ASKED_S, OWNER_WAIT_S, SETTLE_S, SLOW_WAIT_S
from chimein.flow.live.touch import FIRST_TOUCH_S, OUT_OF_TOUCH_S
from fakes.service import FakeService
from helpers import clock
from helpers.conversing import FRAME, LOUD, Stage, on_stage

REFUSED = Failure(Phase.REACHING, None, "Connection refused")
UNAVAILABLE = Failure(Phase.REACHING, 503, "Service Unavailable")
QUOTA = Failure(Phase.SETUP, 1011, "You exceeded your current quota")
INTERNAL = Failure(Phase.SETUP, 1011, "Internal error encountered.")
LATER = Failure(Phase.SETUP, 1013, "Try again later.")
BROKEN = Failure(Phase.SETUP, 1006, "the connection broke")
RESET = Failure(Phase.REACHING, None, "[Errno 104] Connection reset by peer")
HUNG = Failure(Phase.SETUP, None, "no answer to the set-up in 1 s", is_hang=True)
BAD_KEY = Failure(Phase.SETUP, 1007, "API key not valid. Please pass a valid API key.")
NO_PROACTIVITY = Failure(Phase.SETUP, 1007, "Unknown name \"proactivity\" at 'setup': Cannot find field.")


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
        stage.service.refusals = [failure] * (min(PATIENT) if failure.is_hang else 30)
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
async def test_whoever_speaks_when_it_was_away_for_long_is_heard_as_soon_as_it_is_back() -> None:
    async with on_stage(*[UNAVAILABLE] * 2000) as stage:
        await asyncio.sleep(EAGER_S + 600)
        loop = asyncio.get_running_loop()
        spoke_s = loop.time()
        stage.outbox.say(FRAME)
        stage.outbox.end()
        await asyncio.sleep(20)
        calls = [at - spoke_s for at in stage.service.dialled_at if at > spoke_s]
        assert calls[0] <= CAP_S
        assert max(b - a for a, b in pairwise(calls[:9])) <= CAP_S + 0.01, "while it is not too late for an answer"
        await asyncio.sleep(600)
        assert waits(stage)[-1] == LATE_CAP_S, "and then the room is silent again"
        spoke_s = loop.time()
        stage.outbox.say(FRAME)
        stage.service.refusals = [UNAVAILABLE]
        session = await stage.service.session()
        assert loop.time() - spoke_s <= 2.0
        await asyncio.sleep(1)
        assert session.sent == [FRAME]


@clock.jumping
async def test_who_asks_for_patience_is_given_it_and_no_news_of_the_network_shortens_that() -> None:
    async with on_stage(QUOTA) as stage:
        await asyncio.sleep(1)
        assert isinstance(stage.events[-1], e.Throttled)
        stage.conversation.network_came()
        await stage.service.session()
        assert waits(stage)[0] >= SLOW_WAIT_S


@pytest.mark.parametrize(("asked_s", "waits_s"), [(37.0, 37.0), (3.0, 3.0), (0.0, 0.25), (1e9, LONGEST_ASKED_S)])
@clock.jumping
async def test_who_says_for_how_long_is_called_then_and_not_before(asked_s: float, waits_s: float) -> None:
    async with on_stage() as stage:
        first = await stage.service.session()
        await asyncio.sleep(300)  # that it has worked for long is no reason to be called sooner
        stage.service.refusals = [replace(QUOTA, retry_after_s=asked_s)]
        first.ends(1011, QUOTA.reason, retry_after_s=asked_s)
        await stage.service.session(2)
        after_the_end, after_the_refusal = waits(stage)
        assert waits_s <= after_the_end - 300 <= waits_s + CAP_S
        assert waits_s <= after_the_refusal <= waits_s + CAP_S


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
async def test_after_a_start_nobody_hears_of_the_first_half_minute() -> None:
    async with on_stage(*[REFUSED] * 1000) as stage:
        await asyncio.sleep(FIRST_TOUCH_S - 0.1)
        assert "OutOfTouch" not in stage.kinds()
        await asyncio.sleep(0.2)
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
        assert min(waits(stage)) >= FIRST_S - 0.01
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
        assert [round(wait, 1) for wait in waits(stage)] == [0.7, 1.0, *[CAP_S] * 4]


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
