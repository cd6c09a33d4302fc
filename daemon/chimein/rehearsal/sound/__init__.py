"""Ears (denoise.py, segment.py, recogniser.py) and voices (voices.py)."""
