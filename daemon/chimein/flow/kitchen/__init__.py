"""Timers, and who tells of the missed ones (herald.py), the shopping list, quiet hours."""
