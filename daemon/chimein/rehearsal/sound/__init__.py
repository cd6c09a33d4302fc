"""Ears (denoise.py, segment.py, recogniser.py) and a voice (mouth.py, voices.py)."""
