"""One conversation over many connections.

converse.py    Dials, again and again; pause.py waits between, touch.py says how long it has been.
exchange.py    One connection; probe.py feels its pulse, wire.py counts what went up, leave.py finds when to go.
outbox.py      Speech that waits to go up; words.py text and tools' answers; colisten.py a file in place of the room.
toolbox.py     Does what the model asks for; borrowed.py keeps other servers' tools at hand.
hearer.py      Lets a command hear the answer; personas.py says who is answering.
"""
