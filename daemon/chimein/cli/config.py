"""``chimein config show|get|set|unset|schema``: what is in force, where from, and a careful way to change it."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chimein.cli.common import config_option, json_option, print_json
from chimein.core.errors import ChimeinError, UsageError

if TYPE_CHECKING:
    from chimein.edge.config.settings import Loaded

HEADER = "# The configuration of chimein; what is not here has its default. `chimein config show` shows everything.\n"


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command and its parts."""
    parser = commands.add_parser("config", help="show, change or describe the configuration")
    parts = parser.add_subparsers(title="parts", metavar="PART", required=True)
    both = [config_option(), json_option()]

    part = parts.add_parser("show", parents=both, help="every value in force and where it comes from; secrets masked")
    part.set_defaults(run=show)

    part = parts.add_parser("get", parents=both, help="one value, or one section")
    part.add_argument("key", metavar="KEY", help="such as gate.sensitivity")
    part.set_defaults(run=get)

    part = parts.add_parser(
        "set",
        parents=[config_option()],
        help="change one value in the file, comments kept; refuses what check would",
    )
    part.add_argument("key", metavar="KEY", help="such as gate.sensitivity")
    part.add_argument("value", metavar="VALUE", help="as it would stand in the file")
    part.set_defaults(run=set_value)

    part = parts.add_parser(
        "unset", parents=[config_option()], help="take one value out of the file, so that it has its default again"
    )
    part.add_argument("key", metavar="KEY", help="such as gate.sensitivity")
    part.set_defaults(run=unset)

    part = parts.add_parser("schema", parents=both, help="the JSON Schema of the file, for editors")
    part.set_defaults(run=schema)


def show(args: argparse.Namespace) -> int:
    """The whole configuration as YAML, each value with its origin behind it; or as JSON."""
    from chimein.edge.config.settings import load

    loaded = load(args.config)
    values = _values(loaded)
    if args.json:
        files = [str(file) for file in loaded.files]
        print_json({"values": values, "sources": loaded.sources, "files": files, "notes": loaded.notes})
    else:
        print(*_as_yaml(values, (), loaded.sources), sep="\n")
    return 0


def get(args: argparse.Namespace) -> int:
    """One value as text, one section as YAML, either as JSON. Raises UsageError for a key that does not exist."""
    from chimein.core.config.keys import parse
    from chimein.edge.config.settings import load
    from chimein.edge.config.yaml_edit import scalar

    value = _value(load(args.config), args.key)
    if args.json:
        print_json(value)
    elif isinstance(value, dict) and value:
        print(*_as_yaml(value, parse(args.key), {}), sep="\n")
    else:
        print(value if isinstance(value, str) else scalar(value))
    return 0


def set_value(args: argparse.Namespace) -> int:
    """Changes one value in the file that counts. Raises BadConfig, the file untouched, if check would complain."""
    from chimein.core.config.keys import parse
    from chimein.core.config.problems import printable
    from chimein.edge.config.saving import save
    from chimein.edge.config.settings import config_file, load

    if any("\ud800" <= letter <= "\udfff" for letter in args.key + args.value):  # bytes that were no UTF-8
        raise UsageError("the key and the value have to be UTF-8 text")
    file = config_file(args.config)
    path = parse(args.key)
    text = _new_text(args.config, file, path, args.value)
    save(file, text)
    loaded = load(args.config)
    source = loaded.sources.get(".".join(path), "")
    print(f"{printable(str(file))}: {'.'.join(path)} is set; a running daemon takes it with {_how_it_is_taken(path)}")
    if source and not source.startswith(f"{printable(str(file))}:"):
        print(f"note: {source} comes later and says otherwise")
    return 0


def unset(args: argparse.Namespace) -> int:
    """Takes one key out of the file that counts, also a misspelt one. Asking for what is so already is no error."""
    from chimein.core.config.keys import parse
    from chimein.core.config.problems import printable
    from chimein.edge.config import yaml_edit
    from chimein.edge.config.saving import save
    from chimein.edge.config.settings import DEFAULTS, config_file, load, read_text

    file, path = config_file(args.config), parse(args.key)
    where = printable(str(file))
    text = read_text(file) if file.exists() else ""
    try:
        changed = yaml_edit.without(text, path)
    except KeyError:
        _value(load(args.config), args.key)
        print(f"{where}: {args.key} does not stand in it")
    except ValueError as error:
        load(args.config)  # says what is wrong with the file as it is
        raise UsageError(f"{args.key} cannot be taken out of this file: {error}") from error
    else:
        load(args.config, instead={file: changed})
        save(file, changed)
        print(f"{where}: {args.key} is taken out; a running daemon takes it with {_how_it_is_taken(path)}")
    source = load(args.config).sources.get(args.key, DEFAULTS)
    if source != DEFAULTS:
        print(f"note: {source} still says something")
    return 0


