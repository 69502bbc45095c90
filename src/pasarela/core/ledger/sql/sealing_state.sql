-- The number of the last seal (0: none), and when the first transfer above it was booked (null: none).
SELECT coalesce((SELECT max(seal_number) FROM ledger_seals), 0) AS seals, (
    SELECT t.occurred_at FROM ledger_transfers t
    WHERE t.xact >= coalesce((SELECT s.xact_to FROM ledger_seals s ORDER BY s.seal_number DESC LIMIT 1), '0'::xid8)
    ORDER BY t.xact LIMIT 1) AS unsealed_since
