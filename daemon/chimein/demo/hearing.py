"""What the rehearsal service writes down about each line, and which turn that is. Pure.

A turn comes down without a word about when its line was spoken; with several lines on their way, the service knows and
nobody else does. It serves lines in order, so order and words tell which is which.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from chimein.demo.passage import Passage
from chimein.demo.story import Turn

STEP_S: Final = 0.03
"""The service looks at 20 ms at a time, up to 10 ms late: where a gate opens in the middle of a word, the step in which
the word begins may still have begun before the gap, seconds ago."""


@dataclass(frozen=True)
class Hearing:
    """A line, as the service heard it."""

    connection: int
    """1 for the first that was set up."""
    start_s: float
    """Of the speech itself, in seconds of what the service received over this connection."""
    end_s: float
    text: str
    why: str = ""
    """Why it answers or does not; "" as long as it has not said."""


def hearings(notes: Iterable[Mapping[str, Any]]) -> list[Hearing]:
    """All lines with words in a record (chimein.rehearsal.service.record), in order."""
    connections: list[int] = []
    found: dict[int, Hearing] = {}
    for note in notes:
        match note:
            case {"kind": "setup", "connection": number}:
                connections.append(number)
            case {"kind": "heard", "text": str(text), "line": line, "start_s": start_s, "end_s": end_s}:
                found[line] = Hearing(connections.index(note["connection"]) + 1, start_s, end_s, text)
            case {"kind": "turn", "line": line, "why": why} if line in found:
                found[line] = replace(found[line], why=why)
    return list(found.values())


def placed(turns: Sequence[Turn], heard: Sequence[Hearing], passage: Passage) -> list[Turn]:
    """The turns with the times of their lines, and why. What came of a line in two turns becomes one: an answer without
    the words, or a line that was sent again after the connection was lost. A turn that the service knows nothing of
    stays as it is.
    """
    done: list[Turn] = []
    after = 0
    for turn in turns:
        at = next((at for at in range(after, len(heard)) if _is_about(turn, heard[at])), None)
        if at is not None:
            after = at + 1
            again = _timed(turn, heard[at], passage)
            if done and again.start_s < done[-1].end_s and heard[at].connection > 1:
                done[-1] = _joined(done[-1], again)
            else:
                done.append(again)
        elif done and not turn.heard.strip():
            done[-1] = _joined(done[-1], turn)
        else:
            done.append(turn)
    return done


def _is_about(turn: Turn, hearing: Hearing) -> bool:
    """The transcription may have been cut off, but it begins as the line does."""
    said, known = turn.heard.split(), hearing.text.split()
    return said == known[: len(said)] if said else not known


def _timed(turn: Turn, hearing: Hearing, passage: Passage) -> Turn:
    started_s = passage.heard_s(hearing.connection, min(hearing.start_s + STEP_S, hearing.end_s))
    end_s = passage.heard_s(hearing.connection, hearing.end_s)
    if started_s is None or end_s is None:
        return replace(turn, why=hearing.why)
    return replace(turn, start_s=started_s - STEP_S, end_s=end_s, why=hearing.why)


def _joined(turn: Turn, more: Turn) -> Turn:
    return replace(
        turn,
        reply=" ".join(filter(None, (turn.reply.strip(), more.reply.strip()))),
        chimed_in=turn.chimed_in or more.chimed_in,
        interrupted=turn.interrupted or more.interrupted,
        why=more.why or turn.why,
    )
