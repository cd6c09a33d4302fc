"""What of the room's sound goes up: speech, however quiet, and as little else as can be. NumPy only, causal, no model.

The theory, in the order of the files:

hearing.py   Sound is judged in blocks of five 20 ms frames. Under 150 Hz the gate is deaf: there live DC offset, rumble
             and mains, which alone hold a wideband gate open. What is left is seen as 16 bands up to 7 kHz, in 32 ms,
             and in 64 ms for its pitch: a deep voice's harmonics stand too close to each other for less.
floor.py     Each band has a noise floor: the least its slow level has been in the last 2.4 s. Steady noise raises its
             own floor and vanishes; a talker cannot, because every band falls silent between syllables.
pitch.py     A voice has a *pitch* that glides without jumping. Noise repeats by chance, for a frame or two.
playback.py  What the speaker plays comes back through the room. Told what is played, the gate expects it: a floor that
             follows the own voice, so that only somebody who talks across it stands out.
cues.py      Standing out from the floor is not enough, a tap that is opened does so too. Speech *falls* between
             syllables, which a hood or a fridge does not when it is switched on, and a whisper, which has no pitch,
             *swings*. Where something rings after a knock, pitch counts only as long as the sound is sustained.
timbre.py    A mouth that talks keeps changing its timbre. What keeps it, a motor or a beep, does not hold the door.
evidence.py  A gate opens on all of them together, multiplied: what is faint needs much pitch, what falls deep little,
             and what stands out has to do so where a voice is strongest. A whisper has no pitch: it gets in by standing
             out and swinging for long. Less holds the door than opens it.
door.py      The door closes when evidence has been missing for the hang-over, or sooner if it never was more than one
             knock. Deciding takes time, so opening hands out the last half second as well: the pre-roll.
second.py    Where its owner wants one, a second judge may still say no. Off by default: it costs words.
gate.py      Puts them together, counts blocks of exact zeros (a microphone muted in hardware), and forgets on demand.

Everything is decided per block and counted from the gate's first sample, so it makes no difference how the sound is cut
into pushes. While the door is open frames are handed on at once, not at the end of their block.
"""

from chimein.core.gate.gate import Gate
from chimein.core.gate.second import Judge
from chimein.core.gate.step import Closed, Forward, GateSettings, GateStep, Item, Opened, Sensitivity

__all__ = ["Closed", "Forward", "Gate", "GateSettings", "GateStep", "Item", "Judge", "Opened", "Sensitivity"]
