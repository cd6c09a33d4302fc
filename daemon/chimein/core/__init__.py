"""DECIDES. Pure: no clock, thread, file, socket, log or randomness; what a decision needs, it is given."""
