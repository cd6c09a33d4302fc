"""What is left of a demo: report.json's content, and the table at the end. Pure."""

from collections.abc import Sequence
from typing import Any

from chimein.demo.story import Said, Story, Turn


def report(story: Story, turns: Sequence[Turn], said: Sequence[Said], *, instruction: str) -> dict[str, Any]:
    """The promised report. `turns` are the story's, with the times of their lines. `said` are the guests' lines;
    without any, the lines are what the service understood.

    What was saved is the difference of the other two, to the last digit; below nothing where much was sent twice.
    """
    heard_s, sent_s = round(story.ear.heard_s if story.ear else 0.0, 2), round(story.sent_s, 2)
    return {
        "lines": _guests_lines(said, turns) if said else _understood_lines(turns),
        "heard_s": heard_s,
        "sent_s": sent_s,
        "saved_s": round(heard_s - sent_s, 2),
        "input_tokens": story.tally.input_tokens,
        "output_tokens": story.tally.output_tokens,
        "usd": round(story.tally.usd, 6),
        "instruction": instruction,
    }


def table(told: dict[str, Any]) -> str:
    """The report's figures for people."""
    heard_s, sent_s = round(told["heard_s"], 1), round(told["sent_s"], 1)
    saved_s = round(heard_s - sent_s, 1)  # of what is shown, or somebody reckons it up and finds a tenth missing
    kept = f" ({100 * saved_s / heard_s:.0f} % stayed in the kitchen)" if saved_s > 0 else ""
    rows = [
        ("lines heard", str(len(told["lines"]))),
        ("chimed in", str(sum(line["chimed_in"] for line in told["lines"]))),
        ("heard", f"{heard_s:.1f} s"),
        ("sent", f"{sent_s:.1f} s"),
        ("saved", f"{saved_s:.1f} s{kept}"),
        ("tokens", f"{told['input_tokens']} in, {told['output_tokens']} out"),
        ("money", f"{told['usd']:.4f} USD at Gemini's list price; the rehearsal is free"),
    ]
    return "\n".join(f"  {name:<12} {value}" for name, value in rows)


def _guests_lines(said: Sequence[Said], turns: Sequence[Turn]) -> list[dict[str, Any]]:
    answers: list[list[Turn]] = [[] for _ in said]
    for turn in turns:
        answers[_line_of(turn, said)].append(turn)
    return [
        _line(line.start_s, line.end_s, line.speaker, line.text, about)
        for line, about in zip(said, answers, strict=True)
    ]


def _understood_lines(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    return [_line(turn.start_s, turn.end_s, None, turn.heard.strip(), [turn]) for turn in turns]


def _line_of(turn: Turn, said: Sequence[Said]) -> int:
    """The line that was being said in most of the turn's time; if none was, the last that had begun by then."""
    common_s = [min(line.end_s, turn.end_s) - max(line.start_s, turn.start_s) for line in said]
    if max(common_s) > 0:
        return common_s.index(max(common_s))
    return max((i for i, line in enumerate(said) if line.start_s <= turn.start_s), default=0)


def _line(start_s: float, end_s: float, speaker: str | None, text: str, about: Sequence[Turn]) -> dict[str, Any]:
    reply = " ".join(turn.reply.strip() for turn in about if turn.reply.strip())
    return {
        "start_s": round(start_s, 2),
        "end_s": round(end_s, 2),
        "speaker": speaker,
        "text": text,
        "chimed_in": any(turn.chimed_in for turn in about),
        "reply": reply or None,
    }
