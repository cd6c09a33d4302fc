"""The fakes sit the exam of the real ones."""

from fakes.sound import FakeMicrophone, FakeSpeaker, Room
from helpers import clock
from helpers.sound_exam import examine_microphone, examine_speaker


@clock.jumping
async def test_the_fake_microphone_sits_the_exam() -> None:
    room = Room()
    await examine_microphone(FakeMicrophone(room), room)


@clock.jumping
async def test_the_fake_speaker_sits_the_exam() -> None:
    await examine_speaker(FakeSpeaker(Room()))


@clock.jumping
async def test_what_the_room_says_is_heard_and_then_it_is_quiet() -> None:
    room = Room()
    microphone = FakeMicrophone(room)
    await microphone.open()
    room.say(b"\5\0" * 1280)
    room.lose(7)
    first, second = await microphone.read(), await microphone.read()
    assert (set(first.pcm), first.lost_samples) == ({5, 0}, 7)
    assert (set(second.pcm), second.lost_samples) == ({1, 0, 255}, 0)
