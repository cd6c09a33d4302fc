"""How people ask for what a function does: the words of its name, and the sentences that want it. Pure tables.

The first entry whose pattern is found in a line is what the line asks for. Lines are in small letters without
punctuation. Some words are what the bench's ears make of others: a "time or" is a timer, "council" is cancel.
"""

from typing import Final

_TIMER: Final = r"(timers?|time or|time er|alarms?)"
_OVER: Final = r"(left|to go|remain\w*|until|till)"
_ME: Final = r"(me|us)"

ASKS: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (
        ("forget", "conversation"),
        r"\bfor ?get\b(?!.*\btimer).*\b(conversation|everything|said|talked|spoke)\b"
        r"|^(please |let's )?(start|begin) (a new|another|a fresh|anew) conversation\b"
        r"|^(please |let's )?start over\b"
        r"|^(please )?for ?get (all|everything)( of| about)?( that| this| it)?( please)?$",
    ),
    (
        ("cancel", "timer"),
        rf"\b(cancel|council|can sell|delete|remove|clear|drop|kill|forget|get rid of|never ?mind)\b.*\b{_TIMER}\b"
        rf"|\b(don't|do not|no longer) (need|want)\b.*\b{_TIMER}\b",
    ),
    (
        ("list", "timer"),
        rf"\b(how (much|many|long)|what|which|any|list|show|when)\b.*\b{_TIMER}\b"
        rf"|\bhow (long|much( (time|longer|more time))?|many (more )?(hours|minutes|seconds))\b.*\b{_OVER}\b"
        rf"|\bhow (much longer|many more (hours|minutes|seconds))\b",
    ),
    (
        ("stop", "ringing"),
        rf"^(please |ok |okay |alright )*(stop|enough|silence|shut up)( it| that| now| please)*$"
        rf"|\b(stop\w*|silence|shut)\b.*\b({_TIMER}|w?ring\w*|raining|running|beep\w*|bell|noise)\b"
        rf"|\b(turn|switch|shut)\b(?=.*\boff\b).*\b({_TIMER}|w?ring\w*|beep\w*|bell|noise)\b",
    ),
    (("set", "alarm"), rf"\b(wake {_ME}|alarm)\b"),
    (
        ("set", "timer"),
        rf"\b({_TIMER}|remind|count(ing)? ?(down|on)|ring|wake {_ME}|time (the|my|our|me|us))\b"
        rf"|\b(tell|call|ping|warn|alert) {_ME} (in|after)\b|\blet {_ME} know (in|when|after)\b",
    ),
    (
        ("set", "volume"),
        r"\bvolume\b(?! of)|\b(louder|softer|speak up)\b|\b(bit|little|be|speak|talk|much) quieter\b|^quieter\b"
        r"|\bturn (it|that|yourself|your voice|the sound) (up|down)\b"
        r"|\b(you are|you're|you speak|you talk|that is|that's) (much |far |a bit |a little )?too (loud|quiet|soft)\b"
        r"|\b(can't|cannot|can hardly) hear you\b",
    ),
    (
        ("be", "quiet"),
        r"\b(be|the|keep|stay) (quiet|silent|still)\b|\b(quiet|silence|silent|peace) for\b|\bdisturb\b|\b(hush|shush)\b"
        r"|\b(leave|let) us (alone|in peace)\b|\bleave me (alone|in peace)\b"
        r"|^(please )?(don't|do not|no|stop) (talk|talking|speak|speaking|say anything|say a word|chime in)\b",
    ),
    (
        ("get", "time"),
        r"\b(what|one) time ((is|was) it|it is)\b|\b(what|one|which) (day|date) (is|was|of|have|it is)\b"
        r"|\bwhat('s| is) (the|today's) (time|date|day)\b"
        r"|\btell (me|us) the (time|date|day)\b|\bhow late is it\b",
    ),
    (
        ("repeat",),
        r"\b(say|tell me|repeat) (that|it|this|yourself)( once more| (once )?again|$)"
        r"|\bdid you (just )?say\b|\brepeat\b"
        r"|\b(didn't|did not) (catch|get|hear|understand) (that|it|you|what you said)\b"
        r"|^(come again|pardon( me)?|what was that)$|^(once more|again|one more time)( please)?$",
    ),
    (
        ("mute",),
        r"\bmute\b|\b(stop|quit) listening\b|\b(off|shut|close)\b.*\bmicrophone\b|\bmicrophone off\b"
        r"|\b(don't|do not|stop) listen(ing)?( to (me|us))?( now| any ?more| please)*$|\b(close|shut) your ears\b"
        r"|^(please )?(near|new|knew) (the microphone|yourself)\b",
    ),
    (("clear", "list"), r"\b(clear|empty|wipe)\b.*\blist\b"),
    (("remove", "list"), r"\b(remove|take|cross|strike|delete|scratch)\b.*\blist\b"),
    (("add", "list"), r"\b(add|at|put|but|write|note|get)\b.*\blist\b"),
    (
        ("read", "list"),
        r"\b(what|what's|one|read|tell|show|anything)\b.*\b(list|to buy)\b"
        r"|\bwhat (should|must|shall|can) (i|we) (buy|get at|get from)\b",
    ),
)
