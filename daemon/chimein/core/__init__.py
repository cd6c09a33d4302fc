"""DECIDES. Pure: no clock, thread, file, socket, log or randomness; what a decision needs, it is given.

machines/   The appliance as small coupled machines: events in, effects out.
config/     What its owner may write in YAML.
gate/       What of the room's sound goes up.
sound/      Devices, channels, and what comes back of what is played.
live/       A session judged: its facts, its end, its pulse, what waits to go up.
panel/      What a finger means, what the lamp shows.
kitchen/    Timers, quiet hours, tools.
money/      Tokens, prices, days.
status/     The running daemon, told.
doctor/     What a visit found, and what to do about it.

answers.py, audio.py, errors.py, lengths.py and secret.py are what everybody shares.
"""
