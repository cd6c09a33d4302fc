"""Which function a line asks for: wordings that people use, and what the bench's ears make of them."""

from typing import Any

import pytest

from chimein.core.config import Config
from chimein.rehearsal.mind import functions, spoken_numbers
from helpers.declared import declared

FUNCTIONS = declared(Config())
NOTHING: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("line", "name", "arguments"),
    [
        ("Set a timer for ten minutes for the pasta.", "set_timer", {"minutes": 10, "name": "pasta"}),
        ("shudder timer for ten minutes for the pasta", "set_timer", {"minutes": 10, "name": "pasta"}),
        ("start a five minute timer for the eggs please", "set_timer", {"minutes": 5, "name": "eggs"}),
        ("set the timer for one hour and twenty minutes called roast", "set_timer",
         {"hours": 1, "minutes": 20, "name": "roast"}),
        ("please remind me in a quarter of an hour about the bread", "set_timer", {"minutes": 15, "name": "bread"}),
        ("put on a timer of twenty five minutes", "set_timer", {"minutes": 25}),
        ("give me a rice timer for an hour and a half", "set_timer", {"hours": 1, "minutes": 30, "name": "rice"}),
        ("Timer, 90 seconds!", "set_timer", {"minutes": 1, "seconds": 30}),
        ("could you set a timer for two and a half minutes", "set_timer", {"minutes": 2, "seconds": 30}),
        ("i need a timer for half an hour for the lasagna", "set_timer", {"minutes": 30, "name": "lasagna"}),
        ("remind me in a quarter of an hour to turn the oven off", "set_timer", {"minutes": 15, "name": "oven"}),
        ("let me know in twenty minutes", "set_timer", {"minutes": 20}),
        ("please time the eggs for six minutes", "set_timer", {"minutes": 6, "name": "eggs"}),
        ("set a second timer for three minutes for the tea", "set_timer", {"minutes": 3, "name": "tea"}),
        ("start counting down thirty seconds", "set_timer", {"seconds": 30}),
        ("wake me at ten to eight", "set_alarm", {"time": "07:50"}),
        ("set the alarm for twenty past five in the afternoon", "set_alarm", {"time": "17:20"}),
        ("how much longer do the potatoes need", "list_timers", NOTHING),
        ("how many minutes until the pasta is done", "list_timers", NOTHING),
        ("when does the timer ring", "list_timers", NOTHING),
        ("i don't need the timer any more", "cancel_timer", NOTHING),
        ("delete the ten minute timer", "cancel_timer", {"name": "600 seconds"}),
        ("get rid of all timers", "cancel_timer", {"name": "all"}),
        ("you are too loud", "set_volume", {"change": -20}),
        ("i can't hear you", "set_volume", {"change": 20}),
        ("be quiet for half an hour", "be_quiet", {"minutes": 30}),
        ("please don't talk for ten minutes", "be_quiet", {"minutes": 10}),
        ("leave us alone for two hours", "be_quiet", {"minutes": 120}),
        ("sorry, i didn't catch that", "repeat_answer", NOTHING),
        ("what's today's date", "get_time", NOTHING),
        ("start a new conversation", "forget_conversation", NOTHING),
        ("forget all of that", "forget_conversation", NOTHING),
        ("add eggs butter and flour to the shopping list", "add_to_shopping_list",
         {"items": ["eggs", "butter", "flour"]}),
        ("we are out of olive oil, put it on the list", "add_to_shopping_list", {"items": ["olive oil"]}),
        ("what do we need to buy", "read_shopping_list", NOTHING),
        ("note down rice and beans on the shopping list", "add_to_shopping_list", {"items": ["rice", "beans"]}),
        ("i bought the milk, take it off the list", "remove_from_shopping_list", {"items": ["milk"]}),
        ("set the volume at half", "set_volume", {"percent": 50}),
        ("time me for one minute", "set_timer", {"minutes": 1}),
        ("never mind the timer", "cancel_timer", NOTHING),
        ("hush for an hour", "be_quiet", {"minutes": 60}),
        ("don't listen to us now", "mute_microphone", NOTHING),
        ("close your ears", "mute_microphone", NOTHING),
        ("which day is today", "get_time", NOTHING),
        ("do you know what day it is", "get_time", NOTHING),
        ("please say that once again", "repeat_answer", NOTHING),
        ("let's start over", "forget_conversation", NOTHING),
        ("wake me at seven thirty", "set_alarm", {"time": "07:30"}),
        ("set an alarm for quarter to eight in the evening", "set_alarm", {"time": "19:45"}),
        ("wake us up at half past six", "set_alarm", {"time": "06:30"}),
        ("how much time is left on the pasta timer", "list_timers", NOTHING),
        ("how long do the eggs have to go", "list_timers", NOTHING),
        ("which timers are running", "list_timers", NOTHING),
        ("cancel the pasta timer", "cancel_timer", {"name": "pasta"}),
        ("cancel the pasta time or", "cancel_timer", {"name": "pasta"}),
        ("please delete the timer", "cancel_timer", NOTHING),
        ("delete all timers", "cancel_timer", {"name": "all"}),
        ("shudder timer for thirty seconds", "set_timer", {"seconds": 30}),
        ("stop the timer", "stop_ringing", NOTHING),
        ("stop", "stop_ringing", NOTHING),
        ("turn the alarm off", "stop_ringing", NOTHING),
        ("stop ringing", "stop_ringing", NOTHING),
        ("turn the volume up", "set_volume", {"change": 20}),
        ("speak a little quieter please", "set_volume", {"change": -20}),
        ("set the volume to fifty percent", "set_volume", {"percent": 50}),
        ("what time is it", "get_time", NOTHING),
        ("say that again", "repeat_answer", NOTHING),
        ("what did you say", "repeat_answer", NOTHING),
        ("mute the microphone", "mute_microphone", NOTHING),
        ("stop listening", "mute_microphone", NOTHING),
        ("forget this conversation", "forget_conversation", NOTHING),
        ("add milk and six eggs to the shopping list", "add_to_shopping_list", {"items": ["milk", "six eggs"]}),
        ("put the butter on our shopping list", "add_to_shopping_list", {"items": ["butter"]}),
        ("take the milk off the shopping list", "remove_from_shopping_list", {"items": ["milk"]}),
        ("what is on the shopping list", "read_shopping_list", NOTHING),
        ("clear the shopping list", "clear_shopping_list", NOTHING),
    ],
)  # fmt: skip
def test_what_is_asked_for(line: str, name: str, arguments: dict[str, Any]) -> None:
    chosen = functions.choose(FUNCTIONS, [line])
    assert chosen is not None
    called, found = chosen
    assert (called, {key: value for key, value in found.items() if value != line}) == (name, arguments)


