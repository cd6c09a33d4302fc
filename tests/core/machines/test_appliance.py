"""The appliance's tables: what may happen, what cannot, and what muted is worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chimein.core.machines import events as e
from chimein.core.machines.appliance import BELL, EAR, LIFE, LINK, SPEAKER, VOICE, Appliance, IllegalEventError, step
from chimein.core.machines.effects import Effect
from chimein.core.machines.events import Event, Muter
from chimein.core.machines.states import Bell, CoListening, Ear, Life, Link, Purse, Speaker, Voice


def after(*happened: Event, start: Appliance | None = None) -> Appliance:
    state = start or Appliance()
    for event in happened:
        state, _ = step(state, event)
    return state


AWAKE = after(e.Woke())
HEARING = after(e.Woke(), e.SoundCame("mic"), e.Dialling(), e.Connected(False), e.GateOpened())


def test_unknown_is_muted() -> None:
    assert Appliance().is_muted
    assert Appliance().ear is Ear.MUTED


def test_waking_opens_the_microphone_only_when_nobody_mutes() -> None:
    assert step(Appliance(), e.Woke())[1] == (Effect.OPEN_MICROPHONE,)
    muted = after(e.MuteAsked(Muter.SOFTWARE, True))
    assert Effect.OPEN_MICROPHONE not in step(muted, e.Woke())[1]


def test_the_ear_counts_as_shut_until_the_first_frame() -> None:
    assert AWAKE.ear is Ear.OPENING
    assert after(e.SoundCame("mic"), start=AWAKE).ear is Ear.QUIET


def test_muting_shuts_first_and_ends_the_stream_after_forgetting() -> None:
    state, effects = step(HEARING, e.MuteAsked(Muter.SOFTWARE, True))
    assert state.ear is Ear.MUTED
    assert effects[:3] == (Effect.SHUT_MICROPHONE, Effect.FORGET_SOUND, Effect.END_STREAM)
    assert Effect.REMEMBER_MUTES in effects


def test_software_cannot_clear_hardware() -> None:
    hardware, software = e.MuteAsked(Muter.HARDWARE, True), e.MuteAsked(Muter.SOFTWARE, True)
    state = after(hardware, software, e.MuteAsked(Muter.SOFTWARE, False), start=AWAKE)
    assert state.mutes == {Muter.HARDWARE}
    assert state.ear is Ear.MUTED


def test_the_button_clears_whoever_muted() -> None:
    state = after(e.MuteAsked(Muter.SOFTWARE, True), start=AWAKE)
    state, effects = step(state, e.ButtonUnmuted())
    assert not state.mutes
    assert Effect.OPEN_MICROPHONE in effects


def test_nobody_but_the_array_undoes_its_own_mute() -> None:
    state = after(e.MuteAsked(Muter.ARRAY, True), e.MuteAsked(Muter.SOFTWARE, True), e.ButtonUnmuted(), start=AWAKE)
    assert state.mutes == {Muter.ARRAY}
    assert after(e.MuteAsked(Muter.ARRAY, False), start=state).ear is Ear.OPENING


def test_a_press_that_means_something_else_leaves_an_ear_that_opens_again() -> None:
    state, effects = step(HEARING, e.PressShut())
    assert effects == (Effect.SHUT_MICROPHONE, Effect.FORGET_SOUND, Effect.END_STREAM, Effect.OPEN_MICROPHONE)
    assert state.ear is Ear.OPENING
    assert Effect.OPEN_MICROPHONE not in step(after(e.Leaving(), start=HEARING), e.PressShut())[1]


def test_the_last_answer_goes_with_a_mute_as_soon_as_that_is_settled() -> None:
    assert Effect.FORGET_ANSWER in step(HEARING, e.MuteAsked(Muter.SOFTWARE, True))[1]
    state, effects = step(HEARING, e.MuteAsked(Muter.HARDWARE, True, is_settled=False))
    assert Effect.FORGET_ANSWER not in effects
    assert step(state, e.MuteSettled())[1] == (Effect.FORGET_ANSWER,)
    assert step(after(e.ButtonUnmuted(), start=state), e.MuteSettled())[1] == ()


def test_a_muted_array_is_muted_and_still_open() -> None:
    state = after(e.SoundCame("mic"), e.ArrayMuted(), start=AWAKE)
    assert state.is_muted
    assert not after(e.ArrayUnmuted(), start=state).is_muted


def test_nothing_to_say_is_a_sign_only_for_who_was_thinking() -> None:
    thinking = after(e.GateClosed(), start=HEARING)
    assert thinking.voice is Voice.THINKING
    assert step(thinking, e.NothingToSay())[1] == (Effect.SIGN_NOTHING_TO_SAY,)
    assert step(HEARING, e.NothingToSay())[1] == ()


def test_what_rings_and_what_is_said_can_be_stopped_and_nothing_else() -> None:
    assert step(HEARING, e.StopAsked())[1] == ()
    both = after(e.ReplyBegan(), e.RingingBegan(), start=HEARING)
    assert both.can_be_stopped
    state, effects = step(both, e.StopAsked())
    assert effects == (Effect.STOP_RINGING, Effect.STOP_SPEAKING)
    stopped = after(e.RingingStopped(), e.ReplyEnded(), start=state)
    assert not stopped.can_be_stopped
    assert after(e.RingingStopped(), start=stopped).bell is Bell.SILENT, "stopped twice is stopped"


def test_leaving_stops_what_rings() -> None:
    ringing = after(e.RingingBegan(), start=HEARING)
    assert Effect.STOP_RINGING in step(ringing, e.Leaving())[1]


def test_offline_nobody_thinks() -> None:
    offline = after(e.Dropped("gone"), start=HEARING)
    assert after(e.GateClosed(), start=offline).voice is Voice.SILENT


def test_a_cause_stays_until_the_trouble_is_over() -> None:
    lost = after(e.Dropped("the cable"), start=HEARING)
    assert lost.link_cause == "the cable"
    assert after(e.Dialling(), start=lost).link_cause == "the cable"
    assert after(e.Dialling(), e.Connected(True), start=lost).link_cause == ""


def test_an_impossible_pair_raises() -> None:
    with pytest.raises(IllegalEventError, match="GateClosed cannot happen while Ear is quiet"):
        after(e.GateClosed(), start=after(e.SoundCame("mic"), start=AWAKE))


def test_every_state_is_reached_and_every_table_is_closed() -> None:
    for table, states in ((LIFE, Life), (LINK, Link), (VOICE, Voice), (SPEAKER, Speaker), (BELL, Bell)):
        assert {state for state, _ in table} == set(states), states
    assert set(EAR.values()) | {state for state, _ in EAR} == set(Ear)


# --- the budget, and a file in place of the room

QUIET = after(e.SoundCame("mic"), e.Dialling(), e.Connected(False), start=AWAKE)
SPENT = after(e.BudgetSpent(), start=QUIET)


def test_four_fifths_turn_the_gate_down_and_nothing_else() -> None:
    state, effects = step(QUIET, e.BudgetTight())
    assert (state.purse, state.ear, effects) == (Purse.TIGHT, Ear.QUIET, (Effect.SET_GATE,))
    assert step(state, e.BudgetTight())[1] == ()
    assert step(state, e.BudgetAmple())[1] == (Effect.SET_GATE,)


def test_a_spent_budget_shuts_the_ear_and_rests_the_link() -> None:
    state, effects = step(HEARING, e.BudgetSpent())
    assert (state.ear, state.is_muted, state.is_resting) == (Ear.SHUT, False, True)
    assert effects[:3] == (Effect.SHUT_MICROPHONE, Effect.FORGET_SOUND, Effect.END_STREAM)
    assert Effect.REST in effects
    assert after(e.Rested(), start=state).link is Link.RESTING


def test_a_press_opens_a_minute_and_mutes_nobody() -> None:
    resting = after(e.Rested(), start=SPENT)
    state, effects = step(resting, e.MinuteAsked())
    assert (state.purse, state.ear, state.mutes) == (Purse.MINUTE, Ear.OPENING, frozenset())
    assert set(effects) == {Effect.OPEN_MICROPHONE, Effect.DIAL, Effect.GRANT_MINUTE}
    again = after(e.BudgetSpent(), start=state)
    assert again.purse is Purse.MINUTE, "more money spent within it does not end it"
    state, effects = step(again, e.MinuteOver())
    assert (state.ear, Effect.REST in effects) == (Ear.SHUT, True)


def test_a_press_on_a_muted_rest_unmutes_first() -> None:
    muted = after(e.MuteAsked(Muter.SOFTWARE, True), start=SPENT)
    assert muted.ear is Ear.MUTED
    state, effects = step(muted, e.ButtonUnmuted())
    assert (state.mutes, state.ear, state.purse) == (frozenset(), Ear.SHUT, Purse.SPENT)
    assert Effect.OPEN_MICROPHONE not in effects


def test_a_switch_that_is_opened_opens_a_minute_and_a_command_does_not() -> None:
    switch = after(e.MuteAsked(Muter.HARDWARE, True), start=SPENT)
    assert after(e.MuteAsked(Muter.HARDWARE, False), start=switch).purse is Purse.MINUTE
    command = after(e.MuteAsked(Muter.SOFTWARE, True), start=SPENT)
    assert after(e.MuteAsked(Muter.SOFTWARE, False), start=command).purse is Purse.SPENT
    both = after(e.MuteAsked(Muter.SOFTWARE, True), start=switch)
    assert after(e.MuteAsked(Muter.HARDWARE, False), start=both).ear is Ear.MUTED


def test_midnight_opens_the_ear_and_dials() -> None:
    state, effects = step(after(e.Rested(), start=SPENT), e.BudgetAmple())
    assert state.ear is Ear.OPENING
    assert set(effects) == {Effect.OPEN_MICROPHONE, Effect.DIAL, Effect.SET_GATE}
    assert after(e.Dialling(), start=state).link is Link.CONNECTING


def test_a_budget_that_is_spent_at_the_start_opens_nothing() -> None:
    state, effects = step(after(e.BudgetSpent()), e.Woke())
    assert (state.ear, Effect.OPEN_MICROPHONE in effects) == (Ear.SHUT, False)


def test_a_file_shuts_the_ear_and_gives_it_back() -> None:
    state, effects = step(HEARING, e.FileBegan())
    assert (state.ear, state.is_muted, state.is_in_use) == (Ear.SHUT, False, True)
    assert effects == (Effect.SHUT_MICROPHONE, Effect.FORGET_SOUND, Effect.END_STREAM)
    state, effects = step(state, e.FileEnded())
    assert (state.ear, effects) == (Ear.OPENING, (Effect.OPEN_MICROPHONE,))


@pytest.mark.parametrize("event", [e.MuteAsked(Muter.SOFTWARE, True), e.MuteAsked(Muter.HARDWARE, True)])
def test_a_mute_ends_a_file_and_forgets_what_waits_of_it(event: Event) -> None:
    state, effects = step(after(e.FileBegan(), start=QUIET), event)
    assert (state.ear, state.file) == (Ear.MUTED, CoListening.NONE)
    assert effects[:3] == (Effect.SHUT_MICROPHONE, Effect.FORGET_SOUND, Effect.END_STREAM)
    assert Effect.STOP_FILE in effects
    assert after(e.FileEnded(), start=state).ear is Ear.MUTED


def test_an_empty_purse_ends_a_file() -> None:
    state, effects = step(after(e.FileBegan(), start=QUIET), e.BudgetSpent())
    assert (state.ear, state.file, Effect.STOP_FILE in effects) == (Ear.SHUT, CoListening.NONE, True)


EVENTS = st.sampled_from(
    [
        e.BudgetAmple(),
        e.BudgetTight(),
        e.BudgetSpent(),
        e.MinuteAsked(),
        e.MinuteOver(),
        e.FileBegan(),
        e.FileEnded(),
        e.Rested(),
        e.Woke(),
        e.ButtonUnmuted(),
        e.PressShut(),
        e.MuteSettled(),
        e.MuteAsked(Muter.ARRAY, True),
        e.MuteAsked(Muter.ARRAY, False),
        e.MuteAsked(Muter.SOFTWARE, True),
        e.MuteAsked(Muter.SOFTWARE, False),
        e.MuteAsked(Muter.HARDWARE, True),
        e.MuteAsked(Muter.HARDWARE, False),
        e.SoundCame("mic"),
        e.SoundStopped("cable"),
        e.GateOpened(),
        e.GateClosed(),
        e.ArrayMuted(),
        e.ArrayUnmuted(),
        e.Dialling(),
        e.Redialling(2),
        e.Connected(True),
        e.Dropped("net"),
        e.ReplyBegan(),
        e.ReplyEnded(),
        e.NothingToSay(),
        e.RingingBegan(),
        e.RingingStopped(),
        e.StopAsked(),
        e.Leaving(),
    ]
)


@given(st.lists(EVENTS, max_size=60))
def test_whatever_happens_muted_means_shut(happened: list[Event]) -> None:
    state, is_open = Appliance(), False
    for event in happened:
        try:
            state, effects = step(state, event)
        except IllegalEventError:
            continue  # the flows never tell this; what matters is that it changes nothing
        for effect in effects:
            is_open = {Effect.OPEN_MICROPHONE: True, Effect.SHUT_MICROPHONE: False}.get(effect, is_open)
        if state.mutes:
            assert state.ear is Ear.MUTED
        if state.mutes or state.is_resting or state.file is CoListening.RUNNING:
            assert not is_open
        if state.life is Life.LEAVING:
            assert not is_open


def test_quiet_hours_shut_the_ear_and_a_ringing_timer_opens_it() -> None:
    quiet = after(e.QuietBegan(), start=QUIET)
    assert quiet.ear is Ear.SHUT
    assert not quiet.is_muted
    ringing = after(e.RingingBegan(), start=quiet)
    assert ringing.ear is Ear.OPENING
    assert after(e.RingingStopped(), start=ringing).ear is Ear.SHUT
    assert after(e.QuietEnded(), start=quiet).ear is Ear.OPENING
    muted = after(e.MuteAsked(Muter.SOFTWARE, True), e.QuietEnded(), start=quiet)
    assert muted.ear is Ear.MUTED, "what is over opens nothing that somebody has muted"
