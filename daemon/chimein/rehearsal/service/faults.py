"""Carries out what a script wants to go wrong."""

import asyncio
import json
import time
from collections.abc import Coroutine
from typing import Any, Final, Protocol

from chimein.rehearsal.service import protocol
from chimein.rehearsal.service.house import House
from chimein.rehearsal.service.protocol import INTERNAL, Refusal
from chimein.rehearsal.service.script import INSTEAD, Fault
from chimein.rehearsal.service.turns import Heard, Turns
from chimein.rehearsal.service.wire import Wire

_DEADLOCK_S: Final = 3600.0


class Session(Protocol):
    """What of a connection a fault may touch."""

    wire: Wire
    house: House
    turns: Turns | None
    """None until the setup is complete."""
    is_hanging: bool

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """A task that ends with the connection."""


async def perform(fault: Fault, session: Session) -> None:
    """Now, or in a task of its own after the fault's delay. May raise Refusal, which closes the connection."""
    if fault.after_s > 0:
        session.spawn(_later(fault, session), f"fault {fault.do}")
    else:
        await _now(fault, session)


async def _later(fault: Fault, session: Session) -> None:
    await asyncio.sleep(fault.after_s)
    await _now(fault, session)


async def _now(fault: Fault, session: Session) -> None:
    details, wire = fault.details, session.wire
    code, reason = int(details.get("code", INTERNAL)), str(details.get("reason", "Internal error encountered."))
    match fault.do:
        case "close":
            raise Refusal(code, reason)
        case "drop":
            wire.drop()
        case "hang":
            session.is_hanging = True
            wire.is_mute = True
        case "blackhole":
            wire.blackhole()
            await asyncio.sleep(_DEADLOCK_S)
        case "refuse":
            session.house.refuse_until_s = time.monotonic() + float(details.get("for_s", 1.0))
            wire.drop()
        case "slow":
            wire.delay_s = float(details.get("delay_s", 0.5))
        case "go_away":
            await wire.send(protocol.go_away(details.get("time_left")))
        case "send":
            message = details["message"]
            await wire.send_text(message if isinstance(message, str) else json.dumps(message))
        case "malformed":
            await wire.send_text('{"serverContent": {"turnComp')
        case "unknown":
            await wire.send({"somethingNew": {"value": 1}})
        case "error":
            await wire.send({"error": {"code": code, "message": reason, "status": "INTERNAL"}})
        case "expire_handles":
            session.house.handles.expire_all()
        case "interrupt":
            if session.turns is not None:
                session.turns.interrupt(even_if_silent=True)
        case action if action in INSTEAD and session.turns is not None:
            session.turns.ask(Heard("", instead=fault))
