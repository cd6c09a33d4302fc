"""Whether the other side is alive: the clock of the socket.

A dead network is noticed by nobody: sends succeed for 40 s into the kernel's buffers. And an impatient keepalive kills
healthy sessions, for the service's pongs have been seen to take 8 to 30 s. What tells the two apart is that slow pongs
still come: one question every few seconds, and their answers flow however late each of them is. So the patience counts
from the latest sign of life, a word or a pong, and it is short only while speech goes up that nobody has shown to have
heard. A service whose pongs are known to be slow is given that much more.

There is also the service that answers pings and nothing else. Lines may go by without a word from it, for nothing need
come of a cough; when several in a row have, the connection is changed for a new one, which costs nobody anything, and
less and less readily where that did not help.
"""

from enum import Enum

ASK_EVERY_S = 5.0
SPEECH_PATIENCE_S = 12.0
"""While speech is on its way: noticed, with the question's own period, well within 15 s."""
SLOW_PONG_S = 5.0
SLOWEST_PONG_S = 30.0
IDLE_PATIENCE_S = 75.0
"""While nobody talks: two and a half of the slowest pongs."""
GUESSES = 2
"""A service that has never answered a ping is left for dead so often, the second time with more patience. Then it is
one that answers none, and only the lines without a word tell against it."""
WORDLESS_LINES = 3
WORDLESS_LINES_AT_MOST = 48
WORDLESS_AFTER_S = 16.0
"""And so long after the first of them: words may be late."""


class Sign(Enum):
    """What the pulse says."""

    ALIVE = "alive"
    DEAD = "dead"
    """Nothing comes any more, whatever goes up: leave it at once."""
    WORDLESS = "wordless"
    """It breathes and says nothing to anything: change the connection when nobody minds."""


class Pulse:
    """One per conversation: what it learns of the pongs holds over its connections. The caller has the clock."""

    def __init__(self) -> None:
        self._pong_s: float | None = None  # how late the latest pong was; None while none has ever come
        self._guesses = 0  # how often a service of which no pong has ever come was left for dead
        self._limit = WORDLESS_LINES
        self.begin(0.0)

    def begin(self, now_s: float) -> None:
        """A connection has been set up."""
        self._sign_s = now_s
        self._speech_s: float | None = None  # since when speech goes up that nobody has shown to have heard
        self._ended_s: float | None = None
        self._wordless = 0
        self._wordless_s = now_s

    @property
    def has_words(self) -> bool:
        """Nothing was said to its end of which no word has come down."""
        return self._wordless == 0

    @property
    def is_heard(self) -> bool:
        """Something has come down since the latest speech was sent whole, or there was none."""
        return self._speech_s is None

    def spoke(self, now_s: float) -> None:
        """Speech went up."""
        if self._speech_s is None:
            self._speech_s = now_s
        self._ended_s = None

    def ended(self, now_s: float) -> None:
        """A line is complete."""
        self._ended_s = now_s
        if self._wordless == 0:
            self._wordless_s = now_s
        self._wordless += 1

    def told(self, now_s: float, *, is_word: bool) -> None:
        """A message came; `is_word`: about what was said, and not only about the connection."""
        self._sign_s = now_s
        if self._ended_s is not None:
            self._speech_s = None
        if is_word:
            self._wordless, self._limit = 0, WORDLESS_LINES

    def ponged(self, asked_s: float, now_s: float) -> None:
        """A pong came to what was asked at `asked_s`."""
        self._sign_s = now_s
        self._pong_s = now_s - asked_s
        if self._ended_s is not None and asked_s >= self._ended_s:
            self._speech_s = None

    def feel(self, now_s: float) -> Sign:
        """What there is to say now. Every answer but ALIVE is to be acted upon: it is given once."""
        if self._is_dead(now_s):
            self._guesses += self._pong_s is None
            return Sign.DEAD
        if self._wordless >= self._limit and now_s - self._wordless_s >= WORDLESS_AFTER_S:
            self._limit = min(2 * self._limit, WORDLESS_LINES_AT_MOST)
            return Sign.WORDLESS
        return Sign.ALIVE

    def _is_dead(self, now_s: float) -> bool:
        if self._speech_s is None:
            return self._pong_s is not None and now_s - self._sign_s >= IDLE_PATIENCE_S
        if self._pong_s is None and self._guesses >= GUESSES:
            return False
        return now_s - max(self._sign_s, self._speech_s) >= self._patience_s

    @property
    def _patience_s(self) -> float:
        late_s = self._pong_s if self._pong_s is not None else SLOWEST_PONG_S * self._guesses
        return SPEECH_PATIENCE_S + (min(late_s, SLOWEST_PONG_S) if late_s > SLOW_PONG_S else 0.0)
