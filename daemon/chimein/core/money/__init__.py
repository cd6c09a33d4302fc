"""Money: what the service bills (ledger.py), at what price (prices.py), and how days are shown (days.py)."""
