"""CARRIES. asyncio only: moves things between core and edge, which it knows by their Protocols (ports.py)."""
