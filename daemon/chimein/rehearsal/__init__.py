"""A Live service for the bench: speaks the protocol on loopback, hears and answers without the internet.

service/       The door and what comes through it: TLS, protocol, sessions, turns, and what a script lets go wrong.
mind/          What a line means, and whether the instruction wants it answered. A process of its own.
sound/         Ears and a voice.
bench.py       The whole as a helper for tests, in a process of its own.
"""
