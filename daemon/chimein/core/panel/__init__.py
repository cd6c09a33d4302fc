"""The panel: what a finger on the button means (buttons.py, finger.py), and what the lamp and short sounds say.

lights.py is the ladder, one table from the machines' states to one light; night.py dims it, boards.py says what each
board is told it in, earcons.py is for what cannot be seen from across the kitchen.
"""
