"""Who has muted, when the daemon wakes: what was remembered, what a press left behind, and what can be read anew."""

from collections.abc import Collection

from chimein.core.machines.events import Muter


def mutes_at_the_start(
    remembered: Collection[Muter], *, is_press_left_over: bool, has_switch: bool, has_array_line: bool
) -> frozenset[Muter]:
    """Those who mute until they say otherwise. `remembered` is {UNKNOWN} where nothing could be read.

    A switch says by its level what is so, and the array by its line: what is remembered of them does not count. A press
    that was left over has shut the microphone, and the daemon died before it knew what else it might have meant.
    """
    mutes = set(remembered)
    if is_press_left_over:
        mutes.add(Muter.HARDWARE)
    if has_switch:
        mutes.discard(Muter.HARDWARE)
    if not has_array_line:
        mutes.discard(Muter.ARRAY)
    return frozenset(mutes)
