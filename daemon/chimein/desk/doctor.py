"""`examine`: the doctor's measurement of microphone and speaker, which the daemon holds."""

from collections.abc import AsyncIterator, Awaitable, Callable

from chimein.core.doctor.sound import Measured
from chimein.core.errors import UsageError
from chimein.desk import Answer, Family, Request

MOST_CHIRPS = 10


def doctor(examine: Callable[[int], Awaitable[Measured]]) -> Family:
    """The commands of this family."""

    async def answer(request: Request) -> AsyncIterator[Answer]:
        chirps = request.get("chirps", 3)
        if not isinstance(chirps, int) or isinstance(chirps, bool) or not 0 <= chirps <= MOST_CHIRPS:
            raise UsageError(f"chirps is a number from 0 to {MOST_CHIRPS}")
        return _measured(chirps)

    async def _measured(chirps: int) -> AsyncIterator[Answer]:
        """A stream of one, because it takes longer than an answer may."""
        yield {"measured": (await examine(chirps)).to_json()}

    return {"examine": answer}
