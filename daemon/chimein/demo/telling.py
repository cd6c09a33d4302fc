"""What the demo prints while it runs. Pure: lines of text."""

from chimein.demo.story import Said, Turn

NOTHING_SENT = "nothing was sent: the gate took it for the noise of the kitchen"


def said_line(said: Said) -> str:
    return f"{said.start_s:6.1f} s  {said.speaker}: {said.text}"


def turn_lines(turn: Turn, *, with_words: bool) -> list[str]:
    """What came of a piece of speech. `with_words` when nobody but the service knows what was said."""
    lines = []
    if with_words:
        lines.append(f"{turn.start_s:6.1f} s  somebody: {turn.heard.strip() or '(no words)'}")
    elif turn.heard.strip():
        lines.append(_beneath(f"understood: {turn.heard.strip()}"))
    if turn.chimed_in:
        cut = " … (talked over)" if turn.interrupted else ""
        lines.append(_beneath(f"CHIMES IN: {turn.reply.strip() or '(no words)'}{cut}"))
        if turn.why:
            lines.append(_beneath(f"because {turn.why}"))
    elif turn.why.startswith("somebody asked"):
        lines.append(_beneath(f"does it without a word of its own: {turn.why}"))
    else:
        lines.append(_beneath(f"stays silent: {turn.why or 'the model found that it is not concerned'}"))
    return lines


def talked_over_line() -> str:
    return _beneath("is talked over, and stops")


def mute_line(is_muted: bool, *, is_recording: bool) -> str:
    if is_muted:
        return _beneath("muted: the process that hears is gone")
    return _beneath("unmuted; the recording begins again" if is_recording else "unmuted")


def unanswered_line(*, was_muted: bool, is_online: bool, was_sent: bool) -> str:
    """A line that nothing came back for."""
    if was_muted:
        return _beneath("nobody could hear that: muted")
    if not is_online:
        return _beneath("nothing came back: no connection")
    return _beneath("nothing came back" if was_sent else NOTHING_SENT)


def _beneath(text: str) -> str:
    return f"{'':10}· {text}"
