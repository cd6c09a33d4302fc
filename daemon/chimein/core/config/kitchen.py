"""The sections for what a hand in the kitchen wants: timers and tools."""

from typing import Annotated, Final, Literal, get_args

from pydantic import AfterValidator, Field

from chimein.core.config.section import Percent, Section
from chimein.core.config.values import quiet_period, web_address

ToolFamily = Literal["timers", "shopping", "volume", "repeat", "time", "quiet", "mute", "forget"]
TOOL_FAMILIES: Final[tuple[ToolFamily, ...]] = get_args(ToolFamily)


class TimerSettings(Section):
    """The kitchen timers."""

    alarm_volume: Percent = Field(default=70, description="Loudness of a timer's alarm in percent, 0 to 100.")
    ring_for_s: Annotated[int, Field(ge=1, le=3600)] = Field(
        default=600, description="How long a timer rings if nobody stops it, in seconds, 1 to 3600."
    )


class QuietSettings(Section):
    """When nobody wants to be spoken to."""

    hours: list[Annotated[str, AfterValidator(quiet_period)]] = Field(
        default=[],
        description='Quiet hours, each day anew: a list such as ["22:00-07:00"] or ["Sat-Sun 22:00-09:00"]; the '
        "microphone is shut, the lamp dim, and timers ring.",
    )


class McpSettings(Section):
    """One MCP server whose tools may be borrowed."""

    url: Annotated[str, AfterValidator(web_address)] = Field(
        default="", description="Its address for streamable HTTP, such as http://homeassistant.local:8123/api/mcp."
    )
    credential: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")] | None = Field(
        default=None,
        description="The name under which `chimein set-key --for NAME` keeps its token; null for none. The token "
        "itself never stands here.",
    )
    allow: list[str] = Field(default=[], description="Which of its tools may be used, by their names; none by default.")


class ToolSettings(Section):
    """What the model may do besides speaking."""

    enabled: bool = Field(default=True, description="Whether the model may use tools such as timers: true or false.")
    allow: list[ToolFamily] = Field(
        default=list(TOOL_FAMILIES),
        description=f"Which of the built-in tools it may use: a list of {', '.join(TOOL_FAMILIES)}.",
    )
    mcp: dict[str, McpSettings] = Field(
        default={},
        description="MCP servers whose tools it may use, too, by a name of your own: url, credential, allow.",
    )
