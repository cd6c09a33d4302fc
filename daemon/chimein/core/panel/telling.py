"""A light as it is told to a panel elsewhere: JSON, and a light again."""

from collections.abc import Mapping
from typing import Any

from chimein.core.panel.lights import Light


def told(light: Light) -> dict[str, object]:
    """For the control socket."""
    return {"name": light.name, "meaning": light.meaning, "colour": list(light.colour), "rhythm": list(light.rhythm)}


def understood(words: Mapping[str, Any]) -> Light:
    """What `told` has made of it."""
    red, green, blue = words["colour"]
    rhythm = tuple((float(level), int(ms)) for level, ms in words["rhythm"])
    return Light(str(words["name"]), str(words["meaning"]), (red, green, blue), rhythm)
