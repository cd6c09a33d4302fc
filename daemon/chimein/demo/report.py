"""What is left of a demo: report.json's content, and the table at the end. Pure."""

from collections.abc import Sequence
from typing import Any

from chimein.demo.story import Said, Story, Turn


def report(story: Story, said: Sequence[Said], *, heard_s: float, instruction: str) -> dict[str, Any]:
    """The promised report. `said` are the guests' lines; without any, the lines are what the service understood."""
    lines = _guests_lines(said, story.turns) if said else _understood_lines(story.turns)
    return {
        "lines": lines,
        "heard_s": round(heard_s, 2),
        "sent_s": round(story.sent_s, 2),
        "saved_s": round(max(0.0, heard_s - story.sent_s), 2),
        "input_tokens": story.tally.input_tokens,
        "output_tokens": story.tally.output_tokens,
        "usd": round(story.tally.usd, 6),
        "instruction": instruction,
    }


def table(told: dict[str, Any]) -> str:
    """The report's figures for people."""
    heard_s, sent_s, saved_s = told["heard_s"], told["sent_s"], told["saved_s"]
    kept = f" ({100 * saved_s / heard_s:.0f} % stayed in the kitchen)" if heard_s else ""
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
    """The last line that had begun before the gate closed for the turn."""
    return max((i for i, line in enumerate(said) if line.start_s <= turn.end_s), default=0)


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
