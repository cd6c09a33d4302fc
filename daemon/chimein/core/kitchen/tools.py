"""What the model may do besides speaking: a tool is a class of arguments and a function that takes them.

    class SetTimer(Arguments):
        \"\"\"Starts a kitchen timer.\"\"\"                      the model reads this …
        minutes: Annotated[float, Field(ge=0)] = 0             … and is told this as a JSON schema

    tool("timers", SetTimer, keeper.set_timer)             set_timer, of the family that the owner allows as `timers`

The room is full of voices that are not the owner's, a television's among them: whatever a model asks for is somebody
else's word. Arguments are checked here and not believed; what is not on the owner's list is not there.
"""

import json
import re
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from chimein.core.errors import ChimeinError
from chimein.core.live.facts import Speaks
from chimein.core.live.models import ModelTraits

DEADLINE_S: Final = 5.0
"""For a tool of this house. What takes longer is answered with an error: the person waits for a word."""
USE_TOOLS: Final = (
    " Besides, whenever somebody asks for something that one of your functions does, call it, whatever the topic."
)
"""Goes behind the owner's instruction, which has a topic and knows of no tools."""
LONGEST_ANSWER: Final = 4000
"""Letters of an answer that the model is given: it is billed with every turn from then on."""

LONGEST_NAME: Final = 64
"""Of a function, for the Live API."""
_NUMBERS: Final = ("minimum", "maximum", "minItems", "maxItems")
_TYPES: Final = ("string", "number", "integer", "boolean", "array", "object")

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What came of a call, in words for the model."""

    says: str
    speaks: Speaks = Speaks.WHEN_IDLE
    is_error: bool = False

    @property
    def response(self) -> dict[str, object]:
        """As the Live API wants it: `output`, or `error`."""
        return {"error" if self.is_error else "output": self.says[:LONGEST_ANSWER]}


class Arguments(BaseModel):
    """What a tool is given. Numbers may come as text, as models write them; nothing unknown, nothing infinite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)


class WrongArguments(ChimeinError, ValueError):
    """The call cannot be done like this; the message is for the model, who may try again."""


Done = Outcome | Coroutine[Any, Any, Outcome]
"""A tool of this house is done when it returns; what takes time is a coroutine."""
A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True)
class Tool:
    """One thing that the model may do."""

    name: str
    description: str
    family: str
    """What the owner allows: a word of tools.allow, or the name of a server under tools.mcp."""
    parameters: Json
    """A JSON schema: an object."""
    do: Callable[[Json], Done]
    """Takes the arguments as they came. Raises ChimeinError, whose words the model is told."""
    deadline_s: float = DEADLINE_S
    is_slow: bool = False
    """Somebody else does it, over a network: the conversation had better go on meanwhile."""


@dataclass(frozen=True)
class Declaration:
    """What the service is told about a tool."""

    name: str
    description: str
    parameters: Json
    behaviour: str | None
    """`BLOCKING`, `NON_BLOCKING`, or None where the model does only the one thing, and the field may be refused."""


def tool(family: str, arguments: type[A], do: Callable[[A], Done]) -> Tool:
    """A tool of this house, named after its class of arguments: SetTimer is `set_timer`."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", arguments.__name__).lower()
    described = " ".join((arguments.__doc__ or "").split())
    return Tool(name, described, family, _schema(arguments), lambda said: do(_read(arguments, said)))


def allowed(tools: Iterable[Tool], families: Collection[str]) -> list[Tool]:
    """Those that the owner's list has, each name once."""
    return list({one.name: one for one in tools if one.family in families}.values())


def distinct(tools: Iterable[Tool]) -> list[Tool]:
    """Each with a name of its own; the first keeps its. One name twice, and the Live API refuses the whole set-up."""
    found: dict[str, Tool] = {}
    for one in tools:
        name, number = one.name, 2
        while name in found:
            end = f"_{number}"
            name, number = one.name[: LONGEST_NAME - len(end)] + end, number + 1
        found[name] = replace(one, name=name)
    return list(found.values())


def declarations(tools: Iterable[Tool], traits: ModelTraits) -> tuple[Declaration, ...]:
    """What to tell this model about them."""
    return tuple(Declaration(one.name, one.description, one.parameters, _behaviour(one, traits)) for one in tools)


