"""When a timer rings, whatever happens to the clocks and to the power."""

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from chimein.core.kitchen import timers
from chimein.core.kitchen.timer_words import unheard
from chimein.core.kitchen.timers import Clock, Phase, Timer
from chimein.core.machines.appliance import Appliance
from chimein.core.machines.states import Life
from chimein.core.status.why import why

LONG_AGO_S = 1_700_000_000.0
HOUR_S = 3600.0


def next_at(at: str, wall_s: float) -> float:
    """In a house that lives by UTC."""
    due_s = wall_s - wall_s % 86_400 + int(at[:2]) * HOUR_S + int(at[3:]) * 60
    return due_s if due_s > wall_s else due_s + 86_400


@dataclass
class World:
    """A machine with its clocks, and the truth about the time. What is written down survives; nothing else does."""

    book: Timer | None = None
    truth_s: float = LONG_AGO_S
    booted_s: float = LONG_AGO_S - 50
    boot: int = 1
    wall_error_s: float = 0.0
    is_wall_right: bool = True

    @property
    def clock(self) -> Clock:
        return Clock(
            boot=str(self.boot),
            boot_s=self.truth_s - self.booted_s,
            wall_s=self.truth_s + self.wall_error_s,
            is_wall_right=self.is_wall_right,
        )

    def set(self, length_s: float) -> None:
        self.book = timers.timer(1, "pasta", length_s, self.clock)

    def set_alarm(self, at: str) -> None:
        self.book = timers.alarm(1, "", at, self.clock, next_at)

    def passes(self, seconds: float) -> None:
        """So much time, with the daemon looking every second or at least at the end."""
        self.truth_s += seconds
        self.looks()

    def looks(self) -> None:
        assert self.book is not None
        self.book = timers.settle(self.book, self.clock, next_at)

    def sets_the_clock(self, by_s: float) -> None:
        self.wall_error_s += by_s
        self.looks()

    def asks_the_network(self) -> None:
        self.wall_error_s, self.is_wall_right = 0.0, True
        self.looks()

    def loses_power(self, for_s: float, *, has_battery: bool) -> None:
        """A clock without a battery goes on from where it was last seen."""
        self.truth_s += for_s
        self.boot, self.booted_s = self.boot + 1, self.truth_s
        if not has_battery:
            self.wall_error_s -= for_s
            self.is_wall_right = False
        self.looks()

    @property
    def left_s(self) -> float:
        assert self.book is not None
        return timers.left_s(self.book, self.clock)

    def phase(self, ring_for_s: float = 600.0) -> Phase:
        assert self.book is not None
        return timers.phase(self.book, self.clock, ring_for_s)


def test_ten_minutes_are_ten_minutes() -> None:
    world = World()
    world.set(600)
    world.passes(599.9)
    assert world.phase() is Phase.RUNNING
    world.passes(0.2)
    assert world.phase() is Phase.RINGING
    world.passes(600)
    assert world.phase() is Phase.MISSED


def test_a_power_cut_with_a_clock_that_is_right_costs_nothing() -> None:
    world = World()
    world.set(600)
    world.passes(100)
    world.loses_power(120, has_battery=True)
    assert abs(world.left_s - 380) < 1e-3


def test_one_that_ended_while_the_power_was_off_says_how_long_ago() -> None:
    world = World()
    world.set(600)
    world.loses_power(600 + 12 * 60, has_battery=True)
    assert world.phase() is Phase.MISSED
    assert round(-world.left_s / 60) == 12


def test_without_a_clock_it_rings_late_and_the_network_puts_it_right() -> None:
    world = World()
    world.set(600)
    world.passes(100)
    world.loses_power(120, has_battery=False)
    assert 379 <= world.left_s <= 560
    world.passes(30)
    world.asks_the_network()
    assert abs(world.left_s - 350) < 1e-3


def test_a_clock_that_wakes_in_1970_loses_a_minute_at_most() -> None:
    world = World()
    world.set(600)
    for _ in range(100):
        world.passes(1)
    world.loses_power(5, has_battery=False)
    world.wall_error_s = -world.truth_s
    world.looks()
    assert 495 <= world.left_s <= 600 - 40
    world.passes(560)
    assert world.phase() is Phase.RINGING


def test_a_timer_from_before_anybody_knew_the_time() -> None:
    world = World(wall_error_s=-5 * HOUR_S, is_wall_right=False)
    world.set(600)
    world.passes(10)
    world.asks_the_network()
    assert abs(world.left_s - 590) < 1e-3
    world.loses_power(100, has_battery=True)
    assert abs(world.left_s - 490) < 1e-3


def test_an_alarm_follows_the_wall_clock() -> None:
    world = World()
    world.set_alarm("07:30")
    due_s = next_at("07:30", world.truth_s)
    assert world.left_s == due_s - world.truth_s
    world.sets_the_clock(HOUR_S)
    assert world.left_s == due_s - world.truth_s - HOUR_S
    world.passes(world.left_s + 1)
    assert world.phase() is Phase.RINGING
    world.sets_the_clock(-HOUR_S)
    assert world.phase() is Phase.RINGING, "its time has come: nothing undoes that"


