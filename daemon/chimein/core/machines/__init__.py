"""The appliance as coupled machines: what happened, where each of them stands, what is to be done about it.

events.py     Everything that can happen; wishes.py what people wish for.
states.py     Where each machine stands.
effects.py    What is to be done after a step, as data.
appliance.py  The tables that lead from one to the other; aside.py three of them, for what sets the room aside.
waking.py     Who has muted when the daemon wakes.
drawing.py    The tables as daemon/docs/machines.md draws them.
"""
