"""The families `mute` and `forget`. Muting is a one-way street: no tool can open the microphone again."""

from collections.abc import Callable

from chimein.core.kitchen.tools import Arguments, Outcome, Tool, tool


class MuteMicrophone(Arguments):
    """Shuts the microphone. Only a person can open it again, with the button."""


class ForgetConversation(Arguments):
    """Forgets everything that was said so far and starts a new conversation."""


def privacy_tools(mute: Callable[[], None], forget: Callable[[], None]) -> list[Tool]:
    """The tools of these families."""

    def mute_microphone(asked: MuteMicrophone) -> Outcome:
        mute()
        return Outcome("The microphone is shut. The button opens it again.")

    def forget_conversation(asked: ForgetConversation) -> Outcome:
        forget()
        return Outcome("It is forgotten.")

    return [tool("mute", MuteMicrophone, mute_microphone), tool("forget", ForgetConversation, forget_conversation)]
