"""CARRIES. asyncio only: moves things between core and edge, which it knows by their Protocols (ports.py).

The rooms bear the names of core's. Foreign threads come in by crossing.py; attend.py is told everything that happens.
"""
