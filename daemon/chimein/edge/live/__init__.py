"""The Live service by google-genai (gemini.py), and the line under it (line.py).

What goes up is translated by setup.py, what comes down by facts.py, and what goes wrong by failure.py.
"""
