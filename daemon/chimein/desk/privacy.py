"""`mute`, `unmute` and `forget`: what may be heard, and what may be kept."""

from chimein.core.errors import NotAllowedError
from chimein.core.machines.events import ForgetAsked, MuteAsked, Muter
from chimein.core.machines.states import Ear
from chimein.desk import Answer, Family, Request
from chimein.desk.view import View
from chimein.flow.attend import Attendant


def privacy(view: View, attendant: Attendant, *, has_button: bool) -> Family:
    """The commands of this family. Where there is a button, what may have been its mute is its own to undo."""

    def picture() -> Answer:
        return {"picture": view.to_json()}

    async def mute(request: Request) -> Answer:
        attendant.happened(MuteAsked(Muter.SOFTWARE, True))
        return picture()

    async def unmute(request: Request) -> Answer:
        mutes = attendant.state.mutes
        if Muter.HARDWARE in mutes:
            raise NotAllowedError("muted at the device: only its button or switch can undo that")
        if Muter.ARRAY in mutes or attendant.state.ear is Ear.ARRAY_MUTED:
            raise NotAllowedError("muted at the microphone itself: undo it there")
        if Muter.UNKNOWN in mutes:
            if has_button:
                raise NotAllowedError("nobody knows who had muted before the start: press the button to undo it")
            attendant.happened(MuteAsked(Muter.UNKNOWN, False))
        attendant.happened(MuteAsked(Muter.SOFTWARE, False))
        return picture()

    async def forget(request: Request) -> Answer:
        attendant.happened(ForgetAsked())
        return picture()

    return {"mute": mute, "unmute": unmute, "forget": forget}
