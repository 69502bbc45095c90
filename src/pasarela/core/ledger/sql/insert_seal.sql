-- Records a seal: its number, its stretch of transactions, how many transfers, and the digest before and after.
INSERT INTO ledger_seals (seal_number, xact_from, xact_to, transfers, previous_digest, digest, sealed_at)
VALUES ($1, $2::xid8, $3::xid8, $4, $5, $6, $7)
