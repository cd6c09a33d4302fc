"""What a kitchen wants: timers (alarm.py, timer_words.py), quiet hours (quiet.py), tools for the model (tools.py)."""
