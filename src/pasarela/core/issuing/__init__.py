"""Cards that programs issue: their clients, cardholders, accounts, secrets and money."""
