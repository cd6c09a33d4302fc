"""Who the assistant is just now: the instruction of the configuration, or one of those that have a name."""

from collections.abc import Callable

from chimein.core.config import AssistantSettings
from chimein.core.errors import UsageError

PLAIN = "default"
"""What `assistant.instruction` is called among the others."""


class Personas:
    """`load` and `keep` are the store's: what the configuration said, and what was chosen while it did."""

    def __init__(
        self,
        settings: AssistantSettings,
        *,
        load: Callable[[], tuple[str, str] | None],
        keep: Callable[[tuple[str, str]], None],
        changed: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._keep = keep
        self._changed = changed
        kept = load()
        own = settings.persona or PLAIN
        self._chosen = kept[1] if kept is not None and kept[0] == own and kept[1] in self.names else own

    @property
    def names(self) -> list[str]:
        """All that there are, the plain one first."""
        return [PLAIN, *(name for name in self._settings.personas if name != PLAIN)]

    @property
    def chosen(self) -> str:
        return self._chosen

    def assistant(self) -> AssistantSettings:
        """The settings with the instruction of the one that is chosen."""
        instruction = self._settings.personas.get(self._chosen, self._settings.instruction)
        return self._settings.model_copy(update={"instruction": instruction})

    def use(self, settings: AssistantSettings) -> None:
        """A configuration that was read again. One that names another persona wins over what was chosen."""
        was, self._settings = self._settings.persona, settings
        if settings.persona != was or self._chosen not in self.names:
            self._chosen = settings.persona or PLAIN

    def choose(self, name: str) -> None:
        """This one from now on; the conversation goes on over a new connection. Raises UsageError."""
        if name not in self.names:
            raise UsageError(
                f"nobody is called {name}; there are: {', '.join(self.names)} (assistant.personas in the configuration)"
            )
        self._keep((self._settings.persona or PLAIN, name))
        if name != self._chosen:
            self._chosen = name
            self._changed()

    def next(self) -> None:
        """The one after this, and after the last the first: a gesture of the button."""
        names = self.names
        self.choose(names[(names.index(self._chosen) + 1) % len(names)])
