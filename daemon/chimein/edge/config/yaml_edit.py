"""Changes or removes one value in a YAML text and leaves every other character alone: comments, quotes, line ends.

The value's own place is rewritten, or a line is put in. Each way is a guess about the text, so its result is read again
and taken only if it says exactly what was wanted; what no guess fits goes through ruamel's round trip.
"""

import copy
import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final

from chimein.edge.config import yaml_file

Path = tuple[str, ...]

_PLAIN: Final = re.compile(r"[A-Za-z][\w./@+-]*(?: [\w./@+,;-]+)*")
_NOT_PLAIN: Final = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def scalar(value: object) -> str:
    """A value on one line, as YAML: plain where nobody could misread it, quoted where somebody could."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _NOT_PLAIN:
        return value
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | tuple):
        return f"[{', '.join(scalar(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{scalar(str(key))}: {scalar(item)}' for key, item in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)


def with_value(text: str, path: Path, value: object) -> str:
    """`text` with the value at `path` changed or added. Raises ValueError where the text cannot take it."""
    tree = yaml_file.read(text)
    if tree.faults:
        raise ValueError("the file has to be right before it can be changed")
    wanted = _data_with(tree.data, path, value)
    for guess in _guesses(text, tree, path, scalar(value)):
        again = yaml_file.read(guess)
        if not again.faults and again.data == wanted:
            return guess
    return yaml_file.with_value(text, path, value)


def without(text: str, path: Path) -> str:
    """`text` without the key at `path`, nor the sections that held nothing else.

    KeyError where it is not there, ValueError where it cannot be taken out.
    """
    tree = yaml_file.read(text)
    if tree.faults:
        raise ValueError("the file has to be right before it can be changed")
    if path not in tree.lines:
        raise KeyError(path)
    while len(path) > 1 and len(_at(tree.data, path[:-1])) == 1:
        path = path[:-1]
    wanted = copy.deepcopy(tree.data)
    del _at(wanted, path[:-1])[path[-1]]
    for guess in _cuts(text, tree, path):
        again = yaml_file.read(guess)
        if not again.faults and again.data == wanted:
            return guess
    raise ValueError("take it out by hand")


def _cuts(text: str, tree: yaml_file.Tree, path: Path) -> Iterator[str]:
    """Without its lines, if it has lines of its own; else without it and the comma after it, or before."""
    span, lines = tree.spans[path], text.splitlines(keepends=True)
    first = tree.lines[path] - 1
    begin = sum(map(len, lines[:first]))
    own = text[begin : span.end].splitlines()
    if span.block:  # its end is the next key's beginning; comments and empty lines in between are not its own
        while len(own) > 1 and (not own[-1].strip() or own[-1].lstrip().startswith("#")):
            own.pop()
    yield text[:begin] + "".join(lines[first + len(own) :])
    key = text.rfind(path[-1], begin, span.start)
    if key >= 0:
        before, after = text[:key], text[span.end :]
        is_last = re.match(r"\s*,", after) is None
        yield re.sub(r",\s*$", "", before) + after if is_last else before + re.sub(r"^\s*,\s*", "", after)


def _guesses(text: str, tree: yaml_file.Tree, path: Path, new: str) -> Iterator[str]:
    if path in tree.spans:
        yield _replaced(text, tree.spans[path], new)
        return
    yield from _inserted(text, tree, path, new)


def _replaced(text: str, span: yaml_file.Span, new: str) -> str:
    before, old, after = text[: span.start], text[span.start : span.end], text[span.end :]
    if span.block:  # its end is the next key's beginning; comments and empty lines in between are not its own
        lines = old.splitlines(keepends=True)
        kept: list[str] = []
        while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
            kept.insert(0, lines.pop())
        end = "\r\n" if "\r\n" in old else "\n"
        return before + new + end + "".join(kept) + after
    blank = " " if before[-1:] == ":" else ""
    if remark := re.match(r"( {2,})#", after):  # a column of remarks stays a column
        after = " " * max(1, len(remark[1]) + len(old) - len(new)) + after[len(remark[1]) :]
    return before + blank + new + after


def _inserted(text: str, tree: yaml_file.Tree, path: Path, new: str) -> Iterator[str]:
    """The key put into the deepest section there is: as its first key, so that no comment comes between."""
    depth = max((n for n in range(len(path)) if n == 0 or isinstance(_at(tree.data, path[:n]), dict)), default=0)
    end = "\r\n" if "\r\n" in text else "\n"
    if depth == 0:
        gap = "" if not text or text.endswith("\n") else end
        yield text + gap + _nested(path, new, "", end)
        return
    siblings = [keys for keys in tree.lines if len(keys) == depth + 1 and keys[:depth] == path[:depth]]
    span = tree.spans[path[:depth]]
    rest = path[depth:]
    if not span.block:
        inside = text[span.start + 1 :]
        flow = new
        for step in reversed(rest[1:]):
            flow = f"{{{scalar(step)}: {flow}}}"
        comma = ", " if siblings else ""
        yield f"{text[: span.start + 1]}{scalar(rest[0])}: {flow}{comma}{inside}"
        return
    begin = text.rfind("\n", 0, span.start) + 1
    indent = text[begin : span.start]
    yield text[:begin] + _nested(rest, new, indent, end) + text[begin:]


def _nested(path: Path, new: str, indent: str, end: str) -> str:
    lines = [f"{indent}{'  ' * level}{scalar(step)}:" for level, step in enumerate(path)]
    return end.join(lines) + f" {new}{end}"


def _data_with(data: dict[str, Any], path: Path, value: object) -> dict[str, Any]:
    wanted = copy.deepcopy(data)
    section = wanted
    for step in path[:-1]:
        if not isinstance(section.get(step), dict):
            section[step] = {}
        section = section[step]
    section[path[-1]] = value
    return wanted


def _at(data: dict[str, Any], path: Path) -> Any:
    value: Any = data
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value
