"""From the microphone to the outbox (listen.py), and from an answer to the speaker (speak.py, volume.py)."""
