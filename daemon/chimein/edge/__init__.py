"""TOUCHES. One outside thing per module; thin and dull; foreign types and errors stop here."""