def borrowed_schema(schema: object) -> Json:
    """A foreign tool's JSON schema, as far as the Live API understands it: one keyword too many, and it refuses the
    whole set-up. The tool's own server checks the arguments."""
    known = _known(schema) if isinstance(schema, dict) else {}
    return {"type": "object", "properties": {}} | {
        key: known[key] for key in ("properties", "required") if key in known
    }


def may_schedule(traits: ModelTraits) -> bool:
    """Whether an answer may say when it is spoken: only what does not block the model can be scheduled."""
    return traits.tool_scheduling and "non-blocking" in traits.tool_behaviours


def same_call(name: str, arguments: object) -> str:
    """Equal for calls that ask for the same."""
    return f"{name} {json.dumps(arguments, sort_keys=True, default=str)}"


def _behaviour(one: Tool, traits: ModelTraits) -> str | None:
    """Always said, never left to a default that the next model may change; the table says what the model takes."""
    if len(traits.tool_behaviours) < 2:
        return None
    wanted = "non-blocking" if one.is_slow else traits.tool_default
    return wanted.upper().replace("-", "_")


def _schema(arguments: type[Arguments]) -> Json:
    """pydantic's schema without what a model has no use for, and is billed for all the same."""
    made = arguments.model_json_schema()
    found = {name: _plain(rule) for name, rule in made.get("properties", {}).items()}
    return {"type": "object", "properties": found, **({"required": made["required"]} if "required" in made else {})}


def _plain(rule: dict[str, Any]) -> dict[str, Any]:
    """`a number or null` is a number that may be left out."""
    choices = [choice for choice in rule.get("anyOf", ()) if choice != {"type": "null"}]
    whole = {**choices[0], **rule} if len(choices) == 1 else rule
    return {key: value for key, value in whole.items() if key not in ("title", "default", "anyOf")}


def _known(schema: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    kept = _plainly(schema)
    if depth < 8 and isinstance(schema.get("properties"), dict):
        inner = {str(key): value for key, value in schema["properties"].items() if isinstance(value, dict)}
        kept["properties"] = {key: _known(value, depth + 1) for key, value in inner.items()}
    if depth < 8 and isinstance(schema.get("items"), dict):
        kept["items"] = _known(schema["items"], depth + 1)
    if isinstance(schema.get("anyOf"), list):
        choices = [one for one in schema["anyOf"] if isinstance(one, dict) and one.get("type") != "null"]
        if depth < 8 and choices:
            kept |= _known(choices[0], depth + 1) | {key: kept[key] for key in ("description",) if key in kept}
    required = schema.get("required")
    if isinstance(required, list) and (there := [name for name in kept.get("properties", {}) if name in required]):
        kept["required"] = there
    return kept


def _plainly(schema: dict[str, Any]) -> dict[str, Any]:
    """What it says of itself, in the forms that the Live API takes: one type, choices of words and numbers."""
    kept: dict[str, Any] = {
        key: schema[key] for key in _NUMBERS if isinstance(schema.get(key), int | float) and schema[key] is not True
    }
    types = schema.get("type")
    if named := [one for one in (types if isinstance(types, list) else [types]) if one in _TYPES]:
        kept["type"] = named[0]
    if isinstance(schema.get("description"), str):
        kept["description"] = schema["description"]
    choices = schema.get("enum")
    if isinstance(choices, list):
        plain = [one for one in choices if isinstance(one, str | int | float) and not isinstance(one, bool)]
        kept |= {"enum": plain} if plain else {}
    return kept


def _read(arguments: type[A], said: Json) -> A:
    """The arguments, checked. Raises WrongArguments with every problem."""
    try:
        if any(isinstance(value, bool) and _is_number(arguments, name) for name, value in said.items()):
            raise WrongArguments("true and false are no numbers")
        return arguments.model_validate(dict(said))
    except ValidationError as wrong:
        problems = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'arguments'}: {one['msg']}" for one in wrong.errors())
        raise WrongArguments(problems[:500]) from None


def _is_number(arguments: type[Arguments], name: str) -> bool:
    return _schema(arguments)["properties"].get(name, {}).get("type") in ("number", "integer")
