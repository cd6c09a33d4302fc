"""A Live session judged. The SDK's words end in edge/live; here they are facts.

facts.py       What a session says, and what goes up to it; models.py what each model can do.
uplink.py      What waits to go up; sentence.py where a cut sentence began.
reply.py       One turn as it comes down, and what of it is worth playing; sound.py a piece as its label says it is.
pulse.py       Whether the other side lives; deadline.py how long a set-up may take.
goodbye.py     What to make of an end; backoff.py when to come back; resumption.py with which handle.
"""
