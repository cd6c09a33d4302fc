"""The small programs that own PyAudio: one hears, one speaks. Run in fresh interpreters, killed without mercy.

Nothing in the daemon's own process imports this package but the framing of its pipes (frames.py): PortAudio spins
and hangs for ever when a USB card vanishes (portaudio issue 1037; every release up to 19.7), and only a process can be
killed.
"""
