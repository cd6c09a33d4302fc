"""`quiet`: no word for a while, and when there will be one again."""

from chimein.core import lengths
from chimein.core.errors import UsageError
from chimein.desk import Answer, Family, Request
from chimein.flow.kitchen.quiet import QuietHours


def quiet_hours(quiet: QuietHours) -> Family:
    """The command of this family."""

    async def ask(request: Request) -> Answer:
        match request.get("for"):
            case None:
                pass
            case "off":
                quiet.end()
            case str(length):
                quiet.begin(lengths.seconds(length))
            case _:
                raise UsageError("for is a text")
        until = quiet.until
        return {"quiet": until is not None, "until": until and until.isoformat(timespec="minutes")}

    return {"quiet": ask}
