"""Money out: bank accounts, payouts over SPEI, transfers between customers, fees that customers pay, settlement."""