def test_an_alarm_from_before_anybody_knew_the_time_means_the_next_such_time() -> None:
    world = World(wall_error_s=-40 * 24 * HOUR_S - 3 * HOUR_S, is_wall_right=False)
    world.set_alarm("07:30")
    world.asks_the_network()
    assert world.left_s == next_at("07:30", world.truth_s) - world.truth_s


def in_tokyo(at: str, wall_s: float) -> float:
    return next_at(at, wall_s + 9 * HOUR_S) - 9 * HOUR_S


def test_where_the_time_zone_is_set_anew_an_alarm_means_the_next_such_time_there() -> None:
    world = World()
    world.set_alarm("07:30")
    it = world.book
    assert it is not None
    assert timers.settle(it, world.clock, next_at) is it
    moved = timers.settle(it, world.clock, in_tokyo)
    assert moved.wall_due_s == in_tokyo("07:30", world.truth_s) != it.wall_due_s
    assert timers.settle(moved, world.clock, in_tokyo) is moved
    world.passes(it.wall_due_s - world.truth_s + 5)
    ringing = world.book
    assert ringing is not None
    assert timers.settle(ringing, world.clock, in_tokyo) is ringing, "what rings is not taken back"


def test_a_jump_over_an_alarm_makes_it_a_missed_one() -> None:
    world = World()
    world.set_alarm("07:30")
    world.sets_the_clock(world.left_s + 1200)
    assert world.phase() is Phase.MISSED


class Days:
    """Steps that any day may bring, in any order."""

    passing = st.tuples(st.just("passes"), st.floats(0.1, 400))
    jump = st.tuples(st.just("jump"), st.floats(-1e6, 1e6))
    network = st.tuples(st.just("network"), st.just(0.0))
    cut = st.tuples(st.just("cut"), st.floats(0.5, 2000))
    battery = st.tuples(st.just("battery"), st.floats(0.5, 2000))
    restart = st.tuples(st.just("restart"), st.just(0.0))
    any = st.lists(st.one_of(passing, jump, network, cut, battery, restart), max_size=25)


def live(world: World, step: tuple[str, float]) -> None:
    kind, amount = step
    match kind:
        case "passes":
            world.passes(amount)
        case "jump" if not world.is_wall_right:  # whoever sets a right clock wrong says so
            world.sets_the_clock(amount if world.wall_error_s + amount < 0 else 0.0)
        case "network":
            world.asks_the_network()
        case "cut" | "battery":
            world.loses_power(amount, has_battery=kind == "battery" and world.is_wall_right)
        case "restart":
            assert world.book is not None
            world.book = replace(world.book)
            world.looks()


@given(length_s=st.floats(1, 3000), knows_the_time=st.booleans(), day=Days.any)
def test_never_early_and_never_lost(length_s: float, knows_the_time: bool, day: list[tuple[str, float]]) -> None:
    world = World(is_wall_right=knows_the_time, wall_error_s=0.0 if knows_the_time else -7 * 24 * HOUR_S)
    began_s = world.truth_s
    world.set(length_s)
    for step in day:
        live(world, step)
        if world.phase() is not Phase.RUNNING:
            assert world.truth_s - began_s >= length_s - 1e-3, "it rang early"
    world.passes(length_s + 0.01)
    assert world.phase(ring_for_s=1e9) is Phase.RINGING, "it was lost"


@given(length_s=st.floats(1, 3000), jumps=st.lists(st.tuples(st.floats(0.1, 300), st.floats(-1e8, 1e8), st.booleans())))
def test_while_the_power_is_on_no_jump_of_the_wall_clock_counts(
    length_s: float, jumps: list[tuple[float, float, bool]]
) -> None:
    world = World()
    world.set(length_s)
    began_s = world.truth_s
    for seconds, by_s, is_right in jumps:
        world.is_wall_right = is_right
        world.passes(seconds)
        world.sets_the_clock(by_s)
        assert abs(world.left_s - (length_s - (world.truth_s - began_s))) < 1e-3


@given(cuts=st.lists(st.tuples(st.floats(0.1, 100), st.floats(0.1, 100)), max_size=8))
def test_with_a_right_clock_every_power_cut_is_bridged_to_the_second(cuts: list[tuple[float, float]]) -> None:
    world = World()
    world.set(2000)
    began_s = world.truth_s
    for seconds, dark_s in cuts:
        world.passes(seconds)
        world.loses_power(dark_s, has_battery=True)
    assert abs(world.left_s - (2000 - (world.truth_s - began_s))) < 1.0 + len(cuts) * timers.JUMP_S


def test_what_nobody_heard_is_a_sentence_for_why() -> None:
    pasta = timers.timer(1, "pasta", 600, Clock("boot", 0, 0, True))
    assert unheard([]) == ""
    told = unheard([(pasta, Phase.MISSED, -720.0)])
    assert told == "The pasta timer ended 12 minutes ago, and nobody heard it: `chimein timer stop` takes note."
    assert why(Appliance(life=Life.AWAKE), missed=told).endswith(f". {told}")
