"""Sound before and after the gate: which device and which of its channels is heard (devices.py, arrays.py), what is
played (playout.py), and what of that comes back through the room (echo.py, echo_trust.py).
"""
