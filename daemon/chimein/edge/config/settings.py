"""Where the configuration comes from: files on this machine, over the defaults; later files win, key by key.

``--config FILE``, or else /etc/chimein/config.yaml, or else ~/.config/chimein/config.yaml (XDG), or else nothing but
the defaults; then every ``conf.d/*.yaml`` beside that file in the order of their names. Whatever the files hold,
``load`` either returns or raises BadConfig with every problem of every file.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from chimein.core.config import Config
from chimein.core.config.keys import every_key
from chimein.core.config.problems import BadConfig, Problem, dotted, printable
from chimein.core.config.rules import Quarrel, notes, quarrels
from chimein.core.config.words import put_into_words
from chimein.core.secret import masked
from chimein.edge.config import yaml_file

SYSTEM_DIRECTORY: Final = Path("/etc/chimein")
FILE_NAME: Final = "config.yaml"
DEFAULTS: Final = "defaults"
MOST_PROBLEMS: Final = 100
"""Told about one file; whoever has more is not going to read them."""

Keys = tuple[str, ...]


@dataclass(frozen=True)
class Loaded:
    """A configuration that can be used."""

    config: Config
    sources: dict[str, str]
    """Dotted key → "defaults" or FILE:LINE, for every key with a value of its own."""
    notes: list[str]
    """What is allowed and yet worth a sentence."""
    files: tuple[Path, ...] = ()
    """What was read, in order; empty when there are only the defaults."""


@dataclass
class _Layer:
    """One file: what it says, cleaned of what is wrong in it."""

    file: Path
    tree: yaml_file.Tree = field(default_factory=yaml_file.Tree)
    problems: list[Problem] = field(default_factory=list)
    broken: list[Keys] = field(default_factory=list)
    """The paths that were taken out."""


def load(
    path: Path | None = None, *, instead: Mapping[Path, str] | None = None, environ: Mapping[str, str] = os.environ
) -> Loaded:
    """The configuration of this machine, or of `path`. `instead` gives texts to read in place of files: what ``config
    set`` is about to write.

    Raises BadConfig (a ConfigError, exit status 78) with every problem at once.
    """
    texts = instead or {}
    chosen = config_file(path, environ=environ)
    layers = [_layer(file, texts.get(file)) for file in _files(chosen, path is not None, texts)]
    problems = [problem for layer in layers for problem in layer.problems]
    merged: dict[str, Any] = {}
    for layer in layers:
        _merge(merged, layer.tree.data)
    config = Config.model_validate(merged)
    if all(layer.tree.whole for layer in layers):  # or the missing part might have made the peace
        broken = [keys for layer in layers for keys in layer.broken]
        problems += [_placed(quarrel, layers) for quarrel in quarrels(config) if not _touches(quarrel, broken)]
    said = list(dict.fromkeys([*_remarks(layers), *notes(config)]))
    if problems:
        order = {str(layer.file): number for number, layer in enumerate(layers)}
        raise BadConfig(sorted(problems, key=lambda one: (order.get(one.file, 0), one.line or 0)), said)
    return Loaded(config, _sources(config, layers), said, tuple(layer.file for layer in layers))


def config_file(path: Path | None = None, *, environ: Mapping[str, str] = os.environ) -> Path:
    """The file that counts: `path`, the system's, the user's; the one that would be made if there is none yet."""
    if path is not None:
        return path
    own = Path(environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME") or "/") / ".config") / "chimein"
    for directory in (SYSTEM_DIRECTORY, own):
        if _is_there(directory / FILE_NAME) or _is_there(directory / "conf.d"):
            return directory / FILE_NAME
    return (SYSTEM_DIRECTORY if os.geteuid() == 0 else own) / FILE_NAME


def _is_there(path: Path) -> bool:
    """Also when we may not look: then reading it says so, instead of the defaults taking its place in silence."""
    try:
        os.lstat(path)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def _files(chosen: Path, asked_for: bool, texts: Mapping[Path, str]) -> list[Path]:
    """What to read, in order. A file that was asked for by name has to be there; others need not."""
    main = [chosen] if asked_for or chosen in texts or _is_there(chosen) else []
    try:
        extras = [entry for entry in (chosen.parent / "conf.d").iterdir() if entry.suffix == ".yaml"]
    except (OSError, ValueError):
        extras = []
    return main + sorted(extra for extra in extras if not extra.name.startswith("."))


def _layer(file: Path, text: str | None) -> _Layer:
    layer = _Layer(file)
    if text is None:
        try:
            text = read_text(file)
        except BadConfig as error:
            layer.problems = list(error.problems)
            layer.tree.whole = False
            return layer
    layer.tree = yaml_file.read(text)
    _look_at(layer)
    if (more := len(layer.problems) - MOST_PROBLEMS) > 0:
        layer.problems[MOST_PROBLEMS:] = [
            Problem(str(file), None, "", f"has {more} problems more; is it the right file?")
        ]
    return layer


def _look_at(layer: _Layer) -> None:
    """Everything that is wrong with one file by itself."""
    file = layer.file
    for fault in layer.tree.faults:
        layer.problems.append(Problem(str(file), fault.line, dotted(fault.path), fault.message))
        if fault.path and not _stands(layer.tree.data, fault.path):
            layer.broken.append(fault.path)
    _find_secrets(layer, layer.tree.data, ())
    _drop_empty_sections(layer.tree.data)
    _validate(layer)


def read_text(file: Path) -> str:
    """The text of a configuration file. Raises BadConfig with the one problem that kept it from being read."""
    line = None
    try:
        with open(file, "rb") as stream:
            raw = stream.read(yaml_file.LONGEST_BYTES + 1)
        if b"\x00" in raw:
            say = "is a binary file; a configuration is YAML text"
        elif len(raw) > yaml_file.LONGEST_BYTES:
            say = f"is longer than {yaml_file.LONGEST_BYTES // 1024} KiB; that is no configuration of chimein"
        else:
            return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        say = f"is not UTF-8 text (byte 0x{raw[error.start]:02x}); is it binary, or saved in another encoding?"
    except FileNotFoundError:
        say = "there is no such file; make it, or leave --config out for the defaults"
    except IsADirectoryError:
        say = "is a directory; name the file in it"
    except PermissionError:
        say = "may not be read by you; try sudo, or give the group chimein the right to read it"
    except (OSError, ValueError) as error:
        say = f"cannot be read: {printable(getattr(error, 'strerror', None) or str(error))}"
    raise BadConfig([Problem(str(file), line, "", say)])


def _find_secrets(layer: _Layer, section: dict[str, Any], above: Keys) -> None:
    """Takes out every text that is a key of Google's, wherever it stands."""
    for key, value in list(section.items()):
        here = (*above, key)
        if isinstance(value, dict):
            _find_secrets(layer, value, here)
        elif isinstance(value, str) and masked(value) != value:
            say = "this looks like a key or a token; remove it from the file and run `chimein set-key`"
            layer.problems.append(Problem(str(layer.file), layer.tree.lines.get(here), dotted(here), say))
            layer.broken.append(here)
            del section[key]


