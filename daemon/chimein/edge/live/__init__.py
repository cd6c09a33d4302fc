"""The Live service by google-genai (gemini.py; setup.py and facts.py translate), and the line under it (line.py)."""
