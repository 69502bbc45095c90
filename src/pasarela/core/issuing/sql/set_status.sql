-- Card $2 of tenant $1 has status $3 from now on; it was blocked at $4, if it was.
UPDATE issuing_cards SET status = $3, blocked_at = coalesce($4, blocked_at) WHERE tenant_id = $1 AND card_id = $2
