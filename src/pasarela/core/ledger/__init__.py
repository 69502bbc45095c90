"""The double-entry ledger: immutable transfers, balances under guard, proof that every centavo is accounted for."""
