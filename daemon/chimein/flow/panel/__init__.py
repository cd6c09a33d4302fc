"""The button's way into the loop (press.py), and the witness of what it promised (witness.py)."""
