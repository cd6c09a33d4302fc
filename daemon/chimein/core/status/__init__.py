"""The running daemon, told: as data (picture.py), in words (picture_text.py), as figures (metrics.py), in the one
sentence of `chimein why` (why.py), and as the proof of a mute (proof.py); oddities.py counts what was survived.
"""