def schema(args: argparse.Namespace) -> int:
    """JSON Schema of the configuration, 2020-12."""
    from chimein.core.config import Config

    described = Config.model_json_schema()
    print_json({"$schema": "https://json-schema.org/draft/2020-12/schema", **described, "title": "chimein"})
    return 0


def _how_it_is_taken(path: tuple[str, ...]) -> str:
    """A reload takes everything but what core.config.changes calls a restart."""
    needs_restart = path[0] == "panel" or path[:2] == ("session", "buffer_s")
    return f"`sudo systemctl {'restart' if needs_restart else 'reload'} chimein`"


def _no_such_key(path: tuple[str, ...], siblings: list[str]) -> str:
    """What there is beside it, or where a key of that name stands."""
    from chimein.core.config.keys import every_key
    from chimein.core.config.problems import dotted, nearest

    meant = nearest(path[-1], siblings)
    keys = [dotted((*path[:-1], meant))] if meant else [dotted(key) for key in every_key() if key[-1] == path[-1]]
    there = f"; there are {', '.join(siblings)}" if siblings else ""
    return f"there is no key {dotted(path)}{there}" + (f"; did you mean {keys[0]}?" if len(keys) == 1 else "")


def _new_text(asked_for: Path | None, file: Path, path: tuple[str, ...], raw: str) -> str:
    """The file's text with the change in it, such that the whole configuration is right.

    ``3`` is tried as the number it looks like, then as a text, for a key that wants one.
    """
    from chimein.core.config.problems import BadConfig, dotted
    from chimein.edge.config import yaml_edit
    from chimein.edge.config.settings import load, read_text
    from chimein.edge.config.yaml_file import read_value

    text = read_text(file) if file.exists() else HEADER
    complaint: ChimeinError | None = None
    typed = read_value(raw)
    for value in [typed] if isinstance(typed, str) and typed == raw else [typed, raw]:
        try:
            changed = yaml_edit.with_value(text, path, value)
            load(asked_for, instead={file: changed})
        except BadConfig as error:
            complaint = complaint or error
        except ValueError as error:
            load(asked_for)  # says what is wrong with the file as it is
            raise UsageError(f"{dotted(path)} cannot be put into this file: {error}") from error
        else:
            return changed
    assert complaint is not None
    raise complaint


def _value(loaded: "Loaded", key: str) -> Any:
    """What stands under a dotted key. Raises UsageError where there is no such key."""
    from chimein.core.config.keys import parse

    value: Any = _values(loaded)
    path = parse(key)
    for depth, step in enumerate(path):
        if not isinstance(value, dict) or step not in value:
            raise UsageError(_no_such_key(path[: depth + 1], list(value) if isinstance(value, dict) else []))
        value = value[step]
    return value


def _values(loaded: "Loaded") -> dict[str, Any]:
    """The configuration as plain data, masked; what a model's row does not say is left out."""
    values = loaded.config.model_dump(mode="json")
    rows = values["live"]["models"]
    values["live"]["models"] = {name: {k: v for k, v in row.items() if v is not None} for name, row in rows.items()}
    masked_values: dict[str, Any] = _masked(values)
    return masked_values


def _masked(value: Any) -> Any:
    from chimein.core.secret import masked

    if isinstance(value, dict):
        return {masked(key): _masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return masked(value) if isinstance(value, str) else value


def _as_yaml(
    values: Mapping[str, Any], path: tuple[str, ...], sources: Mapping[str, str], depth: int = 0
) -> Iterator[str]:
    from chimein.edge.config.yaml_edit import scalar

    for key, value in values.items():
        here = (*path, key)
        start = f"{'  ' * depth}{scalar(key)}:"
        source = sources.get(".".join(here))
        remark = f"  # {source}" if source else ""
        if isinstance(value, dict) and value and not source:
            yield start
            yield from _as_yaml(value, here, sources, depth + 1)
        else:
            yield f"{start} {scalar(value)}{remark}"
