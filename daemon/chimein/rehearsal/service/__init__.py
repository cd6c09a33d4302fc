"""The service's side of a connection.

server.py      The door (TLS by certificate.py); a Session for each connection, which share a House.
session.py     Setup, then a Listener for what comes and Turns for what goes, by way of one Wire.
protocol.py    What a client may send; grammar.py its fields, setup.py and catalogue.py what it may ask for.
mouth.py       The voice of an answer; context.py what a conversation costs, and the handles by which it goes on.
script.py      What is to happen; faults.py lets it happen; record.py writes down what did.
"""
