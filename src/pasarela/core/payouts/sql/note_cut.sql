-- Notes which transactions had booked when payout $2 of tenant $1 swept its account: $3.
UPDATE payouts SET cut = $3::text::pg_snapshot WHERE tenant_id = $1 AND payout_id = $2
