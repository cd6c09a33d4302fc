"""The configuration as the house sees it: frozen sections, each handed to the part that needs it and to no other.

What a single field may be stands here, in a type and one sentence; what fields may be together stands in rules.py;
where values come from is the edge's business (edge/config/settings.py). Types are strict: ``"60"`` is no number, ``1``
no ``true``. Every section can be made with its defaults, ``GateSettings()``, and those defaults are the packaged
config.yaml.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema

from chimein.core.config.kitchen import QuietSettings, TimerSettings, ToolSettings
from chimein.core.config.section import Percent, Section
from chimein.core.config.values import device, microphone_channel, quiet_period, some_words
from chimein.core.live import models as live_models
from chimein.core.money.prices import PriceOf

Pin = Annotated[int, Field(ge=0, le=27)]
Device = Annotated[str, AfterValidator(device)]
Channel = Annotated[
    Literal["auto", "mix"] | int,
    PlainValidator(microphone_channel),
    WithJsonSchema({"anyOf": [{"enum": ["auto", "mix"]}, {"type": "integer", "minimum": 0, "maximum": 31}]}),
]
Usd = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Gesture = Literal["mute", "stop", "forget", "repeat", "persona", "none"]


class AssistantSettings(Section):
    """Who the assistant is."""

    instruction: Annotated[str, AfterValidator(some_words)] = Field(
        default="You are an AI assistant in Italian cooking; only chime in when the topic is about Italian cooking.",
        description="What the assistant is for and when it should speak, in plain words; sent with every session.",
    )
    personas: dict[str, Annotated[str, AfterValidator(some_words)]] = Field(
        default={}, description="Other instructions, by name; `chimein persona NAME` changes to one of them."
    )
    persona: str | None = Field(
        default=None, description="Which of the personas it is after a start; null for the instruction above."
    )
    voice: str = Field(
        default="Puck", description="The name of a prebuilt voice, such as Puck, Kore or Zephyr; capitals count."
    )


class ModelSettings(Section):
    """A new row of the table of models, or a correction of one; what is left out stays as it is known."""

    proactive: live_models.Proactive | None = Field(
        default=None, description="Proactive audio of this model: always, opt-in or never; a new model has to say it."
    )
    sends_proactivity: bool | None = Field(
        default=None, description="Whether the session's setup may carry the field `proactivity`: true or false."
    )
    services: Annotated[list[live_models.Service], Field(min_length=1)] | None = Field(
        default=None, description="The services that offer the model: a list of gemini, vertex."
    )
    api_version: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="Version of the Developer API to speak with this model, such as v1alpha."
    )
    thinking_level: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="The thinking level to send, such as LOW, where the model insists on one."
    )
    tool_default: live_models.ToolBehaviour | None = Field(
        default=None, description="What a tool does unless told otherwise: blocking or non-blocking."
    )
    tool_behaviours: Annotated[list[live_models.ToolBehaviour], Field(min_length=1)] | None = Field(
        default=None, description="What tools may be told to do: a list of blocking, non-blocking."
    )
    tool_scheduling: bool | None = Field(
        default=None, description="Whether a tool's answer may say when it is spoken: true or false."
    )
    voices: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)] | None = Field(
        default=None, description="The voices of the model, if they are not the usual thirty: a list of names."
    )

    def corrections(self) -> dict[str, Any]:
        """What this row says, under the names of ModelTraits, lists as tuples."""
        said = self.model_dump(exclude_none=True)
        return {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}


class LiveSettings(Section):
    """Which Live service and model to talk to."""

    service: live_models.Service = Field(
        default="gemini",
        description="gemini (the Gemini Developer API, with an API key) or vertex (Vertex AI, with a project).",
    )
    model: str = Field(
        default="gemini-3.8-live", description="The name of a Live model; a new one can be described under `models`."
    )
    proactive: bool = Field(
        default=True,
        description="Whether the model decides by itself when to stay silent (true) or answers everything (false).",
    )
    project: Annotated[str, AfterValidator(some_words)] | None = Field(
        default=None, description="The Google Cloud project, for vertex only; null otherwise."
    )
    location: Annotated[str, AfterValidator(some_words)] | None = Field(
        default=None,
        description="The Google Cloud region, such as us-central1, for vertex only; `global` does not serve Live.",
    )
    models: dict[str, ModelSettings] = Field(
        default={}, description="What models support, by name: new rows, or corrections of the built-in table."
    )

    def corrections(self) -> Mapping[str, Mapping[str, Any]]:
        """`models` in the form core.live.models takes."""
        return {name: row.corrections() for name, row in self.models.items()}

    def traits(self) -> live_models.ModelTraits:
        """What the chosen model supports. Raises ConfigError when nobody has described it."""
        return live_models.traits(self.model, self.corrections())


class MicrophoneSettings(Section):
    """What hears."""

    device: Device = Field(
        default="auto",
        description="auto, a sound card's id, a name or pattern, usb:2886:001a, or file:/path/scene.wav (in real time, "
        "then silence).",
    )
    channel: Channel = Field(
        default="auto", description="Which channel of a microphone array to hear: auto, mix, or a number from 0 to 31."
    )


class SpeakerSettings(Section):
    """What speaks."""

    device: Device = Field(
        default="auto",
        description="auto, a sound card's id, a name or pattern, usb:2886:001a, or file:/path/out.wav (writes what "
        "would be heard).",
    )
    volume: Percent = Field(default=60, description="Loudness of the voice in percent, 0 to 100.")


class GateSettings(Section):
    """The local gate: silence stays in the room."""

    enabled: bool = Field(
        default=True, description="Whether silence is kept in the room (true) or everything is sent (false)."
    )
    sensitivity: Literal["low", "normal", "high"] = Field(
        default="normal",
        description="How little above the room's noise opens the gate: low, normal or high (high hears whispers).",
    )
    preroll_ms: Annotated[int, Field(ge=0, le=5000)] = Field(
        default=500, description="How much sound from before the gate opened is sent along, in milliseconds, 0 to 5000."
    )
    hangover_ms: Annotated[int, Field(ge=0, le=10_000)] = Field(
        default=700, description="How long the gate stays open after the last sound, in milliseconds, 0 to 10000."
    )
    second_stage: Literal["none", "silero"] = Field(
        default="none",
        description="none, or silero (extra vad): a small network that may say no to what is loud and not speech; "
        "saves a little, costs some faint talk.",
    )


class EchoSettings(Section):
    """What keeps the assistant from hearing itself."""

    mode: Literal["half-duplex", "device", "webrtc", "none"] = Field(
        default="half-duplex",
        description="half-duplex (deaf while it speaks), device (the array cancels), webrtc (extra), or none.",
    )


class ButtonSettings(Section):
    """The mute button."""

    pin: Pin | None = Field(default=17, description="GPIO of the button, BCM number, 0 to 27; null for no button.")
    kind: Literal["momentary", "switch"] = Field(
        default="momentary", description="momentary (a press toggles mute) or switch (its level decides)."
    )
    press: Gesture = Field(
        default="mute",
        description="What a press does: mute (stops what rings or is being said, else mutes), stop, forget, repeat, "
        "persona (the next one) or none.",
    )
    hold: Gesture = Field(
        default="forget",
        description="What holding it for three seconds does: forget (this conversation), mute, stop, repeat, "
        "persona or none.",
    )
    double: Gesture = Field(
        default="repeat",
        description="What two quick presses do: repeat (the last answer), mute, stop, forget, persona or none.",
    )


class LampSettings(Section):
    """The lamp: an RGB LED, or a single one with the other colours null."""

    red: Pin | None = Field(default=22, description="GPIO of the red LED, BCM number, 0 to 27; null for none.")
    green: Pin | None = Field(default=27, description="GPIO of the green LED, BCM number, 0 to 27; null for none.")
    blue: Pin | None = Field(default=23, description="GPIO of the blue LED, BCM number, 0 to 27; null for none.")
    brightness: Percent = Field(
        default=60,
        description="Brightness of the lamp in percent, 0 to 100; on pins 50 and more is full, and less costs "
        "wake-ups.",
    )
    night: list[Annotated[str, AfterValidator(quiet_period)]] = Field(
        default=[],
        description='When it is night for the lamp: a list such as ["22:00-07:00"] or ["Sat-Sun 22:00-09:00"].',
    )
    night_brightness: Percent = Field(
        default=10,
        description="Brightness at night and in quiet hours in percent, 0 to 100; muted is never quite dark.",
    )


class PanelSettings(Section):
    """Button and lamp."""

    board: Literal["none", "generic", "respeaker-xvf3800", "respeaker-usb-v2", "respeaker-2mic-hat", "jabra-speak"] = (
        Field(
            default="none",
            description="none (no lamp, no button), generic (both on the pins below), respeaker-xvf3800, "
            "respeaker-usb-v2, respeaker-2mic-hat or jabra-speak; a button pin is read on each of them.",
        )
    )
    button: ButtonSettings = Field(default=ButtonSettings(), description="The mute button.")
    lamp: LampSettings = Field(default=LampSettings(), description="The lamp.")
    earcons: bool = Field(
        default=True,
        description="Whether muting, unmuting and a lost connection make a short sound: true or false.",
    )


class SessionSettings(Section):
    """How a conversation is kept alive."""

    resume: bool = Field(
        default=True, description="Whether a conversation is taken up again after a lost connection: true or false."
    )
    buffer_s: Annotated[float, Field(ge=1, le=120, allow_inf_nan=False)] = Field(
        default=15, description="How long speech waits for a connection that is gone, in seconds, 1 to 120."
    )
    compress_at_tokens: Annotated[int, Field(ge=1_000, le=131_072)] = Field(
        default=25_600,
        description="Size of the conversation at which its oldest part is dropped, in tokens, 1000 to 131072.",
    )
    keep_tokens: Annotated[int, Field(ge=0, le=131_072)] = Field(
        default=12_800, description="How much of it is then kept, in tokens, 0 to 131072; less than compress_at_tokens."
    )


class BudgetSettings(Section):
    """What a day may cost."""

    daily_usd: Usd | None = Field(
        default=None,
        description="The most to spend in a day, in US dollars, 0 or more; null for no limit. At 80 % the gate hears "
        "less, at 100 % it rests until midnight; the button opens a minute.",
    )
    prices: dict[PriceOf, Usd] = Field(
        default={},
        description="Your own prices in US dollars per million tokens, for text_in, audio_in, text_out, audio_out; "
        "the rest is the list price.",
    )
    model_prices: dict[str, dict[PriceOf, Usd]] = Field(
        default={},
        description="The same for one model alone, by its name; stronger than `prices`.",
    )


class Config(Section):
    """Everything. A part receives its own section, never this."""

    assistant: AssistantSettings = Field(default=AssistantSettings(), description="Who the assistant is.")
    live: LiveSettings = Field(default=LiveSettings(), description="Which Live service and model to talk to.")
    microphone: MicrophoneSettings = Field(default=MicrophoneSettings(), description="What hears.")
    speaker: SpeakerSettings = Field(default=SpeakerSettings(), description="What speaks.")
    gate: GateSettings = Field(default=GateSettings(), description="The local gate: silence stays in the room.")
    echo: EchoSettings = Field(default=EchoSettings(), description="What keeps the assistant from hearing itself.")
    panel: PanelSettings = Field(default=PanelSettings(), description="Button and lamp.")
    session: SessionSettings = Field(default=SessionSettings(), description="How a conversation is kept alive.")
    budget: BudgetSettings = Field(default=BudgetSettings(), description="What a day may cost.")
    timers: TimerSettings = Field(default=TimerSettings(), description="The kitchen timers.")
    quiet: QuietSettings = Field(default=QuietSettings(), description="When nobody wants to be spoken to.")
    tools: ToolSettings = Field(default=ToolSettings(), description="What the model may do besides speaking.")