def _drop_empty_sections(data: dict[str, Any]) -> None:
    """``gate:`` with nothing, or only comments, under it says nothing: the defaults stay."""
    for name, value in list(data.items()):
        kind = Config.model_fields.get(name)
        if kind is not None and value is None:
            del data[name]
        elif name == "panel" and isinstance(value, dict):
            for part in ("button", "lamp"):
                if part in value and value[part] is None:
                    del value[part]


def _validate(layer: _Layer) -> None:
    """Puts every complaint about the layer's data into words, and takes what is wrong out of the data."""
    try:
        Config.model_validate(layer.tree.data)
    except ValidationError as error:
        for complaint in error.errors(include_url=False):
            path, (say, meant) = put_into_words(complaint)
            line = _line(layer, path)
            problem = Problem(str(layer.file), line, dotted(path), say, meant)
            if problem not in layer.problems:
                layer.problems.append(problem)
            layer.broken.append(path)
            if meant is not None and (*path[:-1], meant) not in layer.tree.lines:
                layer.broken.append((*path[:-1], meant))  # misspelt: what it should say, nobody knows yet
            _take_out(layer.tree.data, path)


def _take_out(data: dict[str, Any], path: Keys) -> None:
    for step in path[:-1]:
        below = data.get(step)
        if not isinstance(below, dict):
            return  # it went together with its section
        data = below
    data.pop(path[-1], None)


def _stands(data: dict[str, Any], path: Keys) -> bool:
    """Whether the key could be read in spite of what is wrong with it."""
    value: Any = data
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True


def _merge(below: dict[str, Any], above: Mapping[str, Any]) -> None:
    for key, value in above.items():
        if isinstance(value, dict):
            known = below.get(key)
            below[key] = dict(known) if isinstance(known, dict) else {}
            _merge(below[key], value)
        else:
            below[key] = value


def _touches(quarrel: Quarrel, broken: list[Keys]) -> bool:
    """Whether one of the quarrelling keys was wrong by itself: then there may be no quarrel once that is mended."""
    return any(path[: len(keys)] == keys or keys[: len(path)] == path for path in quarrel.paths for keys in broken)


def _placed(quarrel: Quarrel, layers: list[_Layer]) -> Problem:
    """A quarrel at the place where it is best mended: the first of its keys that somebody wrote."""
    for path in quarrel.paths:
        for layer in reversed(layers):
            if path in layer.tree.lines:
                return Problem(
                    str(layer.file),
                    layer.tree.lines[path],
                    dotted(quarrel.paths[0]),
                    quarrel.message,
                    quarrel.suggestion,
                )
    file = str(layers[0].file) if layers else DEFAULTS
    return Problem(file, None, dotted(quarrel.paths[0]), quarrel.message, quarrel.suggestion)


def _remarks(layers: list[_Layer]) -> Iterator[str]:
    for layer in layers:
        for remark in layer.tree.remarks:
            yield f"{printable(str(layer.file))}:{remark.line}: {dotted(remark.path)}: {remark.message}"


def _line(layer: _Layer, path: Keys) -> int | None:
    """The line of a key, or of the nearest section round it."""
    for length in range(len(path), 0, -1):
        if path[:length] in layer.tree.lines:
            return layer.tree.lines[path[:length]]
    return None


def _sources(config: Config, layers: list[_Layer]) -> dict[str, str]:
    every = list(every_key())
    every += [("live", "models", name) for name in config.live.models]
    sources = {}
    for path in every:
        sources[".".join(path)] = DEFAULTS
        for layer in layers:
            if path in layer.tree.lines:
                sources[".".join(path)] = f"{printable(str(layer.file))}:{layer.tree.lines[path]}"
    return sources
