"""Wires the parts of the house, one module each, for app.py, which wires the house."""
