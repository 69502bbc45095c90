-- What customer $2 of tenant $1 paid and was paid, newest first; each side by its own index, as far as the page needs.
-- $3 created at or after, $4 created before (or null), $5 rows to skip, $6 rows to return.
(
    SELECT * FROM transfers
    WHERE tenant_id = $1 AND payer_id = $2
        AND ($3::timestamptz IS NULL OR created_at >= $3) AND ($4::timestamptz IS NULL OR created_at < $4)
    ORDER BY created_at DESC, transfer_id DESC LIMIT $5::bigint + $6::bigint
)
UNION ALL
(
    SELECT * FROM transfers
    WHERE tenant_id = $1 AND payee_id = $2
        AND ($3::timestamptz IS NULL OR created_at >= $3) AND ($4::timestamptz IS NULL OR created_at < $4)
    ORDER BY created_at DESC, transfer_id DESC LIMIT $5::bigint + $6::bigint
)
ORDER BY created_at DESC, transfer_id DESC
OFFSET $5 LIMIT $6
