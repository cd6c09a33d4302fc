"""What the service bills (account.py), and the budget of a day (budget.py)."""
