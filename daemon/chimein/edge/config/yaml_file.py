"""The one owner of ruamel.yaml: a YAML text as plain data, with the place of every key, or why it is no such thing.

The text is read as a graph of nodes and not as objects, because nodes know where they stand, tell a key that stands
twice, and run nothing. Whatever a text holds, ``read`` returns; all it does is bounded (size, depth, count of values).
"""

import io
import itertools
import re
from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from chimein.core.config.yaml_words import SECOND_DOCUMENT, TABS, UNKNOWN_ALIAS, begins_earlier, in_words, twice

LONGEST_BYTES: Final = 64 * 1024
DEEPEST: Final = 12
MOST_VALUES: Final = 5_000
"""Aliases count every time they are followed, so a small file cannot unfold into a large one."""
MOST_PIECES: Final = 100
"""Sections of a text that does not parse which are looked at one by one."""

Path = tuple[str, ...]

_UNREADABLE: Final = object()
"""In place of a value that has a fault of its own, so that nobody complains about it twice."""
_YAML_TAG: Final = "tag:yaml.org,2002:"
_TOO_DEEP: Final = f"nested more than {DEEPEST} deep; no key of chimein is"
_PARSER_ERRORS: Final = (
    YAMLError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    NotImplementedError,
)
"""What is no YAMLError here is the parser stumbling over its input, which is the input's fault all the same."""
_TOP_KEY: Final = re.compile(r"^([A-Za-z_][\w.-]*)[ \t]*:(?=\s|$)", re.MULTILINE)
_LOOKS_OCTAL: Final = re.compile(r"[-+]?0[0-7_]*[1-7][0-7_]*")
"""YAML 1.1 and many a program take 017 for 15; YAML 1.2, which is read here, for 17."""
_HUGE: Final = re.compile(r"[-+]?[0-9]{400}")
"""Of a number that Python refuses to read whole (4300 digits) so many are as good: it is out of every range."""
_MANY_BRACKETS: Final = re.compile(r"(?:[\[{]\s*){40}")
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
    remarks: list[Fault] = field(default_factory=list)
    """No faults, but perhaps not what was meant."""
    whole: bool = True
    """False: the text stopped making sense somewhere, and more may be missing than the faults say."""


def read(text: str) -> Tree:
    """The tree of one YAML document. Never raises."""
    tree = _read(text)
    if tree.whole:
        return tree
    pieces = _piecewise(text)
    return pieces if pieces.faults else tree


def _read(text: str, first_line: int = 1) -> Tree:
    """The tree of a text that begins at the given line of its file, or its first fault."""
    if deep := _MANY_BRACKETS.search(text):  # the parser would find out too, at its leisure
        return Tree(faults=[Fault(text.count("\n", 0, deep.start()) + first_line, (), _TOO_DEEP)], whole=False)
    try:
        tree = _Reader(first_line).read(_compose(text))
    except _TooMuch as error:
        return Tree(faults=[Fault(error.line, (), str(error))], whole=False)
    except RecursionError:
        return Tree(faults=[Fault(first_line, (), _TOO_DEEP)], whole=False)
    except _PARSER_ERRORS as error:
        return _unparsable(text, error, first_line)
    return tree


def _piecewise(text: str) -> Tree:
    """What can be said about a text that does not parse: every section by itself, as if the others were right.

    One quote left open hides everything behind it from the parser; the owner should hear of the rest all the same.
    """
    whole = Tree(whole=False)
    begins = [match.start() for match in _TOP_KEY.finditer(text)] + [len(text)]
    if begins[0] > 0:
        begins.insert(0, 0)
    if len(begins) > MOST_PIECES:
        return whole
    for begin, end in itertools.pairwise(begins):
        piece = _read(text[begin:end], text.count("\n", 0, begin) + 1)
        name = _TOP_KEY.match(text, begin)
        section = () if name is None else (name[1],)
        for fault in piece.faults:
            path = () if fault.message == SECOND_DOCUMENT else fault.path or section
            if fault.message != UNKNOWN_ALIAS or "&" not in text:  # the anchor may be in another piece
                whole.faults.append(Fault(fault.line, path, fault.message))
        for key, value in piece.data.items():
            if key in whole.data:
                whole.faults.append(Fault(piece.lines[(key,)], (key,), twice(whole.lines[(key,)])))
            whole.data.setdefault(key, value)
        whole.lines = piece.lines | whole.lines
    return whole


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


