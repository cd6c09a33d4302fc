"""The desk: answers the commands that come over the control socket. One small module per family of commands."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from chimein.core.errors import UsageError

Answer = Mapping[str, object]
Request = Mapping[str, object]
Dialogue = Callable[[AsyncIterator[Request]], AsyncIterator[Answer]]
"""What the caller says from then on, until it hangs up → a stream of answers."""
Command = Callable[[Request], Awaitable[Answer | AsyncIterator[Answer] | Dialogue]]
"""A whole request → an answer, a stream, or a dialogue. Raises ChimeinErrors, which are told to whoever asked."""
Family = Mapping[str, Command]
"""Commands that belong together, by the name that the control socket knows them under."""


class Desk:
    """Knows which command is whose, and nothing else."""

    def __init__(self, *families: Family) -> None:
        self._commands = {name: command for family in families for name, command in family.items()}

    async def answer(self, command: str, request: Request) -> Answer | AsyncIterator[Answer] | Dialogue:
        """What the control socket asks for. Raises UsageError for a command that nobody here knows."""
        if command not in self._commands:
            raise UsageError(f"this chimein does not know the command {command}: is it older than its command line?")
        return await self._commands[command](request)
