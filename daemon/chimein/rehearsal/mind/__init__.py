"""Understands a little English, with WordNet behind it.

process.py     The child in which all of it is done.
topic.py       What the instruction wants answered (phrases.py has the shapes).
judge.py       Whether a line is about that: a Verdict (verdict.py).
field.py       How close a word is to a topic, on wordnet.py's graph; english.py words and their base forms.
reply.py       What is said; recall.py about what was heard before; functions.py which tool (asks.py has the wordings),
               spoken_numbers.py when.
"""
