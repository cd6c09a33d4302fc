"""Money: the ledger, the day's budget and what they want of the rest. Made here, and wired to the daemon for app."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import date
from typing import Any

from chimein.core.config import Config
from chimein.core.gate import Gate
from chimein.core.live.facts import Fact, ReplyAudio, SentAudio, Usage
from chimein.core.machines.aside import sensitivity
from chimein.core.machines.effects import Effect
from chimein.core.money.prices import Prices, prices_for
from chimein.desk import Family
from chimein.desk.listening import listening
from chimein.desk.money import money
from chimein.edge.memory import Memory
from chimein.edge.slate import Slate
from chimein.edge.sound.vad import second_stage
from chimein.flow.attend import Attendant
from chimein.flow.live.colisten import CoListener
from chimein.flow.live.converse import Conversation
from chimein.flow.money.account import Account
from chimein.flow.money.budget import Budget
from chimein.flow.sound.listen import Listener
from chimein.flow.watch import every

WRITE_EVERY_S = 600.0
"""Between two writes of the bill: SD cards wear."""
NOTE_EVERY_S = 5.0
"""Between two looks at what has gone up and down; what the service bills is noted at once."""


class Till:
    """The parts and the lines between them. Decides nothing."""

    def __init__(self, config: Config, attendant: Attendant, listener: Listener, memory: Memory, slate: Slate) -> None:
        self._config = config
        self._attendant = attendant
        self._listener = listener
        self._memory = memory
        self.account = Account(
            today=lambda: date.today().isoformat(),
            load=memory.tally,
            keep=memory.add_tally,
            prices=_prices(config),
            slate=slate,
            context_tokens=lambda: self._config.session.compress_at_tokens,
        )
        self.budget = Budget(self.account, config.budget.daily_usd, happened=attendant.happened)

    def families(self, colisten: CoListener) -> list[Family]:
        """The commands that cost money, or tell of it."""
        return [
            money(self.account, self._memory),
            listening(self._attendant, colisten, self.budget, lambda: self.account.prices),
        ]

    def hands(self, conversation: Conversation) -> Mapping[Effect, Callable[[], None]]:
        """What is done for the effects that belong here."""
        return {
            Effect.SET_GATE: self.set_gate,
            Effect.REST: conversation.rest,
            Effect.DIAL: conversation.dial,
            Effect.GRANT_MINUTE: self.budget.grant_minute,
        }

    def flows(self) -> Mapping[str, Coroutine[Any, Any, None]]:
        return {
            "bill": every(WRITE_EVERY_S, self.account.write),
            "slate": every(NOTE_EVERY_S, self.account.note),
            "budget": self.budget.run(),
        }

    def know(self, fact: Fact) -> None:
        """Whatever is said or sent and costs something."""
        match fact:
            case Usage():
                self.account.add(fact)
            case SentAudio(pcm=pcm):
                self.account.sent(len(pcm))
            case ReplyAudio(pcm=pcm):
                self.account.received(len(pcm))
            case _:
                return
        self.budget.look()

    def set_gate(self) -> None:
        """A new gate, as the configuration and the purse want it."""
        gate = self._config.gate
        lowered = sensitivity(gate.sensitivity, self._attendant.state.purse)
        self._listener.change(gate=Gate(gate.model_copy(update={"sensitivity": lowered}), second_stage(gate)))

    def use(self, config: Config) -> None:
        """A configuration that was read again."""
        self._config = config
        self.account.change_prices(_prices(config))
        self.budget.daily_usd = config.budget.daily_usd
        self.budget.look()


def _prices(config: Config) -> Prices:
    return prices_for(config.live.model, config.budget.prices, config.budget.model_prices)
