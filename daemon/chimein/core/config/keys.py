"""The map of the configuration: which keys there are, and what each is for. Read off the models: it cannot drift."""

import types
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from chimein.core.config.config import Config, ModelSettings

Path = tuple[str, ...]

_MODELS: Final = "live.models."


def keys_under(path: Sequence[str]) -> list[str]:
    """The keys that may stand under a section; empty where any name may, and for a plain value."""
    kind = _kind_at(path)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return list(kind.model_fields)
    if get_origin(kind) is dict:
        names = _bare(get_args(kind)[0])
        return list(get_args(names)) if get_origin(names) is Literal else []
    return []


def description(path: Sequence[str]) -> str:
    """The one sentence about a key, with its unit and range; empty for a key that is not there."""
    parent = _kind_at(path[:-1])
    if path and isinstance(parent, type) and issubclass(parent, BaseModel):
        field = parent.model_fields.get(path[-1])
        return (field.description or "") if field else ""
    return description(path[:-1]) if get_origin(parent) is dict else ""


def bounds(path: Sequence[str]) -> str:
    """``0 to 27`` for a key whose range has two ends; empty for others."""
    parent = _kind_at(path[:-1])
    if not (path and isinstance(parent, type) and issubclass(parent, BaseModel) and path[-1] in parent.model_fields):
        return ""
    limits = _limits(parent.model_fields[path[-1]])
    return f"{limits['ge']} to {limits['le']}" if limits.keys() >= {"ge", "le"} else ""


def exists(path: Sequence[str]) -> bool:
    """Whether the key could stand in a file, a section or a value."""
    return _kind_at(path) is not None


def every_key() -> Iterator[Path]:
    """Every key with a value of its own, in the order of the sample; a table with free names (prices) is one."""
    yield from _leaves(Config, ())


def parse(key: str) -> Path:
    """``panel.button.pin`` as a path. The names of models have dots in them, so what follows live.models is taken apart
    from its end: ``live.models.gemini-3.8-live.proactive``."""
    if not key.startswith(_MODELS):
        return tuple(key.split("."))
    rest = key.removeprefix(_MODELS)
    name, dot, field = rest.rpartition(".")
    own = (name, field) if dot and field in ModelSettings.model_fields else (rest,)
    return ("live", "models", *own)


def _leaves(model: type[BaseModel], above: Path) -> Iterator[Path]:
    for name, field in model.model_fields.items():
        kind = _bare(field.annotation)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _leaves(kind, (*above, name))
        else:
            yield (*above, name)


def _kind_at(path: Sequence[str]) -> Any:
    kind: Any = Config
    for step in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            field = kind.model_fields.get(step)
            kind = _bare(field.annotation) if field else None
        elif get_origin(kind) is dict:
            kind = _bare(get_args(kind)[1])
        else:
            return None
    return kind


def _bare(kind: Any) -> Any:
    """A type without Annotated and without ``| None``."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, types.UnionType):
        others = [_bare(choice) for choice in get_args(kind) if choice is not type(None)]
        return others[0] if len(others) == 1 else kind
    return kind


def _limits(thing: Any) -> dict[str, Any]:
    """``ge`` and ``le`` of a field, wherever pydantic keeps them: on the field, or in the type of an optional one."""
    found: dict[str, Any] = {}
    for item in getattr(thing, "metadata", ()):
        found |= {name: getattr(item, name) for name in ("ge", "le") if hasattr(item, name)}
        found |= _limits(item)
    annotation = getattr(thing, "annotation", thing)
    for choice in get_args(annotation):
        if get_origin(choice) is Annotated:
            for item in get_args(choice)[1:]:
                found |= {name: getattr(item, name) for name in ("ge", "le") if hasattr(item, name)}
                found |= _limits(item)
    return found
