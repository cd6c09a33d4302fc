"""The one owner of ruamel.yaml: a YAML text as plain data, with the place of every key, or why it is no such thing.

The text is read as a graph of nodes and not as objects, because nodes know where they stand, tell a key that stands
twice, and run nothing. Whatever a text holds, ``read`` returns; all it does is bounded (size, depth, count of values).
"""

import io
import re
from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from chimein.core.problems import shown_text

LONGEST_BYTES: Final = 64 * 1024
DEEPEST: Final = 12
MOST_VALUES: Final = 5_000
"""Aliases count every time they are followed, so a small file cannot unfold into a large one."""

Path = tuple[str, ...]

_UNREADABLE: Final = object()
"""In place of a value that has a fault of its own, so that nobody complains about it twice."""
_YAML_TAG: Final = "tag:yaml.org,2002:"
_INDENTED_WITH_TAB: Final = re.compile(r"^ *\t")


@dataclass(frozen=True)
class Span:
    """Where a value stands: offsets into the text, in characters, and whether it is a block (``|``, a section)."""

    start: int
    end: int
    block: bool


@dataclass(frozen=True)
class Fault:
    """Something wrong with the text itself; `line` counts from 1."""

    line: int
    path: Path
    message: str


@dataclass
class Tree:
    """A text as data. Where there are faults, `data` is what could be read in spite of them."""

    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    """The line of every key, from 1."""
    spans: dict[Path, Span] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    whole: bool = True
    """False: the text stopped making sense somewhere, and more may be missing than the faults say."""


def read(text: str) -> Tree:
    """The tree of one YAML document. Never raises."""
    try:
        return _Reader().read(_compose(text))
    except _TooMuch as error:
        return Tree(faults=[Fault(error.line, (), str(error))], whole=False)
    except RecursionError:
        return Tree(faults=[Fault(1, (), f"nested more than {DEEPEST} deep; no key of chimein is")], whole=False)
    except (
        YAMLError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        AssertionError,
        NotImplementedError,
    ) as error:
        # what is not a YAMLError here is the parser stumbling over its input, which is the input's fault all the same
        return _without_tabs(text, error)


def with_value(text: str, path: Path, value: object) -> str:
    """`text` with one value changed by ruamel's own round trip: comments stay, some blanks may not.

    Raises ValueError where the text is no mapping of mappings down to the key.
    """
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 1 << 20
    try:
        document = yaml.load(text)
        document = yaml.map() if document is None else document
        section = document
        for step in path[:-1]:
            if section.get(step) is None:
                section[step] = yaml.map()
            section = section[step]
        section[path[-1]] = value
        out = io.StringIO()
        yaml.dump(document, out)
    except (YAMLError, AttributeError, TypeError, LookupError, RecursionError) as error:
        raise ValueError("the file is not made of sections that could take the key") from error
    return out.getvalue()


def read_value(text: str) -> Any:
    """A value as it would be read behind ``key: ``; the text itself where it would not be read at all."""
    tree = read(f"value: {text}")
    return text if tree.faults or list(tree.data) != ["value"] else tree.data["value"]


class _TooMuch(Exception):
    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


def _compose(text: str) -> Node | None:
    root: Node | None = YAML(typ="safe", pure=True).compose(io.StringIO(text))
    return root


def _without_tabs(text: str, error: Exception) -> Tree:
    """A text that does not parse. If tabs are why, all are named, and the rest is read as if they were blanks."""
    line = _line_of(error)
    lines = text.splitlines()
    tabbed = [number for number, words in enumerate(lines, 1) if _INDENTED_WITH_TAB.match(words)]
    if "'\\t'" in _complaint(error) or "\t" in "".join(lines[max(0, line - 2) : line]):
        guilty = tabbed or [line]
        faults = [Fault(number, (), "YAML does not allow tabs; use spaces") for number in guilty]
        try:
            tree = _Reader().read(_compose(text.expandtabs(2)))
        except (
            _TooMuch,
            RecursionError,
            YAMLError,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
            AssertionError,
        ):
            return Tree(faults=faults, whole=False)
        tree.faults[:0] = faults
        return tree
    return Tree(faults=[Fault(line, (), _complaint(error))], whole=False)


