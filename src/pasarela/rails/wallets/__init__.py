"""Wallets in which payers approve."""