@pytest.mark.parametrize(
    "line",
    [
        "I really love cooking!",
        "My favorite is French cuisine.",
        "I really like Italian food; do you know how to make a pizza?",
        "Boil the pasta for ten minutes.",
        "We had a great time last summer.",
        "What a day!",
        "He added salt to the soup.",
        "The alarm clock was expensive.",
        "It takes an hour and a half by train.",
        "The volume of the pot is three litres.",
        "How long does it take to boil an egg?",
        "How many people are to go there?",
        "My daughter is too loud in the morning.",
        "The timer was set.",
        "Be quiet!",
        "What time does the shop close?",
        "He did not listen to me at school.",
        "Turn on the volume.",
        "We need to wake and ten minutes.",
        "We ran out of butter yesterday.",
        "Let me know when you are ready.",
    ],
)
def test_ordinary_talk_asks_for_nothing(line: str) -> None:
    assert functions.choose(FUNCTIONS, [line]) is None


def test_another_reading_counts_where_the_first_asks_for_nothing() -> None:
    readings = ["near the microphone", "mute the microphone"]
    assert functions.choose(FUNCTIONS, readings) == ("mute_microphone", {})
    assert functions.choose(FUNCTIONS, ["what a day"] * 10 + ["set a timer for ten minutes"]) is not None
    assert functions.choose(FUNCTIONS, ["what a day"] * 10 + ["forget this conversation"]) is None


def test_a_name_that_was_used_before_decides_between_readings() -> None:
    readings = ["cancel the rise timer", "cancel the rice timer"]
    assert functions.choose(FUNCTIONS, readings, {"rice"}) == ("cancel_timer", {"name": "rice"})
    assert functions.choose(FUNCTIONS, readings) == ("cancel_timer", {"name": "rise"})


def test_a_function_that_nobody_foresaw_is_called_by_its_name() -> None:
    window = {"name": "open_window", "parameters": {"properties": {"wide": {"type": "BOOLEAN"}}}}
    assert functions.choose((window,), ["Please open the window."]) == ("open_window", {"wide": True})


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("ten minutes", 600),
        ("forty five seconds", 45),
        ("one hundred and ten seconds", 110),
        ("three quarters of an hour", 2700),
        ("two hours five minutes and ten seconds", 7510),
        ("an hour", 3600),
        ("1.5 hours", 5400),
        ("half a minute", 30),
        ("a couple of minutes", 120),
        ("two minutes thirty", 150),
        ("one hour fifteen", 4500),
        ("a second", 1),
    ],
)
def test_lengths(line: str, seconds: float) -> None:
    found = spoken_numbers.length(spoken_numbers.words_of(line))
    assert found is not None
    assert found.value == seconds


@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("at 7:05", "07:05"),
        ("at eight o'clock in the evening", "20:00"),
        ("at seven oh five", "07:05"),
        ("quarter past twelve", "12:15"),
        ("at noon", "12:00"),
        ("six p m", "18:00"),
        ("half six", "06:30"),
        ("five minutes to seven", "06:55"),
        ("twenty five past ten in the evening", "22:25"),
    ],
)
def test_times_of_day(line: str, time: str) -> None:
    assert spoken_numbers.time_of_day(spoken_numbers.words_of(line)) == time
