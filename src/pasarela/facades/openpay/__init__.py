"""Openpay's API. Everything particular to an account's country or brand is in a `Profile`; BBVA's is another one."""
