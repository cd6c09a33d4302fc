"""`volume`: how loud the voice is, and how loud it is to be."""

from chimein.core.errors import UsageError
from chimein.desk import Answer, Family, Request
from chimein.flow.sound.volume import Volume


def loudness(volume: Volume) -> Family:
    """The command of this family."""

    async def ask(request: Request) -> Answer:
        percent = request.get("percent")
        if percent is not None:
            if not isinstance(percent, int) or isinstance(percent, bool) or not 0 <= percent <= 100:
                raise UsageError("a volume is a whole number from 0 to 100, in percent")
            volume.ask(percent)
        return {"percent": volume.percent, "configured": volume.configured}

    return {"volume": ask}