def _line_of(error: Exception) -> int:
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        return int(error.problem_mark.line) + 1
    return 1


def _complaint(error: Exception) -> str:
    """What the parser says, without the piece of the text that it would show: there may be a secret in it."""
    if not isinstance(error, MarkedYAMLError):
        return "this is not YAML text"
    problem = str(error.problem or "")
    if "found another document" in problem:
        return "a second document begins here (---); put everything into one"
    if "undefined alias" in problem:
        return "this alias (*) was never given an anchor (&); text that begins with * needs quotes"
    if "mapping values are not allowed" in problem:
        return (
            "a colon where none can be: the line before is indented differently, or a text with ': ' in it needs quotes"
        )
    context = f"{error.context}: " if error.context else ""
    return f"not YAML: {shown_problem(context + problem)}"


def shown_problem(text: str) -> str:
    """The parser's own words, with whatever they quote cleaned."""
    return re.sub(r"'([^']*)'", lambda quoted: f"'{shown_text(quoted[1])}'" if quoted[1] != "\\t" else "'\\t'", text)


class _Reader:
    """One walk over the nodes of one text."""

    def __init__(self) -> None:
        self._tree = Tree()
        self._values = 0
        self._construct = YAML(typ="safe", pure=True).constructor

    def read(self, root: Node | None) -> Tree:
        if root is None or (isinstance(root, ScalarNode) and root.tag == f"{_YAML_TAG}null"):
            return self._tree
        if not isinstance(root, MappingNode):
            kind = "a list" if isinstance(root, SequenceNode) else "a single value"
            self._fault(root, (), f"the file must consist of sections such as `gate:`, not of {kind}")
            self._tree.whole = False
            return self._tree
        self._tree.data = self._mapping(root, ())
        return self._tree

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._fault(key_node, path, "a key must be a word, not a list or a section")
                continue
            if key_node.tag == f"{_YAML_TAG}merge":
                self._fault(key_node, path, "merging with << is not read here; write the keys out")
                continue
            key = str(key_node.value)
            here = (*path, key)
            if here in self._tree.lines:
                first = self._tree.lines[here]
                self._fault(key_node, here, f"stands twice, first in line {first}; remove one of them")
                continue
            self._tree.lines[here] = key_node.start_mark.line + 1
            value = self._value(value_node, here)
            if value is not _UNREADABLE:
                data[key] = value
            self._tree.spans[here] = Span(value_node.start_mark.index, value_node.end_mark.index, _is_block(value_node))
        return data

    def _value(self, node: Node, path: Path) -> Any:
        self._values += 1
        line = node.start_mark.line + 1
        if self._values > MOST_VALUES:
            raise _TooMuch(
                line, f"more than {MOST_VALUES} values, aliases unfolded; no configuration of chimein is that long"
            )
        if len(path) > DEEPEST:
            raise _TooMuch(line, f"nested more than {DEEPEST} deep; no key of chimein is")
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            items = [self._value(item, (*path, str(index))) for index, item in enumerate(node.value)]
            return [item for item in items if item is not _UNREADABLE]
        return self._scalar(node, path)

    def _scalar(self, node: Node, path: Path) -> Any:
        kind = str(node.tag).removeprefix(_YAML_TAG)
        if kind in ("str", "timestamp"):  # a date is no kind of value here; as a text it gets a better complaint
            return str(node.value)
        if kind in ("null", "bool", "int", "float"):
            try:
                return self._construct.construct_object(node)
            except (YAMLError, ValueError, OverflowError, LookupError, TypeError):
                self._fault(node, path, f"cannot be read as {kind}")
                return _UNREADABLE
        self._fault(node, path, "YAML tags (!) are not read here; write the value alone")
        return _UNREADABLE

    def _fault(self, node: Node, path: Path, message: str) -> None:
        self._tree.faults.append(Fault(node.start_mark.line + 1, path, message))


def _is_block(node: Node) -> bool:
    if isinstance(node, ScalarNode):
        return node.style in ("|", ">")
    return isinstance(node, MappingNode | SequenceNode) and not node.flow_style
