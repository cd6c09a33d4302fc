"""What the service knows about its models and voices. The bench's own: free to contradict the daemon's table."""

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Proactive(Enum):
    ALWAYS = "always"
    """Permanently on; switching it off is an error."""
    OPT_IN = "opt-in"
    NEVER = "never"
    """The field itself is an error."""


@dataclass(frozen=True)
class Model:
    name: str
    proactive: Proactive
    on_developer: bool = True
    on_vertex: bool = False
    affective: bool = False
    thinking_level: bool | None = None
    """True: must be given; False: refused; None: as you like."""
    blocking_tools: bool = True


_MODELS: Final = (
    Model("gemini-3.8-live", Proactive.ALWAYS, on_vertex=True, thinking_level=False),
    Model("gemini-3.8-live-extended-thinking", Proactive.ALWAYS, thinking_level=True, blocking_tools=False),
    Model("gemini-3.1-flash-live-preview", Proactive.NEVER),
    Model("gemini-2.5-flash-native-audio-preview-12-2025", Proactive.OPT_IN, affective=True, thinking_level=False),
    Model("gemini-2.5-flash-native-audio-latest", Proactive.OPT_IN, affective=True, thinking_level=False),
    Model(
        "gemini-live-2.5-flash-native-audio",
        Proactive.OPT_IN,
        on_developer=False,
        on_vertex=True,
        affective=True,
        thinking_level=False,
    ),
)

VOICES: Final = frozenset(
    [
        "Achernar",
        "Achird",
        "Algenib",
        "Algieba",
        "Alnilam",
        "Aoede",
        "Autonoe",
        "Callirrhoe",
        "Charon",
        "Despina",
        "Enceladus",
        "Erinome",
        "Fenrir",
        "Gacrux",
        "Iapetus",
        "Kore",
        "Laomedeia",
        "Leda",
        "Orus",
        "Puck",
        "Pulcherrima",
        "Rasalgethi",
        "Sadachbia",
        "Sadaltager",
        "Schedar",
        "Sulafat",
        "Umbriel",
        "Vindemiatrix",
        "Zephyr",
        "Zubenelgenubi",
    ]
)
"""Case-sensitive, as the service has them."""


def find(model: str, *, vertex: bool) -> Model | None:
    """The model behind a resource name such as `models/NAME` or `projects/…/publishers/google/models/NAME`."""
    name = model.rpartition("/")[2]
    for known in _MODELS:
        if known.name == name and (known.on_vertex if vertex else known.on_developer):
            return known
    return None
