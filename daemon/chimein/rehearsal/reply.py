"""What the stand-in says: one short sentence that names the topic and what it heard, and a fact from WordNet. Pure."""

import re
from typing import Final

from chimein.rehearsal.field import Fields

_LONGEST_FACT: Final = 140


def answer(topic: str, word: str | None, line: str, fields: Fields | None) -> str:
    """`word` is what told that the line is about the topic; "" and None for an answer to anything."""
    fact = _fact(word, fields) if word else ""
    if topic and word and word not in topic.lower().split():
        opening = f"{word.capitalize()}, so we are talking about {topic}!"
    elif topic:
        opening = f"You are talking about {topic}!"
    else:
        return f"You said: {line.strip().rstrip('.!?') or 'something I did not understand'}."
    return f"{opening} {fact}".strip()


def _fact(word: str, fields: Fields | None) -> str:
    """ "A pizza: an Italian open pie …" from the most usual meaning; "" if there is none that is worth saying."""
    if fields is None or not fields.knows(word):
        return ""
    senses = fields.graph.senses(fields.graph.words[word])
    if not senses:
        return ""
    gloss = re.sub(r"\([^)]*\)", "", fields.graph.glosses[senses[0][0]].split("; ")[0])
    gloss = re.sub(r"\s+", " ", gloss.replace("e.g.", "for example")).strip(" ;:")
    if not gloss or len(gloss) > _LONGEST_FACT:
        return ""
    return f"The dictionary calls {word} {gloss}."
