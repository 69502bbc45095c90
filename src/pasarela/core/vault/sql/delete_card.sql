-- Marks a card of this owner as deleted. $1 tenant, $2 card, $3 customer or null, $4 instant
UPDATE vault_cards SET deleted_at = $4
WHERE tenant_id = $1 AND card_id = $2 AND owner = coalesce($3, '') AND deleted_at IS NULL
RETURNING card_id