def _unparsable(text: str, error: Exception, first_line: int) -> Tree:
    """A text that does not parse. If tabs are why, all are named, and the rest is read as if they were blanks."""
    line, complaint = _placed(error)
    lines = text.split("\n")
    line = min(line, text.rstrip().count("\n") + 1)  # a parser likes to give up after the end
    if "\t" not in "".join(lines[max(0, line - 2) : line]):
        return Tree(faults=[Fault(line + first_line - 1, (), complaint)], whole=False)
    guilty = [number for number, words in enumerate(lines, 1) if _INDENTED_WITH_TAB.match(words)] or [line]
    faults = [Fault(number + first_line - 1, (), TABS) for number in guilty]
    try:
        tree = _Reader(first_line).read(_compose(text.expandtabs(2)))
    except (_TooMuch, RecursionError, *_PARSER_ERRORS):
        return Tree(faults=faults, whole=False)
    keys = {line: path for path, line in tree.lines.items()}
    tree.faults[:0] = [Fault(fault.line, keys.get(fault.line, ()), fault.message) for fault in faults]
    return tree


def _placed(error: Exception) -> tuple[int, str]:
    """The line of a parser's error within its text, from 1, and the words for it."""
    if not isinstance(error, MarkedYAMLError):
        return 1, in_words("", "")
    context, problem = str(error.context or ""), str(error.problem or "")
    mark = error.problem_mark
    if begins_earlier(context, problem) and error.context_mark is not None:
        mark = error.context_mark
    return (1 if mark is None else int(mark.line) + 1), in_words(context, problem)


class _Reader:
    """One walk over the nodes of one text."""

    def __init__(self, first_line: int) -> None:
        self._before = first_line - 1
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
                self._fault(key_node, here, twice(first))
                continue
            self._tree.lines[here] = self._line(key_node)
            value = self._value(value_node, here)
            if value is not _UNREADABLE:
                data[key] = value
            self._tree.spans[here] = Span(value_node.start_mark.index, value_node.end_mark.index, _is_block(value_node))
        return data

    def _value(self, node: Node, path: Path) -> Any:
        self._values += 1
        line = self._line(node)
        if self._values > MOST_VALUES:
            raise _TooMuch(
                line, f"more than {MOST_VALUES} values, aliases unfolded; no configuration of chimein is that long"
            )
        if len(path) > DEEPEST:
            raise _TooMuch(line, _TOO_DEEP)
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
            if kind == "int" and (huge := _HUGE.match(str(node.value))):
                return int(huge[0])
            try:
                value = self._construct.construct_object(node)
            except (YAMLError, ValueError, OverflowError, LookupError, TypeError):
                self._fault(node, path, f"cannot be read as {kind}")
                return _UNREADABLE
            if kind == "int" and _LOOKS_OCTAL.fullmatch(str(node.value)):
                say = f"{node.value} is read as {value}, not as an octal number; write {value}"
                self._tree.remarks.append(Fault(self._line(node), path, say))
            return value
        self._fault(node, path, "YAML tags (!) are not read here; write the value alone")
        return _UNREADABLE

    def _line(self, node: Node) -> int:
        return int(node.start_mark.line) + 1 + self._before

    def _fault(self, node: Node, path: Path, message: str) -> None:
        self._tree.faults.append(Fault(self._line(node), path, message))


def _is_block(node: Node) -> bool:
    if isinstance(node, ScalarNode):
        return node.style in ("|", ">")
    return isinstance(node, MappingNode | SequenceNode) and not node.flow_style
