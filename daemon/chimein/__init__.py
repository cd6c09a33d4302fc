"""chimein: the smart speaker that stays quiet until it is useful."""

__version__ = "0.1.0"
