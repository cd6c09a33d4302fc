"""`listen`: a file, from the command that has it open, into the conversation that is under way."""

import base64
import binascii
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

from chimein.core.audio import SAMPLE_BYTES, UP_HZ
from chimein.core.errors import ChimeinError, NotAllowedError, UsageError
from chimein.core.machines.states import Life, Link
from chimein.core.money.ledger import TOKENS_PER_S, sound_usd
from chimein.core.money.prices import Prices
from chimein.core.status.why import why
from chimein.desk import Answer, Dialogue, Family, Request
from chimein.flow.attend import Attendant
from chimein.flow.live.colisten import MOST_PIECE_S, CoListener, Piece, Progress
from chimein.flow.money.budget import Budget

LONGEST_S = 24 * 3600.0


def listening(attendant: Attendant, colisten: CoListener, budget: Budget, prices: Callable[[], Prices]) -> Family:
    """The commands of this family."""

    def refuse(usd: float) -> None:
        """Raises what stands against a file that costs so much."""
        now, left_usd = attendant.state, budget.left_usd()
        if colisten.is_busy:
            raise ChimeinError("it is listening to a file already")
        if now.is_muted:
            raise NotAllowedError(f"nothing leaves the house now, not even a file: {why(now)}")
        if left_usd is not None and usd > left_usd:
            raise ChimeinError(
                f"that costs at least {usd:.4f} USD, and {max(0.0, left_usd):.4f} of the day's {budget.daily_usd} are "
                "left: raise budget.daily_usd"
            )
        if now.life is not Life.AWAKE or now.link is not Link.ONLINE:
            raise ChimeinError(f"not now: {why(now)}")

    async def listen(request: Request) -> Dialogue:
        seconds, aloud = request.get("seconds"), request.get("aloud")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 < seconds <= LONGEST_S:
            raise UsageError(f"a file may be {LONGEST_S / 3600:.0f} hours long")
        usd = sound_usd(seconds, prices())
        refuse(usd)
        begins = {
            "seconds": round(seconds, 2),
            "tokens": round(seconds * TOKENS_PER_S),
            "usd": round(usd, 6),
            "left_usd": budget.left_usd(),
        }

        async def dialogue(requests: AsyncIterator[Request]) -> AsyncIterator[Answer]:
            yield {"begins": begins}
            refuse(usd)  # another may have begun meanwhile
            async with aclosing(colisten.play(_pieces(requests, with_aloud=aloud is True))) as progresses:
                async for progress in progresses:
                    yield _answer(progress)

        return dialogue

    return {"listen": listen}


def _answer(progress: Progress) -> Answer:
    said = {
        "heard_s": round(progress.heard_s, 2),
        "doing": progress.doing.value,
        "want": progress.wants_more,
        "lost_s": round(progress.lost_s, 2),
    }
    return said if progress.end is None else {**said, "end": progress.end}


async def _pieces(requests: AsyncIterator[Request], *, with_aloud: bool) -> AsyncIterator[Piece | None]:
    """Until the caller says that this was the file, or says nonsense, or hangs up."""
    most = int(MOST_PIECE_S * UP_HZ) * SAMPLE_BYTES
    async for request in requests:
        if request.get("is_end") is True:
            yield None
            continue
        try:
            up = base64.b64decode(str(request.get("up", "")), validate=True)
            aloud = base64.b64decode(str(request.get("aloud", "")), validate=True) if with_aloud else b""
        except binascii.Error:
            return
        if len(up) > most or len(aloud) > 2 * most or len(up) % SAMPLE_BYTES or len(aloud) % SAMPLE_BYTES:
            return
        yield Piece(up, aloud)
