"""`mute`, `unmute` and `forget`: what may be heard, and what may be kept."""

from typing import Protocol

from chimein.core.errors import NotAllowedError
from chimein.core.events import MuteAsked, Muter
from chimein.core.states import Ear
from chimein.desk import Answer, Family, Request
from chimein.desk.view import View
from chimein.flow.attend import Attendant
from chimein.flow.converse import Conversation


class Memory(Protocol):
    """What forgetting needs of the store."""

    def forget_handle(self) -> None: ...


def privacy(view: View, attendant: Attendant, conversation: Conversation, memory: Memory) -> Family:
    """The commands of this family."""

    def picture() -> Answer:
        return {"picture": view.picture().to_json()}

    async def mute(request: Request) -> Answer:
        attendant.happened(MuteAsked(Muter.SOFTWARE, True))
        return picture()

    async def unmute(request: Request) -> Answer:
        if Muter.HARDWARE in attendant.state.mutes:
            raise NotAllowedError("muted at the device: only its button or switch can undo that")
        if attendant.state.ear is Ear.ARRAY_MUTED:
            raise NotAllowedError("muted at the microphone itself: undo it there")
        attendant.happened(MuteAsked(Muter.SOFTWARE, False))
        return picture()

    async def forget(request: Request) -> Answer:
        conversation.forget()
        memory.forget_handle()
        return picture()

    return {"mute": mute, "unmute": unmute, "forget": forget}
