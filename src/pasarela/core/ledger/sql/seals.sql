-- Every seal, oldest first.
SELECT seal_number, xact_from, xact_to, transfers, previous_digest, digest FROM ledger_seals ORDER BY seal_number
